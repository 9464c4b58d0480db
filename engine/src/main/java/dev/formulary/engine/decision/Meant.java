package dev.formulary.engine.decision;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Approach;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Difficulty;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Intervention;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.SessionState;
import dev.formulary.engine.facts.Task;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What an author means who writes what rules do not have, where it is known how the same is said. Each is put behind a message,
/// or is empty.
final class Meant {
    /// To these facts a rule set may add words of its own; they are never constants.
    private static final Map<Class<?>, String> OWN = Map.ofEntries(Map.entry(Need.class, "need"),
            Map.entry(Risk.class, "risk"), Map.entry(EmotionalState.class, "emotion"), Map.entry(AgeBand.class, "age"),
            Map.entry(Privacy.class, "privacy"), Map.entry(Task.class, "task"), Map.entry(Approach.class, "approach"),
            Map.entry(Difficulty.class, "difficulty"), Map.entry(SessionState.class, "session-state"),
            Map.entry(Intervention.class, "intervention"), Map.entry(CrisisType.class, "crisis"));
    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9_]{0,63}");
    private static final Set<String> ALLOWING = Set.of("allow", "permit", "only", "use", "choose", "select");

    private Meant() {}

    /// A word that may be one of the authors' own.
    ///
    /// @param type what it should be one of
    static String ownWord(Class<?> type, String text) {
        String fact = OWN.get(type);
        String word = text.toLowerCase(Locale.ROOT);
        return fact == null || !WORD.matcher(word).matches()
                ? ""
                : "; a word of your own (lexicon/vocabulary.csv) is asked for with says(\"" + fact + "\", \"" + word
                        + "\")";
    }

    /// Rules forbid; there is no list of what is allowed.
    static String verb(String verb) {
        return ALLOWING.contains(verb.toLowerCase(Locale.ROOT))
                ? "; what no rule forbids may answer: to let only some, forbid the others, "
                        + "$candidate : Candidate( id not in (\"a/b\", \"c/d\") ) and decision.forbid($candidate)"
                : "";
    }
}
