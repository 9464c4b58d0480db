package dev.formulary.engine.decision;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/// Finds which of several values of one thing holds: that of the rule that comes first. Among rules of equal precedence the
/// smaller value holds, and different values are a conflict.
final class Settlement {
    private static final Comparator<Said.Valued> FIRST = Comparator
            .comparingInt((Said.Valued one) -> -one.rule().precedence())
            .thenComparingDouble(Said.Valued::value)
            .thenComparing(one -> one.rule().id());

    private Settlement() {}

    /// @param said at least one
    /// @param problems where a conflict is told
    static <S extends Said.Valued> S holding(List<S> said, List<String> problems) {
        if (said.size() == 1) {
            return said.getFirst();
        }
        List<S> sorted = said.stream().sorted(FIRST).toList();
        S first = sorted.getFirst();
        List<S> equals = sorted.stream()
                .filter(one -> one.rule().precedence() == first.rule().precedence())
                .toList();
        if (equals.getLast().value() != first.value()) {
            problems.add(equals.stream()
                    .map(one -> "rule '" + one.rule().id() + "' " + one.claim())
                    .distinct()
                    .collect(Collectors.joining(", ", "conflict: ", "; the smaller value holds")));
        }
        return first;
    }
}
