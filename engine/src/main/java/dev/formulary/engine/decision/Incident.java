package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An alert in a scenario of rules that watch, from when it opens until it is resolved.
///
/// @param severity the highest
/// @param message when it was worst
/// @param opens how long after the beginning; where that is no news yet, when it is
/// @param resolves how long after the beginning; null while it is open at the end
/// @param wanted what was to be done while it was open
record Incident(String rule, String code, String resource, Severity severity, String message, Duration opens,
        @Nullable Duration resolves, List<Notice.Wanted> wanted) {

    Incident seen(Notice notice) {
        boolean worse = notice.severity().compareTo(severity) > 0;
        return new Incident(rule, code, resource, worse ? notice.severity() : severity,
                worse ? notice.message() : message, opens, resolves, wanted.isEmpty() ? notice.wanted() : wanted);
    }

    Incident opened(Duration at) {
        return new Incident(rule, code, resource, severity, message, at, null, wanted);
    }

    Incident resolved(Duration at) {
        return new Incident(rule, code, resource, severity, message, opens, at, wanted);
    }

    @Override
    public String toString() {
        return code + (resource.isEmpty() ? "" : " of " + resource) + " (" + severity.name().toLowerCase(Locale.ROOT)
                + ", opens after " + Spans.show(opens) + ", "
                + (resolves == null ? "stays open" : "resolves after " + Spans.show(resolves)) + ": " + message + ")";
    }
}
