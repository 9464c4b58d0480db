package dev.formulary.engine.facts;

/// Where an answer stands that is passed on in pieces.
public enum StreamState {
    /// No model has begun.
    NOT_STARTED,
    /// A model has begun, but nothing of its answer's content has come. What came is held back, the headers too, so that
    /// another model can take its place unseen.
    HELD,
    /// Content has gone to the caller.
    COMMITTED,
    /// Nothing came for too long.
    STALLED,
    /// It broke off.
    CUT,
    /// What came could not be understood.
    MALFORMED,
    /// It is complete.
    DONE;

    /// Whether it went wrong.
    public boolean broken() {
        return this == STALLED || this == CUT || this == MALFORMED;
    }
}
