package dev.formulary.engine.store;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import org.jspecify.annotations.Nullable;

/// An attempt that begins, for the ledger.
///
/// @param attempt which of the call's attempts, from 1; 0 for an answer from the cache
/// @param candidate the model that is asked
/// @param rule the id of the rule that chose it; `caller` where the caller named it, `ranking` where no rule spoke for it, `none`
///     where nothing was decided
/// @param reference the model whose cost is compared, or null
/// @param most the most that it may cost, in micro-dollars; -1 when nobody knows
/// @param counts whether a caller waits for the answer, rather than the gateway itself
public record Beginning(Call call, int attempt, Candidate candidate, String rule, @Nullable Candidate reference,
        long most, boolean counts) {}
