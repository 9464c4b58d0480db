package dev.formulary.engine.facts;

import dev.formulary.spi.Capability;
import java.util.Map;
import java.util.Set;

/// What is known about a call beyond its sender: what the caller declared and what was derived from the content.
///
/// @param need declared; the kind of help needed
/// @param risk declared; the danger seen
/// @param emotion declared; how the person feels
/// @param ageBand declared; how old the person is
/// @param privacy declared; how far the content may travel
/// @param task declared; what the answer is for
/// @param consent declared; whether the person agreed to their words being sent on
/// @param clinician declared; whether a clinician is present
/// @param paidAllowed declared or configured; whether money may be spent where a free model could answer
/// @param zone declared; the room or area of a home, or empty
/// @param language declared; a BCP 47 tag, or empty
/// @param promptTokens derived; an estimate of the tokens of the prompt
/// @param maxTokens derived; the most tokens the answer may have, 0 when not said
/// @param needs derived; what a model must be able to do to answer at all
/// @param deterministic derived; whether the caller asks for an answer that can be repeated (temperature 0 or a seed)
/// @param therapy declared; what the therapy is like that the call is part of
/// @param requirements declared; what the caller requires of a model
/// @param balance declared; from 0 (as fast as can be) to 1 (as creative as can be), -1 when not said
/// @param traits derived; what the content shows by its form
/// @param screening derived; what the crisis screen found
/// @param words declared; what the authors of the rules added to the vocabulary, by fact, for example a need of their own
/// @param sources where each fact came from, by name: `header`, `property` (MQTT), `file` (a member of a line), `metadata`,
///     `content`, `config`, or `assessor:NAME` (a plug-in); of `model` also `auto=ALIAS`, where an operator chose it for `auto`
public record Context(Need need, Risk risk, EmotionalState emotion, AgeBand ageBand, Privacy privacy, Task task,
        boolean consent, boolean clinician, boolean paidAllowed, String zone, String language, int promptTokens,
        int maxTokens, Set<Capability> needs, boolean deterministic, Therapy therapy, Requirements requirements,
        double balance, Traits traits, Screening screening, Map<String, String> words, Map<String, String> sources) {
    public Context {
        needs = Set.copyOf(needs);
        words = Map.copyOf(words);
        sources = Map.copyOf(sources);
    }

    /// A context without words of the authors' own.
    public Context(Need need, Risk risk, EmotionalState emotion, AgeBand ageBand, Privacy privacy, Task task,
            boolean consent, boolean clinician, boolean paidAllowed, String zone, String language, int promptTokens,
            int maxTokens, Set<Capability> needs, boolean deterministic, Therapy therapy, Requirements requirements,
            double balance, Traits traits, Screening screening, Map<String, String> sources) {
        this(need, risk, emotion, ageBand, privacy, task, consent, clinician, paidAllowed, zone, language, promptTokens,
                maxTokens, needs, deterministic, therapy, requirements, balance, traits, screening, Map.of(), sources);
    }

    /// A context of which no more is known than this.
    public Context(Need need, Risk risk, EmotionalState emotion, AgeBand ageBand, Privacy privacy, Task task,
            boolean consent, boolean clinician, boolean paidAllowed, String zone, String language, int promptTokens,
            int maxTokens, Set<Capability> needs, boolean deterministic, Map<String, String> sources) {
        this(need, risk, emotion, ageBand, privacy, task, consent, clinician, paidAllowed, zone, language, promptTokens,
                maxTokens, needs, deterministic, Therapy.UNSPECIFIED, Requirements.NONE, -1, Traits.UNKNOWN,
                Screening.NONE, sources);
    }

    /// Whether the caller declared that word for that fact, both of the authors' own vocabulary.
    public boolean says(String fact, String word) {
        return word.equals(words.get(fact));
    }

    /// A context in which nothing was declared.
    public static Context unspecified() {
        return new Context(Need.UNSPECIFIED, Risk.UNSPECIFIED, EmotionalState.UNSPECIFIED, AgeBand.UNSPECIFIED,
                Privacy.UNSPECIFIED, Task.UNSPECIFIED, false, false, false, "", "", 0, 0, Set.of(Capability.CHAT),
                false, Map.of());
    }
}
