package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.decision.Manifest;
import dev.formulary.engine.decision.Problem;
import dev.formulary.engine.decision.RuleSetReport;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleAlertsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final List<Problem> ODD = List.of(new Problem("cost/a.drl", 0, 0, "", "odd", "scenario"));

    private final Alerts alerts = new Alerts(Alerts.RESOLVE_AFTER);
    private final RuleAlerts ours = new RuleAlerts(alerts);

    private static RuleSetReport report(long generation, boolean accepted, boolean lastGood, List<Problem> warnings) {
        return new RuleSetReport("", generation, accepted, 0, 0, 0, List.of(), accepted ? List.of() : ODD, warnings,
                NOW,
                new RuleSetReport.Times(0, 0, 0, 0, 0), Manifest.NONE, lastGood);
    }

    @Test
    void whatIsWrongWithTheRulesIsAnAlertUntilItIsMended() {
        ours.changed(report(0, false, false, List.of()), NOW);
        assertThat(alerts.openCodes()).containsExactly("rules-none");
        ours.changed(report(1, false, true, List.of()), NOW);
        ours.changed(report(2, false, false, List.of()), NOW);
        ours.changed(report(3, true, false, ODD), NOW);
        assertThat(alerts.openCodes()).containsExactlyInAnyOrder("rules-none", "rules-last-good", "rules-refused",
                "rules-scenarios");
        assertThat(alerts.open()).allSatisfy(alert -> assertThat(alert.message()).contains("cost/a.drl odd"));
        Instant later = NOW;
        for (int i = 0; i < 40; i++) {
            later = later.plusSeconds(15);
            ours.tick(later);
            alerts.tick(later);
        }
        assertThat(alerts.openCodes()).as("still so").containsExactly("rules-scenarios");
        ours.changed(report(4, true, false, List.of()), later);
        ours.tick(later.plus(Alerts.RESOLVE_AFTER));
        alerts.tick(later.plus(Alerts.RESOLVE_AFTER));
        assertThat(alerts.openCodes()).isEmpty();
    }
}
