package dev.formulary.engine.facts;

import java.time.Duration;

/// When what a rule finds becomes an alert, and when that is over.
///
/// @param lasting for how long it must be so without a break before the alert opens; 0 at once
/// @param recovery for how long it must not be so before the alert is resolved
/// @param cooldown for how long after it is resolved it is not told again, unless it is worse
public record AlertTiming(Duration lasting, Duration recovery, Duration cooldown) {
    /// Opens at once and is resolved five minutes after it was raised last.
    public static final AlertTiming PRESET = new AlertTiming(Duration.ZERO, Duration.ofMinutes(5), Duration.ZERO);
}
