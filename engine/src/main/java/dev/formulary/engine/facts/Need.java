package dev.formulary.engine.facts;

/// What kind of help the caller says the person needs.
public enum Need {
    /// Nothing was said.
    UNSPECIFIED, GENERAL_THERAPY, CRISIS_INTERVENTION, COGNITIVE_BEHAVIORAL, MINDFULNESS, TRAUMA_INFORMED, ADDICTION_RECOVERY
}
