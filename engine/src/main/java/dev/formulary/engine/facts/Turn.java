package dev.formulary.engine.facts;

import java.time.Instant;

/// What a person said and what was answered. Printing it prints neither.
///
/// @param asked the person's words
/// @param answered the model's words
/// @param at when the answer was complete
public record Turn(String asked, String answered, Instant at) {
    @Override
    public String toString() {
        return "Turn[" + asked.length() + " and " + answered.length() + " characters at " + at + "]";
    }
}
