package dev.formulary.engine.boot;

import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.decision.RuleSetReport;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps alerts open while something is wrong with the rules folder. Thread-safe.
final class RuleAlerts {
    /// More often than alerts that nobody raises are resolved.
    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final String ENGINE = "engine";

    private final Alerts alerts;
    private final ReentrantLock turn = new ReentrantLock();
    private List<Notice> wrong = List.of();
    private Instant raised = Instant.MIN;

    RuleAlerts(Alerts alerts) {
        this.alerts = alerts;
    }

    void changed(RuleSetReport report, Instant now) {
        turn.lock();
        try {
            wrong = notices(report);
            raise(now);
        } finally {
            turn.unlock();
        }
    }

    void tick(Instant now) {
        turn.lock();
        try {
            if (!wrong.isEmpty() && !raised.plus(AGAIN).isAfter(now)) {
                raise(now);
            }
        } finally {
            turn.unlock();
        }
    }

    private void raise(Instant now) {
        wrong.forEach(notice -> alerts.raise(notice, now));
        raised = now;
    }

    static List<Notice> notices(RuleSetReport report) {
        var notices = new ArrayList<Notice>();
        String first = report.problems().isEmpty() ? "" : ": " + report.problems().getFirst();
        if (report.generation() == 0) {
            notices.add(new Notice(ENGINE, Severity.CRITICAL, "rules-none",
                    "there are no valid rules, every call is denied" + first));
        } else if (report.lastGood()) {
            notices.add(new Notice(ENGINE, Severity.CRITICAL, "rules-last-good",
                    "the rules folder was broken at the start, the last good rules serve until it is repaired"
                            + first));
        } else if (!report.accepted()) {
            notices.add(new Notice(ENGINE, Severity.WARNING, "rules-refused",
                    "the rules folder is broken, the rules before go on" + first));
        }
        report.warnings().stream().filter(warning -> warning.code().equals("scenario")).findFirst()
                .ifPresent(failed -> notices.add(new Notice(ENGINE, Severity.WARNING, "rules-scenarios",
                        "rules serve although scenarios fail: " + failed)));
        return notices;
    }
}
