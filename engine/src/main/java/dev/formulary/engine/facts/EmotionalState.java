package dev.formulary.engine.facts;

/// How the person feels, as the caller declares it.
public enum EmotionalState {
    /// Nothing was said.
    UNSPECIFIED, CALM, ENGAGED, ANXIOUS, OVERWHELMED, DISTRESSED, CRISIS
}
