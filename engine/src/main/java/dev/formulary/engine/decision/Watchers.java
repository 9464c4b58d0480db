package dev.formulary.engine.decision;

import java.util.List;
import java.util.TreeSet;

/// The rules of a set that watch. Thread-safe, never changes.
final class Watchers {
    private final RuleBases bases;

    Watchers(List<RuleBase.Part> parts) {
        bases = new RuleBases(parts, true);
    }

    List<RuleInfo> rules() {
        return bases.whole().rules();
    }

    /// Hears them. When a condition fails, they are heard again without the files of the rules that have it.
    Watched watch(Sighting sighting, Bounds bounds) {
        Watched watched = bases.whole().watch(sighting, bounds);
        var left = new TreeSet<String>();
        for (int tries = 1; tries < RuleBases.TRIES && !watched.culprits().isEmpty(); tries++) {
            left.addAll(watched.culprits());
            RuleBase rest = bases.without(left);
            if (rest == null) {
                break;
            }
            watched = rest.watch(sighting, bounds).after(watched);
        }
        return watched.culprits().isEmpty()
                ? watched
                : Watched.failed(rules(), "the conditions of too many rules that watch failed").after(watched);
    }
}
