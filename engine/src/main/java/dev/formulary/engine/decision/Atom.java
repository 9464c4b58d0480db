package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a condition asks of one field, as far as it can be told without running it.
sealed interface Atom {
    String field();

    /// As the author wrote it.
    String text();

    /// A number between two, both included.
    record Within(String field, String text, double low, double high) implements Atom {}

    record OneOf(String field, String text, Set<String> constants) implements Atom {}

    record NoneOf(String field, String text, Set<String> constants) implements Atom {}

    /// Why nothing can meet all of them; null when something may.
    static @Nullable String contradiction(List<Atom> all) {
        var byField = all.stream().collect(Collectors.groupingBy(Atom::field, LinkedHashMap::new,
                Collectors.toList()));
        for (var entry : byField.entrySet()) {
            if (!possible(entry.getValue())) {
                return needed(entry.getValue()).stream().map(Atom::text).distinct()
                        .collect(Collectors.joining(" and "));
            }
        }
        return null;
    }

    /// What the others contradict each other without would only lead away from the mistake.
    private static List<Atom> needed(List<Atom> impossible) {
        var needed = new ArrayList<>(impossible);
        for (Atom atom : impossible) {
            var without = new ArrayList<>(needed);
            without.remove(atom);
            if (!possible(without)) {
                needed = without;
            }
        }
        return needed;
    }

    private static boolean possible(List<Atom> ofOneField) {
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.POSITIVE_INFINITY;
        Set<String> only = null;
        var never = new HashSet<String>();
        for (Atom atom : ofOneField) {
            switch (atom) {
                case Within within -> {
                    low = Math.max(low, within.low());
                    high = Math.min(high, within.high());
                }
                case OneOf oneOf -> {
                    only = only == null ? new HashSet<>(oneOf.constants()) : only;
                    only.retainAll(oneOf.constants());
                }
                case NoneOf noneOf -> never.addAll(noneOf.constants());
            }
        }
        if (only != null) {
            only.removeAll(never);
        }
        return low <= high && (only == null || !only.isEmpty());
    }

    /// Why no alternative of one can hold together with one of the other; null when some pair may.
    static @Nullable String contradiction(List<List<Atom>> some, List<List<Atom>> others) {
        String why = null;
        for (List<Atom> one : some) {
            for (List<Atom> other : others) {
                var both = new ArrayList<>(one);
                both.addAll(other);
                why = contradiction(both);
                if (why == null) {
                    return null;
                }
            }
        }
        return why;
    }
}
