package dev.formulary.engine.facts;

/// The therapeutic approach that the caller follows.
public enum Approach {
    /// Nothing was said.
    UNSPECIFIED, CBT, NARRATIVE, MINDFULNESS, ACT, DBT, SOLUTION_FOCUSED, HUMANISTIC, BEHAVIOURAL_ACTIVATION, SKILL_BUILDING, INSIGHT
}
