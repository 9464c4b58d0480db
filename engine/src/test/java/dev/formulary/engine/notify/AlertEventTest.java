package dev.formulary.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.alert.OpenAlert.Acknowledgement;
import dev.formulary.engine.alert.OpenAlert.State;
import dev.formulary.engine.alert.Telling;
import dev.formulary.engine.facts.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertEventTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private static OpenAlert alert(String code, String resource, @Nullable Acknowledgement noted) {
        return new OpenAlert("r", code, resource, Severity.CRITICAL, "it fails", NOON, NOON, 2, noted,
                noted == null ? State.FIRING : State.ACKNOWLEDGED, "", false, List.of());
    }

    private static AlertEvent event(Telling.Kind kind, int more, OpenAlert... alerts) {
        return AlertEvent.of(new Telling("alert_1", kind, NOON, List.of(alerts), more, "a", Set.of("c")), "hall");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        OPENED       | Critical: error-rate a/x (hall)
        WORSENED     | Now critical: error-rate a/x (hall)
        FLAPPING     | Comes and goes: error-rate a/x (hall)
        ESCALATED    | Nobody has taken note, critical: error-rate a/x (hall)
        REPEATED     | Still open, critical: error-rate a/x (hall)
        ACKNOWLEDGED | Noted: error-rate a/x (hall)
        RESOLVED     | Resolved: error-rate a/x (hall)
        """)
    void theTitleSaysWhatHappened(Telling.Kind kind, String title) {
        assertThat(event(kind, 0, alert("error-rate", "a/x", null)).title()).isEqualTo(title);
    }

    @Test
    void severalAlertsAreListed() {
        AlertEvent event = event(Telling.Kind.OPENED, 3, alert("error-rate", "a/x", null), alert("error-rate", "a/y",
                null));
        assertThat(event.title()).isEqualTo("Critical: error-rate, 5 of them (hall)");
        assertThat(event.text()).isEqualTo("""
            critical error-rate a/x: it fails
            critical error-rate a/y: it fails
            and 3 more
            event alert_1""");
        assertThat(event.document()).contains("\"number\":5", "\"alerts\":[{");
        assertThat(AlertDocument.read(event.document())).isEqualTo(event);
        assertThat(event(Telling.Kind.OPENED, 0, alert("error-rate", "a/x", null), alert("budget", "", null)).title())
                .isEqualTo("Critical: alerts, 2 of them (hall)");
    }

    @Test
    void whoTookNoteIsTold() {
        AlertEvent event = event(Telling.Kind.ACKNOWLEDGED, 0, alert("host-cpu", "", new Acknowledgement("Ann", NOON,
                "on it")));
        assertThat(event.text()).contains("noted by Ann: on it");
        assertThat(event.document()).contains("\"acknowledged\":{\"by\":\"Ann\"").doesNotContain("resource", "number");
        assertThat(AlertDocument.read(event.document())).isEqualTo(event);
    }
}
