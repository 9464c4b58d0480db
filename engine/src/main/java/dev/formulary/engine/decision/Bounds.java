package dev.formulary.engine.decision;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// What a decision may take.
///
/// @param firings of rules
/// @param nanos from the beginning
/// @param clock nanoseconds since some moment
record Bounds(int firings, long nanos, LongSupplier clock) {
    private static final LongSupplier MACHINE = System::nanoTime;
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    /// By the machine's clock.
    Bounds(int firings, long nanos) {
        this(firings, nanos, MACHINE);
    }

    /// How long by the machine's clock, on which the watchdog looks whatever the clock here is.
    long machineNanos() {
        return clock.equals(MACHINE) ? nanos : LONG;
    }
}
