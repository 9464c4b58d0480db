package dev.formulary.engine.facts;

import java.util.List;

/// What came before in the call's session. What nobody knows, and all numbers of a call without a session, are -1.
///
/// @param model `provider/model` that answered last; empty when none did
/// @param inRow how many calls in a row that model has answered
/// @param calls how many calls of the session were answered
/// @param switches how often another model answered than the one before
/// @param idleSeconds seconds since the last answer
/// @param moderateSeconds seconds since a crisis of MODERATE or graver was last seen in the session
/// @param highSeconds seconds since one of HIGH or CRITICAL was
/// @param criticalSeconds seconds since one of CRITICAL was
/// @param emotions how the person felt as declared in the calls before, the latest last, five at most
/// @param keptTurns how many questions with their answers, kept by the gateway, stand before the call's own; 0 for none
/// @param keptTokens how many tokens these have; they are part of the prompt's
public record Continuity(String model, int inRow, int calls, int switches, int idleSeconds, int moderateSeconds,
        int highSeconds, int criticalSeconds, List<EmotionalState> emotions, int keptTurns, int keptTokens) {
    /// There is no session.
    public static final Continuity NONE = new Continuity("", -1, -1, -1, -1, -1, -1, -1);
    /// A session of which this is the first call.
    public static final Continuity NEW = new Continuity("", 0, 0, 0, -1, -1, -1, -1);

    public Continuity {
        emotions = List.copyOf(emotions);
    }

    /// A session of which nothing is kept that was said.
    public Continuity(String model, int inRow, int calls, int switches, int idleSeconds, int moderateSeconds,
            int highSeconds, int criticalSeconds, List<EmotionalState> emotions) {
        this(model, inRow, calls, switches, idleSeconds, moderateSeconds, highSeconds, criticalSeconds, emotions, 0, 0);
    }

    /// A session in which no feelings were declared.
    public Continuity(String model, int inRow, int calls, int switches, int idleSeconds, int moderateSeconds,
            int highSeconds, int criticalSeconds) {
        this(model, inRow, calls, switches, idleSeconds, moderateSeconds, highSeconds, criticalSeconds, List.of());
    }

    /// The gravest crisis that was seen in the session within so many seconds.
    public CrisisLevel crisisWithin(int seconds) {
        if (within(criticalSeconds, seconds)) {
            return CrisisLevel.CRITICAL;
        }
        if (within(highSeconds, seconds)) {
            return CrisisLevel.HIGH;
        }
        return within(moderateSeconds, seconds) ? CrisisLevel.MODERATE : CrisisLevel.NONE;
    }

    private static boolean within(int ago, int seconds) {
        return ago >= 0 && ago <= seconds;
    }
}
