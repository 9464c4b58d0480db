package dev.formulary.engine.house;

import static dev.formulary.engine.facts.BreakerState.CLOSED;
import static dev.formulary.engine.facts.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.alert.OpenAlert.Acknowledgement;
import dev.formulary.engine.config.HomeAssistant;
import dev.formulary.engine.facts.Severity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnouncerTest {
    private static final String BASE = "formulary/v1/house/";
    private static final String DEVICE = "homeassistant/device/formulary_house/config";
    private static final HomeAssistant ON = new HomeAssistant(true, "homeassistant", "Formulary", true);

    @TempDir
    Path folder;
    private final PlainBroker broker = new PlainBroker();
    private final Portraits gateway = new Portraits();
    private Announcer announcer;

    @BeforeEach
    void start() {
        announcer = announcer(ON);
        gateway.provider("cloud", CLOSED).budget("month", 0);
    }

    @Test
    void nothingIsSaidBeforeTheBrokerIsThereAndThenEverything() {
        tick(0);
        assertThat(broker.said).isEmpty();

        broker.connect(true);
        tick(1);
        assertThat(broker.topics()).containsExactly(DEVICE, BASE + "providers/cloud", BASE + "budgets/month",
                BASE + "alerts", BASE + "queue", BASE + "cost", BASE + "auto");
        tick(60);
        assertThat(broker.topics()).as("nothing is news").isEmpty();
    }

    @Test
    void whatIsNewsIsSaidAtOnceAndNumbersNowAndThen() {
        connected();

        gateway.waiting = 1;
        tick(1);
        gateway.waiting = 2;
        gateway.provider("cloud", OPEN);
        tick(2);
        assertThat(broker.topics()).containsExactlyInAnyOrder(BASE + "queue", BASE + "providers/cloud",
                BASE + "events/providers");
        gateway.waiting = 3;
        tick(5);
        assertThat(broker.topics()).as("a number, four seconds after the last").isEmpty();
        tick(6);
        assertThat(broker.said).singleElement().satisfies(said -> {
            assertThat(said.topic()).isEqualTo(BASE + "queue");
            assertThat(said.payload()).startsWith("{\"waiting\":3,");
        });
    }

    @Test
    void aBrokerThatForgotEverythingIsToldEverything() {
        connected();
        Map<String, String> before = new TreeMap<>(broker.retained);

        broker.disconnect();
        gateway.costMicros = 5;
        tick(60);
        broker.connect(true);
        tick(61);

        assertThat(broker.retained).containsOnlyKeys(before.keySet());
        assertThat(broker.retained.get(BASE + "cost")).contains("\"cost\":0.000005");
    }

    @Test
    void homeAssistantIsToldAgainWhenItHasStarted() {
        connected();

        announcer.again();
        tick(1);

        assertThat(broker.topics()).contains(DEVICE, BASE + "providers/cloud");
    }

    @Test
    void anAlertComesGetsWorseIsNotedAndGoes() {
        connected();

        gateway.alert("slow", Severity.WARNING);
        tick(1);
        gateway.alert("slow", Severity.CRITICAL);
        tick(2);
        gateway.alert("slow", Severity.CRITICAL, new Acknowledgement("mqtt", Portraits.NOON));
        tick(3);
        assertThat(broker.retained.get(BASE + "alerts/slow.health")).contains("\"acknowledged_by\":\"mqtt\"");
        gateway.alerts.clear();
        tick(4);

        assertThat(broker.retained).doesNotContainKey(BASE + "alerts/slow.health");
        assertThat(broker.said).contains(new PlainBroker.Said(BASE + "alerts/slow.health", "", true));
        assertThat(broker.said).filteredOn(said -> said.topic().equals(BASE + "events/alerts"))
                .allMatch(said -> !said.retained()).extracting(said -> said.payload().split("\"", 5)[3])
                .containsExactly("opened", "worsened", "acknowledged", "resolved");
    }

    @Test
    void anAlertThatEndedWithTheProcessIsTakenAwayByTheNext() {
        connected();
        gateway.alert("slow", Severity.WARNING);
        tick(1);

        gateway.alerts.clear();
        announcer = announcer(ON);
        broker.connect(false);
        tick(2);

        assertThat(broker.retained).doesNotContainKey(BASE + "alerts/slow.health");
        broker.topics();
        tick(3);
        assertThat(broker.topics()).as("once").isEmpty();
    }

    @Test
    void entitiesOfAProviderThatIsGoneAreTakenAwayAlsoByTheNextProcess() {
        gateway.provider("old", CLOSED);
        connected();

        gateway.providers.removeIf(each -> each.id().equals("old"));
        announcer = announcer(ON);
        broker.connect(false);
        tick(1);

        assertThat(broker.said).filteredOn(said -> said.topic().equals(DEVICE)).singleElement()
                .satisfies(said -> assertThat(said.payload())
                        .contains("\"provider_old_health\":{\"platform\":\"sensor\"}",
                                "\"provider_old_problem\":{\"platform\":\"binary_sensor\"}"));
        tick(2);
        assertThat(broker.retained.get(DEVICE)).as("they are not named for ever").doesNotContain("provider_old");
        assertThat(broker.retained).doesNotContainKey(BASE + "providers/old");
    }

    @Test
    void whoSwitchesItOffHasTheDeviceRemovedByAnEmptyMessageAndKeepsTheState() {
        connected();

        announcer = announcer(HomeAssistant.USUAL);
        broker.connect(false);
        tick(1);

        assertThat(broker.said).contains(new PlainBroker.Said(DEVICE, "", true));
        assertThat(broker.retained).containsKey(BASE + "providers/cloud").doesNotContainKey(DEVICE);
    }

    @Test
    void eventsWaitForTheBrokerButNotAllOfThem() {
        connected();
        broker.disconnect();

        for (int i = 0; i < 200; i++) {
            gateway.provider("cloud", i % 2 == 0 ? OPEN : CLOSED);
            tick(i + 10);
        }
        broker.connect(false);
        tick(300);

        List<String> told = broker.said.stream().filter(said -> !said.retained()).map(PlainBroker.Said::payload)
                .toList();
        assertThat(told).hasSize(Announcer.MOST_EVENTS);
        assertThat(told.getLast()).contains("\"event_type\":\"up\"", "\"at\":\"2026-11-20T12:03:29Z\"");
    }

    @Test
    void aBrokerThatAcknowledgesNothingIsNotSwamped() {
        connected();
        broker.hold();

        for (int i = 0; i < 1_000; i++) {
            gateway.provider("cloud", i % 2 == 0 ? OPEN : CLOSED);
            tick(i + 10);
        }

        assertThat(broker.said).hasSizeLessThanOrEqualTo(Announcer.MOST_UNDER_WAY);
    }

    private void connected() {
        broker.connect(true);
        tick(0);
        broker.topics();
    }

    private void tick(long second) {
        gateway.at = Portraits.NOON.plusSeconds(second);
        announcer.tick(gateway.paint(), List.of());
    }

    private Announcer announcer(HomeAssistant settings) {
        return new Announcer(broker, new Topics("house", "homeassistant"), settings, Duration.ofSeconds(5),
                folder.resolve("mqtt.tsv"), "1.2.3");
    }
}
