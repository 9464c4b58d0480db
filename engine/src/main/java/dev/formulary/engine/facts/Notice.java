package dev.formulary.engine.facts;

import java.time.Duration;
import java.util.List;

/// An alert that a rule asks for. One rule, code and resource are one alert.
///
/// @param rule the rule's id
/// @param code which alert
/// @param resource what is concerned: a model, a provider, a budget, a card; empty where there is but one
/// @param message what happened
/// @param timing when it opens and when it is over
/// @param holds whether it only keeps an alert open that is open: the lower threshold of a hysteresis
/// @param wanted what is to be done while the alert is open
public record Notice(String rule, Severity severity, String code, String resource, String message, AlertTiming timing,
        boolean holds, List<Wanted> wanted) {
    public Notice {
        wanted = List.copyOf(wanted);
    }

    /// What opens at once, of the one resource that there is.
    public Notice(String rule, Severity severity, String code, String message) {
        this(rule, severity, code, "", message, AlertTiming.PRESET, false, List.of());
    }

    /// A measure that begins when the alert opens and ends when it is resolved, but after that time at the latest.
    ///
    /// @param model its full name, or `PROVIDER/*`
    /// @param points with [Measure.Kind#AVOID], by how many points (0 to 100) it is worse
    public record Wanted(String model, Measure.Kind kind, double points, Duration most) {}
}
