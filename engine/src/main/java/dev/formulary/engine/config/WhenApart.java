package dev.formulary.engine.config;

/// What becomes of limits while not all members of a cluster see each other.
public enum WhenApart {
    /// Where more than half of the members are together they go on with whole limits; others let nothing through.
    REFUSE,
    /// Members that see each other have that share of each limit that they are of all members.
    SHARE
}
