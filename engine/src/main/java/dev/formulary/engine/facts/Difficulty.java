package dev.formulary.engine.facts;

/// How demanding a scene may be for the person.
public enum Difficulty {
    /// Nothing was said.
    UNSPECIFIED, GENTLE, STANDARD, CHALLENGING, INTENSIVE
}
