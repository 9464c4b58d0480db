package dev.formulary.engine.decision;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The rules of some files, all of them and without those whose conditions fail. Thread-safe.
final class RuleBases {
    /// How often they are heard at most, each time without more files.
    static final int TRIES = 3;
    /// How many different groups of files can be left out.
    private static final int REDUCED_LIMIT = 8;

    private final List<RuleBase.Part> parts;
    private final boolean watching;
    private final RuleBase whole;
    private final Map<Set<String>, RuleBase> reduced = new ConcurrentHashMap<>();

    /// @param watching whether these are the rules that watch
    RuleBases(List<RuleBase.Part> parts, boolean watching) {
        this.parts = List.copyOf(parts);
        this.watching = watching;
        whole = new RuleBase(this.parts, watching);
    }

    RuleBase whole() {
        return whole;
    }

    /// @return null where too many groups were left out already
    @Nullable
    RuleBase without(Set<String> files) {
        Set<String> key = Set.copyOf(files);
        RuleBase known = reduced.get(key);
        if (known != null || reduced.size() >= REDUCED_LIMIT) {
            return known;
        }
        return reduced.computeIfAbsent(key, out -> new RuleBase(
                parts.stream().filter(part -> !out.contains(part.file())).toList(), watching));
    }
}
