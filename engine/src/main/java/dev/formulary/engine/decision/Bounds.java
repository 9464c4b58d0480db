package dev.formulary.engine.decision;

import java.util.function.LongSupplier;

/// What a decision may take.
///
/// @param firings of rules
/// @param nanos from the beginning
/// @param clock nanoseconds since some moment
record Bounds(int firings, long nanos, LongSupplier clock) {
    /// By the machine's clock.
    Bounds(int firings, long nanos) {
        this(firings, nanos, System::nanoTime);
    }
}
