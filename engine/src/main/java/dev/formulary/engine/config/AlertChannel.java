package dev.formulary.engine.config;

import dev.formulary.engine.facts.Severity;
import java.time.Duration;
import java.util.List;

/// Somewhere that alerts are told.
///
/// @param name by which it is known
/// @param route the route `direct:alert-ROUTE` tells it
/// @param severity alerts that are less severe are not told
/// @param codes which alerts: codes, or beginnings of codes with a star; empty for all
/// @param resolved whether it is also told when an alert is over
/// @param acknowledged whether it is also told when somebody has taken note
/// @param escalation whether it is told only what a ladder of escalation brings here
/// @param timeout how long one try may take
/// @param target what it is
public record AlertChannel(String name, String route, Severity severity, List<String> codes, boolean resolved,
        boolean acknowledged, boolean escalation, Duration timeout, AlertTarget target) {
    /// How long one try may take, unless said otherwise.
    public static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String FAILING = "alert-channel:";

    /// One that is not told who has taken note, and is no step of a ladder only.
    public AlertChannel(String name, String route, Severity severity, List<String> codes, boolean resolved,
            Duration timeout, AlertTarget target) {
        this(name, route, severity, codes, resolved, false, false, timeout, target);
    }

    /// Whether an alert is told here.
    ///
    /// @param over whether it has ended
    public boolean wants(Severity how, String code, boolean over) {
        return how.compareTo(severity) >= 0 && (resolved || !over) && AlertScope.any(codes, code);
    }

    /// The code of the alert that a channel fails. The channel itself is not told of it.
    public static String failing(String name) {
        return FAILING + name;
    }

    /// Whether a code is that of a channel that fails.
    public static boolean isFailing(String code) {
        return code.startsWith(FAILING);
    }
}
