package dev.formulary.engine.provider;

import java.time.Duration;
import java.util.function.LongSupplier;

/// How long things may take.
///
/// @param settle how long a file must stay as it is before it is read
/// @param deletion how long a file must be missing before its plug-in is retired; replacing often deletes first
/// @param create limit for loading a plug-in's classes, and for making each provider
/// @param models limit for listing a provider's models
/// @param drain how long calls may go on with a generation that has been replaced
/// @param close limit for closing a provider
/// @param assess how long a call waits for an assessor
/// @param clock the time in nanoseconds, for `settle` and `deletion`
record Timing(Duration settle, Duration deletion, Duration create, Duration models, Duration drain, Duration close,
        Duration assess, LongSupplier clock) {

    static final Timing STANDARD = new Timing(Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofSeconds(10),
            Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(5), GuardedAssessor.LIMIT,
            System::nanoTime);
}
