package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.HourlyUse;
import dev.formulary.engine.facts.Signal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Finds what is worth knowing in what was measured. Thread-safe.
public final class Insights {
    /// No more are told.
    public static final int MOST = 20;

    private final Advice advice = new Advice();

    /// The most urgent first, at most [#MOST]; of one signal only the most urgent.
    ///
    /// @param uses what models cost in that time
    /// @param from the first hour of these
    /// @param to the hour after the last
    public List<Insight> of(List<Signal> signals, List<Candidate> candidates, List<HourlyUse> uses, Instant from,
            Instant to) {
        var findings = new Findings(advice);
        var moves = new Moves(advice, candidates);
        return Stream
                .of(signals.stream().filter(each -> each.value() >= 0).flatMap(findings::of),
                        moves.cheaper(uses, from, to),
                        moves.faster(signals))
                .flatMap(each -> each)
                .sorted(Comparator.comparing(Insight::kind).thenComparing(Insights::size, Comparator.reverseOrder())
                        .thenComparing(Insight::metric).thenComparing(Insight::resource))
                .limit(MOST).toList();
    }

    private static double size(Insight insight) {
        Double deviations = insight.evidence().deviations();
        Double gain = insight.gain().expected();
        return deviations != null ? Math.abs(deviations) : gain == null ? 0 : gain;
    }
}
