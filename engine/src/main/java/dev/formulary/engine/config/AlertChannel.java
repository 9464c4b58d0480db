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
/// @param timeout how long one try may take
/// @param target what it is
public record AlertChannel(String name, String route, Severity severity, List<String> codes, boolean resolved,
        Duration timeout, AlertTarget target) {
    /// How long one try may take, unless said otherwise.
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    /// Whether an alert is told here.
    ///
    /// @param over whether it has ended
    public boolean wants(Severity how, String code, boolean over) {
        return how.compareTo(severity) >= 0 && (resolved || !over)
                && (codes.isEmpty() || codes.stream().anyMatch(each -> fits(each, code)));
    }

    private static boolean fits(String pattern, String code) {
        return pattern.endsWith("*")
                ? code.startsWith(pattern.substring(0, pattern.length() - 1))
                : code.equals(pattern);
    }
}
