package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.alert.Silence;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertDeskTest {
    private final Alerts alerts = new Alerts(Alerts.RESOLVE_AFTER);

    @Test
    void whoTookNoteIsShownWithTheAlert() {
        raise("slow");
        raise("spent");

        assertThat(acknowledge(Map.of("code", "slow", "by", "Ann"))).isInstanceOf(Change.Result.Done.class);

        assertThat(new String(AdminJson.write(alerts.open()), StandardCharsets.UTF_8)).containsOnlyOnce(
                "\"acknowledged\":{\"by\":\"Ann by the admin API\",\"at\":\"2026-11-20T12:00:00Z\",\"note\":\"\"}")
                .containsOnlyOnce("\"acknowledged\":null");
        assertThat(((Change.Result.Done) acknowledge(Map.of())).document().toString()).contains("acknowledged=1");
    }

    @Test
    void anAlertThatIsNotOpenCantBeAcknowledged() {
        raise("slow");

        assertThat(acknowledge(Map.of("code", "fast"))).isInstanceOf(Change.Result.Refused.class);
    }

    @Test
    void aSilenceIsMadeShownAndEnded() {
        raise("slow");
        assertThat(change(AlertDesk.SILENCE, Map.of("code", "slow", "for", "2h", "by", "Ann", "note", "known")))
                .isInstanceOf(Change.Result.Done.class);
        Silence made = alerts.silences().getFirst();
        assertThat(made.until()).isEqualTo(Samples.NOON.plusSeconds(7_200));
        assertThat(show(AlertDesk.SILENCES)).contains("\"codes\":[\"slow\"]", "\"by\":\"Ann by the admin API\"",
                "\"note\":\"known\"");
        assertThat(alerts.open().getFirst().state()).isEqualTo(OpenAlert.State.SILENCED);
        assertThat(alerts.open().getFirst().held()).isEqualTo("silence " + made.id() + " by Ann by the admin API");

        assertThat(change(AlertDesk.UNSILENCE, Map.of("id", made.id()))).isInstanceOf(Change.Result.Done.class);
        assertThat(change(AlertDesk.UNSILENCE, Map.of("id", made.id()))).asString().contains("there is no silence");
        assertThat(show(AlertDesk.SILENCES)).isEqualTo("[]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        for=2x                       | 'for' must be a duration
        until=tomorrow               | 'until' must be a time in UTC
        until=2020-01-01T00:00:00Z   | must end later than now
        for=400d                     | within a year
        resource=a*b                 | 'resource' may have a star at its end only
        """)
    void whatIsWrongWithASilenceIsSaid(String said, String why) {
        var all = new java.util.HashMap<>(Map.of("code", "slow"));
        all.put(said.split("=", -1)[0], said.split("=", -1)[1]);
        assertThatThrownBy(() -> change(AlertDesk.SILENCE, all)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aSilenceOfNothingInParticularIsRefused() {
        assertThat(change(AlertDesk.SILENCE, Map.of())).asString().contains("nothing_named");
    }

    @Test
    void whatCallsReportedIsEndedByHandAndWhatIsWatchedIsNot() {
        raise("slow");
        alerts.observe(List.of(new Notice("watch", Severity.WARNING, "host-cpu", "it is so")), Samples.NOON);

        assertThat(change(AlertDesk.RESOLVE, Map.of("code", "slow", "by", "Ann"))).asString().contains("resolved=1");
        assertThat(change(AlertDesk.RESOLVE, Map.of("code", "slow"))).asString().contains("no such alert is open");
        assertThat(change(AlertDesk.RESOLVE, Map.of("code", "host-cpu"))).asString().contains("still_so");
        assertThat(show(AlertDesk.HISTORY)).contains("\"how\":\"by hand: Ann by the admin API\"");
        assertThat(show(AlertDesk.STATISTICS)).contains("\"rule\":\"health\"", "\"opened\":1", "\"noisy\":false");
        assertThat(show(AlertDesk.PENDING)).isEqualTo("[]");
    }

    private void raise(String code) {
        alerts.raise(new Notice("health", Severity.WARNING, code, "it is so"), Samples.NOON);
    }

    private Change.Result acknowledge(Map<String, String> said) {
        return change(AlertDesk.ACKNOWLEDGE, said);
    }

    private Change.Result change(String path, Map<String, String> said) {
        return Objects.requireNonNull(new AlertDesk(alerts, new MutableClock(Samples.NOON)).changes().get(path))
                .apply(said);
    }

    private String show(String path) {
        return new String(AdminJson.write(Objects.requireNonNull(new AlertDesk(alerts, new MutableClock(Samples.NOON))
                .documents().get(path)).get()), StandardCharsets.UTF_8);
    }
}
