package dev.formulary.engine.facts;

/// What the caller has arranged for a person in need. The gateway arranges nothing itself and contacts nobody.
public enum Intervention {
    /// Nothing was said.
    UNSPECIFIED, AUTOMATED_RESPONSE, HUMAN_OVERSIGHT, EMERGENCY_SERVICES, THERAPEUTIC_REFERRAL
}
