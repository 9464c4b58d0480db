package dev.formulary.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AlertsTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final Alerts alerts = new Alerts(Duration.ofMinutes(5));
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Alerts.class);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setAdditive(true);
    }

    @Test
    void noticesOfOneRuleAndCodeAreOneAlert() {
        raise("load", "busy", Severity.WARNING, 0);
        raise("load", "busy", Severity.WARNING, 30);
        raise("load", "busy", Severity.WARNING, 10);
        raise("cost", "busy", Severity.WARNING, 40);

        assertThat(alerts.openCodes()).containsExactly("busy");
        assertThat(alerts.open()).containsExactly(
                new OpenAlert("cost", "busy", Severity.WARNING, "it is so", at(40), at(40), 1),
                new OpenAlert("load", "busy", Severity.WARNING, "it is so", at(0), at(30), 3));
    }

    @Test
    void whoTookNoteIsKeptUntilItGetsWorse() {
        raise("load", "busy", Severity.WARNING, 0);
        raise("cost", "spent", Severity.WARNING, 0);

        assertThat(alerts.acknowledge("busy", "the night nurse", at(5))).isEqualTo(1);
        assertThat(alerts.acknowledge(null, "mqtt", at(6))).as("only those of which nobody had").isEqualTo(1);
        raise("load", "busy", Severity.INFO, 7);
        assertThat(alerts.open()).filteredOn(alert -> alert.code().equals("busy")).singleElement()
                .satisfies(alert -> assertThat(alert.acknowledged())
                        .isEqualTo(new OpenAlert.Acknowledgement("the night nurse", at(5))));

        raise("load", "busy", Severity.CRITICAL, 8);
        assertThat(alerts.open()).filteredOn(alert -> alert.acknowledged() == null).extracting(OpenAlert::code)
                .containsExactly("busy");
    }

    @Test
    void openingIsLoggedOnceAndSoIsGettingWorse() {
        raise("load", "busy", Severity.WARNING, 0);
        raise("load", "busy", Severity.WARNING, 1);
        assertThat(levels()).containsExactly(Level.WARN);

        raise("load", "busy", Severity.CRITICAL, 2);
        raise("load", "busy", Severity.WARNING, 3);
        assertThat(levels()).containsExactly(Level.WARN, Level.ERROR);
        assertThat(alerts.open().getFirst().severity()).isEqualTo(Severity.CRITICAL);
        assertThat(log.list.getLast().getFormattedMessage()).contains("rule=load", "code=busy", "severity=CRITICAL");
    }

    @Test
    void anAlertThatIsNotRaisedAnyMoreIsOver() {
        raise("load", "busy", Severity.WARNING, 0);
        raise("cost", "budget", Severity.INFO, 200);

        alerts.tick(at(299));
        assertThat(alerts.openCodes()).containsExactlyInAnyOrder("busy", "budget");
        alerts.tick(at(300));
        assertThat(alerts.openCodes()).containsExactly("budget");

        raise("load", "busy", Severity.WARNING, 400);
        assertThat(alerts.open()).filteredOn(alert -> alert.code().equals("busy"))
                .containsExactly(new OpenAlert("load", "busy", Severity.WARNING, "it is so", at(400), at(400), 1));
        assertThat(levels()).containsExactly(Level.WARN, Level.WARN, Level.INFO, Level.WARN);
    }

    @Test
    void whenThereAreTooManyTheImportantOnesStay() {
        for (int i = 0; i < Alerts.MOST; i++) {
            raise("rule" + i, "code" + i, Severity.WARNING, i);
        }
        raise("minor", "minor", Severity.INFO, 1000);
        raise("major", "major", Severity.EMERGENCY, 1000);

        List<OpenAlert> open = alerts.open();
        assertThat(open).hasSize(Alerts.MOST);
        assertThat(open.getFirst().code()).isEqualTo("major");
        assertThat(alerts.openCodes()).contains("code1").doesNotContain("minor", "code0");
        assertThat(alerts.dropped()).isEqualTo(2);
    }

    private List<Level> levels() {
        return log.list.stream().map(ILoggingEvent::getLevel).toList();
    }

    private void raise(String rule, String code, Severity severity, int second) {
        alerts.raise(new Notice(rule, severity, code, "it is so"), at(second));
    }

    private static Instant at(int second) {
        return NOON.plusSeconds(second);
    }
}
