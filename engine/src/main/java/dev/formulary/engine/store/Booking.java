package dev.formulary.engine.store;

import org.jspecify.annotations.Nullable;

/// An attempt, and what it cost.
record Booking(Opening opening, Closing closing) {

    /// What it saved, in micro-dollars: what the answer would have cost by the reference less what it did cost; less than 0 where
    /// it cost more, or was in vain.
    ///
    /// @return null when that is not known
    @Nullable
    Long saved() {
        long cost = closing.charge().total();
        return cost < 0 || closing.reference() < 0 ? null : Long.valueOf(closing.reference() - cost);
    }
}
