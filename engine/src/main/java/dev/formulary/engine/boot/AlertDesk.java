package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.alert.Alerts;
import java.time.Clock;
import java.util.Map;

/// Lets an operator take note of alerts. Thread-safe.
final class AlertDesk {
    private final Alerts alerts;
    private final Clock clock;

    AlertDesk(Alerts alerts, Clock clock) {
        this.alerts = alerts;
        this.clock = clock;
    }

    Map<String, Change> changes() {
        return Map.of("/admin/alerts/acknowledge", this::acknowledge);
    }

    private Change.Result acknowledge(Map<String, String> said) {
        String code = said.get("code");
        if (code != null && alerts.open().stream().noneMatch(alert -> alert.code().equals(code))) {
            return new Change.Result.Refused("no_such_alert", "no alert of that 'code' is open; without it all are"
                    + " acknowledged");
        }
        String by = RuleDesk.name(said.getOrDefault("by", ""));
        int noted = alerts.acknowledge(code, by.isEmpty() ? "admin API" : by + " by the admin API", clock.instant());
        return new Change.Result.Done(new Shown.Acknowledged(noted, alerts.open()));
    }
}
