package dev.formulary.engine.dispatch;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// When a model may be asked again within one call, and after what pause. At most one such attempt for five calls. Thread-safe.
///
/// The pause is *full jitter* of M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog (2015): any time up to a
/// limit that doubles, so that calls which failed together do not return together.
final class Retries {
    /// How often one model is asked again for one call.
    static final int MOST = 2;

    private static final int CALLS_FOR_ONE = 5;
    private static final double BASE_MILLIS = 100;
    /// For longer than that nobody waits in place because a vendor asks for it.
    private static final Duration LONGEST_ASKED = Duration.ofSeconds(2);

    private final ExtraBudget budget = new ExtraBudget(CALLS_FOR_ONE);
    private final DoubleSupplier chance;

    /// @param chance gives numbers from 0 to 1
    Retries(DoubleSupplier chance) {
        this.chance = chance;
    }

    /// A call has begun.
    void called() {
        budget.called();
    }

    /// Takes one, if there is room for it.
    boolean take() {
        return budget.take();
    }

    /// Whether it is worth while, and how long the call rests before.
    ///
    /// @param nth 1 for the first time that the model is asked again
    /// @param left how long the caller still waits
    /// @param asked how long the vendor asks to wait, or null
    /// @return null when the model is not asked again
    @Nullable
    Duration pause(int nth, Duration left, @Nullable Duration asked) {
        if (nth > MOST || (asked != null && asked.compareTo(LONGEST_ASKED) > 0)) {
            return null;
        }
        Duration pause = Duration.ofMillis((long) (BASE_MILLIS * Math.pow(2, nth - 1.0) * chance.getAsDouble()))
                .plus(asked == null ? Duration.ZERO : asked);
        return pause.compareTo(left) < 0 ? pause : null;
    }
}
