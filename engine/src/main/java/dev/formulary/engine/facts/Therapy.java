package dev.formulary.engine.facts;

import org.jspecify.annotations.Nullable;

/// What the caller declares about the therapy that a call is part of.
///
/// @param crisis what a crisis is about, or null when none was declared
public record Therapy(Approach approach, Difficulty difficulty, SessionState session, Intervention intervention,
        @Nullable CrisisType crisis) {
    /// Nothing was said.
    public static final Therapy UNSPECIFIED = new Therapy(Approach.UNSPECIFIED, Difficulty.UNSPECIFIED,
            SessionState.UNSPECIFIED, Intervention.UNSPECIFIED, null);
}
