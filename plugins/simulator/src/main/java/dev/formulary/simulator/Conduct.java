package dev.formulary.simulator;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How the simulator behaves for a while.
///
/// @param firstTokenMillis time until the first token: the mean, for [Distribution#LOGNORMAL] the median
/// @param distribution how that time strays
/// @param jitterMillis for [Distribution#UNIFORM]: how far it strays to both sides
/// @param sigma for [Distribution#LOGNORMAL]: the standard deviation of its natural logarithm
/// @param tokensPerSecond the mean pace of the answer, 0 for all at once
/// @param faults what goes wrong; the rates add up to 1 at most
record Conduct(double firstTokenMillis, Distribution distribution, double jitterMillis, double sigma,
        double tokensPerSecond, List<Fault> faults) {
    Conduct {
        faults = List.copyOf(faults);
    }

    /// How a time strays.
    enum Distribution {
        UNIFORM, EXPONENTIAL, LOGNORMAL
    }

    /// Nanoseconds until the first token of one call.
    long firstTokenNanos(SplittableRandom random) {
        double millis = switch (distribution) {
            case UNIFORM -> firstTokenMillis + (jitterMillis == 0 ? 0 : random.nextDouble(-jitterMillis, jitterMillis));
            case EXPONENTIAL -> -firstTokenMillis * Math.log(1 - random.nextDouble());
            case LOGNORMAL -> firstTokenMillis * Math.exp(sigma * random.nextGaussian());
        };
        return (long) (Math.max(0, millis) * TimeUnit.MILLISECONDS.toNanos(1));
    }

    double nanosPerToken(@Nullable Fault fault) {
        if (fault != null && fault.kind() == Fault.Kind.DRIP) {
            return fault.gap().toNanos();
        }
        return tokensPerSecond == 0 ? 0 : 1e9 / tokensPerSecond;
    }

    /// What goes wrong with one call; null when nothing does.
    @Nullable
    Fault fault(SplittableRandom random) {
        double left = random.nextDouble();
        for (Fault fault : faults) {
            left -= fault.rate();
            if (left < 0) {
                return fault;
            }
        }
        return null;
    }
}
