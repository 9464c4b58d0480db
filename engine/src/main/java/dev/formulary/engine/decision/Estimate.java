package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;

/// What an answer is expected to take.
///
/// @param promptTokens of the question
/// @param answerTokens the most that the caller allows, or what answers usually take
record Estimate(int promptTokens, int answerTokens) {
    /// When the call does not say.
    static final int USUAL_ANSWER_TOKENS = 500;

    static Estimate of(Context context) {
        return new Estimate(context.promptTokens(),
                context.maxTokens() > 0 ? context.maxTokens() : USUAL_ANSWER_TOKENS);
    }

    /// In micro-dollars; -1 when a price is unknown.
    long costMicros(Candidate candidate) {
        return candidate.costMicros(promptTokens, answerTokens);
    }
}
