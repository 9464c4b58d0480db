package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A number of the call, its context or the situation that can be set to anything. Values at which rules could change their
/// mind are tried first; where one flips the choice, bisection between it and the nearest that does not finds the smallest
/// change. Between two neighbouring numbers with which rules compare it only the ranking and the gateway's own comparisons
/// move, and these are monotone, so the change that is found is the smallest.
///
/// @param now what it is; below zero when nobody knows
/// @param step the smallest change
/// @param tried values that were tried, the nearest first
/// @param at the variation with that value
record Slider(double now, double step, List<Double> tried, DoubleFunction<Variation> at) {

    /// The smallest change to either side that flips, nearest first.
    ///
    /// @param flipping which of the tried values flip
    /// @param flips decides again
    @Nullable
    Variation smallest(Predicate<Double> flipping, Predicate<Variation> flips) {
        var found = new ArrayList<Double>();
        for (int side = -1; side <= 1; side += 2) {
            int to = side;
            List<Double> beside = tried.stream().filter(value -> Math.signum(value - now) == to).toList();
            for (int i = 0; i < beside.size(); i++) {
                if (flipping.test(beside.get(i))) {
                    found.add(narrow(i == 0 ? now : beside.get(i - 1), beside.get(i), flips));
                    break;
                }
            }
        }
        return found.stream().min(Comparator.comparingDouble(value -> Math.abs(value - now))).map(at::apply)
                .orElse(null);
    }

    /// @param kept a value that does not flip
    /// @param flipped one that does
    private double narrow(double kept, double flipped, Predicate<Variation> flips) {
        double still = kept;
        double turned = flipped;
        while (still >= 0 && Math.abs(turned - still) > 1.5 * step) {
            long steps = Math.round(Math.abs(turned - still) / step / 2);
            double middle = Gauge.rounded(still + Math.signum(turned - still) * steps * step);
            if (flips.test(at.apply(middle))) {
                turned = middle;
            } else {
                still = middle;
            }
        }
        return turned;
    }
}
