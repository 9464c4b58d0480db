package dev.formulary.engine.alert;

import dev.formulary.engine.facts.Severity;
import java.time.Instant;

/// An alert that is firing.
///
/// @param rule the id of the rule that asks for it
/// @param code which alert
/// @param severity the highest yet
/// @param message what happened, as the rule said it last
/// @param firstSeen when it began
/// @param lastSeen when it was raised last
/// @param count how often it was raised, at least once
public record OpenAlert(String rule, String code, Severity severity, String message, Instant firstSeen,
        Instant lastSeen, long count) {}
