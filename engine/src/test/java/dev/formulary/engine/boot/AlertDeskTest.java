package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AlertDeskTest {
    private final Alerts alerts = new Alerts(Alerts.RESOLVE_AFTER);

    @Test
    void whoTookNoteIsShownWithTheAlert() {
        raise("slow");
        raise("spent");

        assertThat(acknowledge(Map.of("code", "slow", "by", "Ann"))).isInstanceOf(Change.Result.Done.class);

        assertThat(new String(AdminJson.write(alerts.open()), StandardCharsets.UTF_8)).containsOnlyOnce(
                "\"acknowledged\":{\"by\":\"Ann by the admin API\",\"at\":\"2026-11-20T12:00:00Z\"}")
                .containsOnlyOnce("\"acknowledged\":null");
        assertThat(((Change.Result.Done) acknowledge(Map.of())).document().toString()).contains("acknowledged=1");
    }

    @Test
    void anAlertThatIsNotOpenCantBeAcknowledged() {
        raise("slow");

        assertThat(acknowledge(Map.of("code", "fast"))).isInstanceOf(Change.Result.Refused.class);
    }

    private void raise(String code) {
        alerts.raise(new Notice("health", Severity.WARNING, code, "it is so"), Samples.NOON);
    }

    private Change.Result acknowledge(Map<String, String> said) {
        return Objects.requireNonNull(new AlertDesk(alerts, new MutableClock(Samples.NOON)).changes()
                .get("/admin/alerts/acknowledge")).apply(said);
    }
}
