package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Term;
import java.util.Comparator;
import java.util.List;

/// How much each term of the ranking counts.
record Weights(double quality, double cost, double latency, double load) {
    /// When no rule says otherwise.
    static final Weights USUAL = new Weights(0.40, 0.25, 0.20, 0.15);

    /// No rule can make a term count for more than that, whatever others say.
    private static final double MOST = 1_000;

    /// The usual weights as rules change them. Factors are sorted first, because a product of floating-point numbers
    /// depends on their order.
    static Weights of(List<Said.Weigh> said) {
        Weights weights = USUAL;
        if (!said.isEmpty()) {
            for (Said.Weigh weigh : said.stream().sorted(Comparator.comparingDouble(Said.Weigh::factor)).toList()) {
                weights = weights.times(weigh.term(), weigh.factor());
            }
        }
        return weights;
    }

    private Weights times(Term term, double factor) {
        return switch (term) {
            case QUALITY -> new Weights(Math.min(MOST, quality * factor), cost, latency, load);
            case COST -> new Weights(quality, Math.min(MOST, cost * factor), latency, load);
            case LATENCY -> new Weights(quality, cost, Math.min(MOST, latency * factor), load);
            case LOAD -> new Weights(quality, cost, latency, Math.min(MOST, load * factor));
        };
    }

    double total() {
        return quality + cost + latency + load;
    }
}
