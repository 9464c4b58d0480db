package dev.formulary.engine.store;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import org.jspecify.annotations.Nullable;

/// A decision with what it was made of and what came of it. The content of the call is not part of it.
///
/// @param outcome null while the call is under way, and for decisions that nobody carries out
public record Recorded(Question question, Decision decision, @Nullable Outcome outcome) {

    /// The decision's id.
    public String id() {
        return decision.id();
    }

    /// Whose decision it is.
    public Call call() {
        return question.call();
    }
}
