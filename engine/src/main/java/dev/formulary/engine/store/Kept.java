package dev.formulary.engine.store;

import java.util.List;

/// A decision as it was kept.
///
/// @param seq its number in the log, from 1
/// @param hidden which facts were hashed or masked: `tenant`, `key`, `session`, `zone`, `budgets`
public record Kept(long seq, Recorded recorded, List<String> hidden) {

    /// The decision's id.
    public String id() {
        return recorded.id();
    }
}
