package dev.formulary.engine.alert;

import dev.formulary.engine.facts.Severity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An alert that is firing.
///
/// @param rule the id of the rule that asks for it
/// @param code which alert
/// @param severity the highest yet
/// @param message what happened, as the rule said it last
/// @param firstSeen when it began
/// @param lastSeen when it was raised last
/// @param count how often it was raised, at least once
/// @param acknowledged who took note of it; null when nobody has, or when it got worse since
public record OpenAlert(String rule, String code, Severity severity, String message, Instant firstSeen,
        Instant lastSeen, long count, @Nullable Acknowledgement acknowledged) {

    /// An alert of which nobody took note.
    public OpenAlert(String rule, String code, Severity severity, String message, Instant firstSeen, Instant lastSeen,
            long count) {
        this(rule, code, severity, message, firstSeen, lastSeen, count, null);
    }

    /// @param by who, in their own words
    public record Acknowledgement(String by, Instant at) {}

    OpenAlert seen(Instant now) {
        return new OpenAlert(rule, code, severity, message, firstSeen, now, count, acknowledged);
    }

    OpenAlert acknowledged(Acknowledgement by) {
        return new OpenAlert(rule, code, severity, message, firstSeen, lastSeen, count, by);
    }
}
