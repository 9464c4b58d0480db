package dev.formulary.engine.facts;

import java.time.Instant;

/// What the calls of a model came to in one hour.
///
/// @param hour its beginning
/// @param model `provider/model`
/// @param calls how many attempts of it were made
/// @param unpriced of how many of these nobody knows what they cost
/// @param micros what the others cost, in micro-dollars
/// @param promptTokens tokens that were read
/// @param answerTokens tokens that were written
public record HourlyUse(Instant hour, String model, long calls, long unpriced, long micros, long promptTokens,
        long answerTokens) {}
