package dev.formulary.engine.boot;

import dev.formulary.engine.facts.Candidate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Tells when another model answers under a name than before, by what its provider says of it: family, size, quantization. Not
/// thread-safe.
final class Identities {
    private static final List<String> TELLING = List.of("family", "parameters", "parameter-size", "parameter-count",
            "quantization", "quantization-level", "bytes");

    private Map<String, Map<String, String>> known = Map.of();

    /// Those that were there before and are others now.
    List<String> replaced(List<Candidate> candidates) {
        Map<String, Map<String, String>> now = new HashMap<>();
        candidates.forEach(each -> now.put(each.id(), telling(each.card().attributes())));
        Map<String, Map<String, String>> before = known;
        known = now;
        return now.entrySet().stream().filter(each -> differ(before.get(each.getKey()), each.getValue()))
                .map(Map.Entry::getKey).toList();
    }

    private static Map<String, String> telling(Map<String, String> attributes) {
        Map<String, String> some = new TreeMap<>(attributes);
        some.keySet().retainAll(TELLING);
        return some;
    }

    /// What was not told before, or is not told any more, says nothing.
    private static boolean differ(@Nullable Map<String, String> before,
            Map<String, String> now) {
        return before != null && now.entrySet().stream()
                .anyMatch(each -> !each.getValue().equals(before.getOrDefault(each.getKey(), each.getValue())));
    }
}
