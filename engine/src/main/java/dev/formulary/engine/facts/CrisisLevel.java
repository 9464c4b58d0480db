package dev.formulary.engine.facts;

/// How grave the signs of a crisis are, in rising order.
public enum CrisisLevel {
    /// Nothing points to one.
    NONE,
    /// Something that belongs to one was named, but not as the person's own: in a story, in a quotation, of somebody else.
    LOW,
    /// Past, denied or unclear; worth asking after.
    MODERATE,
    /// The person speaks of a danger to themselves or from another.
    HIGH,
    /// Something has begun, or is about to: an act, a plan with its means, a time.
    CRITICAL;

    /// Whether it is that grave or graver.
    public boolean atLeast(CrisisLevel other) {
        return compareTo(other) >= 0;
    }
}
