package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Term;
import java.util.Comparator;
import java.util.List;

/// How much each term of the ranking counts; only the ratios matter. Not negative.
record Weights(double quality, double cost, double latency, double load) {
    /// When no rule says otherwise.
    static final Weights USUAL = new Weights(0.40, 0.25, 0.20, 0.15);

    /// All rules together can't make a term count for more times its usual weight, so that the others are still heard.
    static final double MOST = 10;
    /// At either end of the balance quality counts so many times as much, or as little, beside latency.
    static final double BALANCE_ODDS = 16;

    /// The usual weights as rules change them. Factors are sorted first, because a product of floating-point numbers
    /// depends on their order.
    static Weights of(List<Said.Weigh> said) {
        if (said.isEmpty()) {
            return USUAL;
        }
        List<Said.Weigh> sorted = said.stream().sorted(Comparator.comparingDouble(Said.Weigh::factor)).toList();
        return new Weights(USUAL.quality * factor(sorted, Term.QUALITY), USUAL.cost * factor(sorted, Term.COST),
                USUAL.latency * factor(sorted, Term.LATENCY), USUAL.load * factor(sorted, Term.LOAD));
    }

    private static double factor(List<Said.Weigh> sorted, Term term) {
        double factor = 1;
        for (Said.Weigh weigh : sorted) {
            if (weigh.term() == term) {
                factor *= weigh.factor();
            }
        }
        return Math.min(MOST, factor);
    }

    /// Moves weight between latency and quality; what both have together stays, so cost and load count as before.
    ///
    /// The odds of quality against latency are multiplied by `16^(2b - 1)`: their logarithm is linear in the knob, so it is
    /// smooth, rises with the knob, changes nothing at 0.5, and never takes all weight from either.
    ///
    /// @param balance 0 to 1
    Weights balanced(double balance) {
        double towards = quality * Math.pow(BALANCE_ODDS, 2 * balance - 1);
        double both = quality + latency;
        double share = towards / (towards + latency);
        return both > 0 ? new Weights(both * share, cost, both * (1 - share), load) : this;
    }

    double total() {
        return quality + cost + latency + load;
    }
}
