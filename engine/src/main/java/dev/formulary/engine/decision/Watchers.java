package dev.formulary.engine.decision;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The rules of a set that watch. Thread-safe, never changes.
final class Watchers {
    /// How many different groups of files can be left out.
    private static final int REDUCED_LIMIT = 8;
    private static final int TRIES = 3;

    private final List<RuleBase.Part> parts;
    private final RuleBase base;
    private final Map<Set<String>, RuleBase> reduced = new ConcurrentHashMap<>();

    Watchers(List<RuleBase.Part> parts) {
        this.parts = parts;
        this.base = new RuleBase(parts, true);
    }

    List<RuleInfo> rules() {
        return base.rules();
    }

    /// Hears them. When a condition fails, they are heard again without the files of the rules that have it.
    Watched watch(Sighting sighting, Bounds bounds) {
        Watched watched = base.watch(sighting, bounds);
        var left = new TreeSet<String>();
        for (int tries = 1; tries < TRIES && !watched.culprits().isEmpty(); tries++) {
            left.addAll(watched.culprits());
            RuleBase rest = without(left);
            if (rest == null) {
                break;
            }
            watched = rest.watch(sighting, bounds).after(watched);
        }
        return watched.culprits().isEmpty()
                ? watched
                : Watched.failed(rules(), "the conditions of too many rules that watch failed").after(watched);
    }

    private @Nullable RuleBase without(Set<String> files) {
        Set<String> key = Set.copyOf(files);
        RuleBase known = reduced.get(key);
        if (known != null || reduced.size() >= REDUCED_LIMIT) {
            return known;
        }
        return reduced.computeIfAbsent(key,
                out -> new RuleBase(parts.stream().filter(part -> !out.contains(part.file())).toList(), true));
    }
}
