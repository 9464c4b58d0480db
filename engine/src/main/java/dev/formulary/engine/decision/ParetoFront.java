package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Ranking;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Which models no other beats in everything: another is better than those in something only by being worse in something
/// else. Compared by the terms of the ranking (quality, cost, latency and load), so what nobody knows counts as the middle;
/// reliability and the points of rules do not count.
///
/// Source: Pareto dominance (Pareto, Manuale di economia politica, 1906).
final class ParetoFront {
    private ParetoFront() {}

    /// The same models, marked. Those that were not ranked are neither on the front nor dominated.
    static List<Explanation.Rated> mark(List<Explanation.Rated> rated) {
        List<Explanation.Rated> ranked = rated.stream().filter(one -> one.place() > 0 && one.terms() != null).toList();
        List<Explanation.Rated> front = ranked.stream()
                .filter(one -> ranked.stream().noneMatch(other -> dominates(other, one))).toList();
        return rated.stream().map(one -> mark(one, front, ranked.contains(one))).toList();
    }

    /// Whoever is dominated is so by one on the front too; the best ranked of these is named.
    private static Explanation.Rated mark(Explanation.Rated one, List<Explanation.Rated> front, boolean ranked) {
        Optional<String> better = front.stream().filter(other -> dominates(other, one))
                .map(Explanation.Rated::candidate).findFirst();
        return one.marked(ranked && better.isEmpty(), better.orElse(""));
    }

    static boolean dominates(Explanation.Rated better, Explanation.Rated worse) {
        Ranking.Terms mine = better.terms();
        Ranking.Terms theirs = worse.terms();
        return mine != null && theirs != null && dominates(mine, theirs);
    }

    /// At least as good in each of the four, and better in one.
    static boolean dominates(Ranking.Terms better, Ranking.Terms worse) {
        List<Double> differences = Stream.of(better.quality() - worse.quality(), better.cost() - worse.cost(),
                better.latency() - worse.latency(), better.load() - worse.load()).toList();
        return differences.stream().allMatch(difference -> difference >= 0)
                && differences.stream().anyMatch(difference -> difference > 0);
    }
}
