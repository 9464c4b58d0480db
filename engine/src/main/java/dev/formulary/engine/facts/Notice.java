package dev.formulary.engine.facts;

/// An alert that a rule asks for. One rule, code and resource are one alert.
///
/// @param rule the rule's id
/// @param code which alert
/// @param resource what is concerned: a model, a provider, a budget, a card; empty where there is but one
/// @param message what happened
/// @param timing when it opens and when it is over
/// @param holds whether it only keeps an alert open that is open: the lower threshold of a hysteresis
public record Notice(String rule, Severity severity, String code, String resource, String message, AlertTiming timing,
        boolean holds) {

    /// What opens at once, of the one resource that there is.
    public Notice(String rule, Severity severity, String code, String message) {
        this(rule, severity, code, "", message, AlertTiming.PRESET, false);
    }
}
