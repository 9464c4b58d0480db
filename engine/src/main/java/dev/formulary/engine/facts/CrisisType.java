package dev.formulary.engine.facts;

/// What a crisis is about.
public enum CrisisType {
    SELF_HARM, SUICIDAL_IDEATION, SUBSTANCE_ABUSE, DOMESTIC_VIOLENCE, EATING_DISORDER, PANIC_ATTACK, SEVERE_DEPRESSION
}
