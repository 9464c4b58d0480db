package dev.formulary.engine.store;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Situation;
import org.jspecify.annotations.Nullable;

/// A decision with what it was made of and what came of it. The content of the call is not part of it.
///
/// @param situation the snapshot with which it was decided; calls of one tick share it
/// @param outcome null while the call is under way, and for decisions that nobody carries out
public record Recorded(Call call, Context context, Situation situation, Decision decision,
        @Nullable Outcome outcome) {

    /// The decision's id.
    public String id() {
        return decision.id();
    }
}
