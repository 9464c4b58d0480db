package dev.formulary.engine.vitals;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What the next duration will be, and how sure that is. Thread-safe, without a lock. Durations are microseconds, times
/// milliseconds of a clock.
///
/// The logarithm of a duration is taken for a level that wanders, with noise around it (the local-level model), and followed
/// by Kalman's filter: Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989, section 3.2. How strong
/// the noise is shows in how far each lies from the one before it (half the mean of the squared steps, von Neumann et al., The
/// Mean Square Successive Difference, 1941), which a lasting change disturbs once only. So one that is late moves the forecast
/// at once, much when little was known and little when much was; a percentile would wait until its window has filled. After
/// five minutes without any nothing is known.
final class Forecast {
    /// How much the variance of the level grows a second: in ten, a sixth of the duration.
    static final double WANDER = 0.003;
    /// Where it ends. What a model once was, it is by a factor of e^0.5 or so.
    static final double WIDEST = 0.25;
    /// A call to another model makes less certain at most what that many seconds do.
    private static final double SECONDS_A_CALL = 0.1;
    private static final double FIRST_NOISE = 0.1;
    private static final double LEAST_NOISE = 0.02;
    private static final double MOST_NOISE = 1;
    private static final double LEARNING = 0.03;
    /// Nothing is told apart that is faster.
    private static final long FASTEST_MICROS = 1_000;
    private static final int NUMBERS = 5;
    /// The logarithm of more microseconds than a long has.
    private static final double HIGHEST = 44;

    private final AtomicReference<@Nullable State> state = new AtomicReference<>();

    /// @param level of the logarithm of microseconds
    /// @param variance of the level
    /// @param noise the variance of durations around it
    /// @param last the logarithm that was added last
    /// @param at when
    private record State(double level, double variance, double noise, double last, long at) {
        State after(double log, long now) {
            double before = widened((now - at) / 1_000.0);
            double gain = before / (before + noise);
            return new State(level + gain * (log - level), (1 - gain) * before, noiseWith(log - last), log,
                    Math.max(at, now));
        }

        private double noiseWith(double step) {
            double one = Math.min(MOST_NOISE, step * step / 2);
            return Math.clamp(noise + LEARNING * (one - noise), LEAST_NOISE, MOST_NOISE);
        }

        double widened(double seconds) {
            return Math.min(WIDEST, variance + WANDER * Math.max(0, seconds));
        }
    }

    void add(long micros, long now) {
        double log = Math.log((double) Math.max(FASTEST_MICROS, micros));
        state.updateAndGet(before -> before == null
                ? new State(log, FIRST_NOISE, FIRST_NOISE, log, now)
                : before.after(log, now));
    }

    /// The mean of what is to be expected in milliseconds, rounded up; -1 when unknown.
    int expectedMs(long now) {
        State known = known(now);
        return known == null ? -1 : (int) Math.ceil(Math.exp(known.level + known.noise / 2) / 1_000);
    }

    /// How far the expected may lie from the truth: the standard deviation of its logarithm, 0 to 0.5; -1 when unknown.
    ///
    /// It grows with time, but not where nobody calls: what is found out is worth as much as there are calls that can use it
    /// before it has changed again.
    ///
    /// @param calls how many calls others got since the last that was added
    double doubt(long now, long calls) {
        State known = known(now);
        return known == null
                ? -1
                : Math.sqrt(known.widened(Math.min((now - known.at) / 1_000.0, calls * SECONDS_A_CALL)));
    }

    private @Nullable State known(long now) {
        State last = state.get();
        return last == null || now - last.at >= Window.STALE_MS ? null : last;
    }

    /// All of it as text; empty when nothing is known.
    String saved(long now) {
        State known = known(now);
        return known == null
                ? ""
                : known.level + " " + known.variance + " " + known.noise + " " + known.last + " "
                        + known.at;
    }

    /// Takes what [#saved] gave.
    ///
    /// @throws IllegalArgumentException when it is no such text
    void restore(String saved) {
        if (saved.isEmpty()) {
            return;
        }
        List<String> numbers = List.of(saved.split(" "));
        if (numbers.size() != NUMBERS) {
            throw new IllegalArgumentException("a line has a forecast that is none");
        }
        state.set(new State(within(numbers.get(0), 0, HIGHEST), within(numbers.get(1), 0, WIDEST),
                within(numbers.get(2), LEAST_NOISE, MOST_NOISE), within(numbers.get(3), 0, HIGHEST),
                Long.parseLong(numbers.get(4))));
    }

    private static double within(String number, double least, double most) {
        double value = Double.parseDouble(number);
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException("a line has a forecast of " + number);
        }
        return value;
    }
}
