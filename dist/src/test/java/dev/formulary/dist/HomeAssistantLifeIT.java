package dev.formulary.dist;

import static dev.formulary.dist.HomeAssistantIT.STATUS;
import static dev.formulary.dist.HomeAssistantIT.ask;
import static dev.formulary.dist.HomeAssistantIT.soon;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of a house's device when the broker, Home Assistant or the gateway ends and begins again.
class HomeAssistantLifeIT {
    private static final String SIMULATOR = "  - { id: %s, kind: simulator, first-token-ms: 0, tokens-per-second: 0,"
            + " models: [{ id: gpt-test, quality: %d }] }\n";

    @TempDir
    Path home;
    private final List<Broker> brokers = new ArrayList<>();

    @AfterEach
    void stop() {
        brokers.forEach(Broker::close);
    }

    private Broker kept(Broker broker) {
        brokers.add(broker);
        return broker;
    }

    @Test
    void allIsThereAgainAfterEveryEndAndWhatIsGoneIsTakenAway() throws Exception {
        Broker before = kept(Broker.start(home));
        Broker broker;
        configure(before, "first", "{ enabled: true }");
        try (GatewayProcess gateway = GatewayProcess.start(home); var house = new House(before.port())) {
            soon(() -> assertThat(house.state("auto")).isEqualTo("auto"));
            house.order("auto", "kitchen");
            soon(() -> assertThat(house.state("auto")).isEqualTo("kitchen"));
            broker = aBrokerThatForgotEverything(before, house.entities());
            gateway.kill();
            try (var witness = new House(broker.port())) {
                soon(() -> assertThat(witness.said(STATUS)).as("by the last will").isEqualTo("offline"));
            }
        }
        try (var house = new House(broker.port())) {
            whatWasChosenIsKeptAndWhatIsRetainedIsNoOrder(house);
            whatIsGoneIsTakenAway(broker, house);
            assertThat(house.wrong).as("what Home Assistant would not take").isEmpty();
        }
    }

    private void configure(Broker broker, String id, String homeAssistant) throws Exception {
        HomeAssistantIT.configure(home, broker, homeAssistant,
                SIMULATOR.formatted(id, 9) + SIMULATOR.formatted("second", 3));
    }

    private Broker aBrokerThatForgotEverything(Broker before, Map<String, JsonNode> known) throws Exception {
        before.close();
        before.process().onExit().join();
        Broker broker = kept(Broker.start(home, before.port()));
        try (var house = new House(broker.port())) {
            soon(() -> assertThat(house.entities()).isEqualTo(known));
            known.forEach((key, component) -> {
                if (component.has("value_template")) {
                    soon(() -> assertThat(house.state(key)).as(key).isNotEmpty());
                }
            });
            soon(() -> assertThat(house.said(STATUS)).isEqualTo("online"));
            int described = house.discovered();
            soon(() -> {
                // Home Assistant has started
                house.say("homeassistant/status", "online", false);
                assertThat(house.discovered()).isGreaterThan(described);
            });
            assertThat(house.wrong).isEmpty();
        }
        return broker;
    }

    private void whatWasChosenIsKeptAndWhatIsRetainedIsNoOrder(House house) throws Exception {
        house.say("formulary/v1/home/command/auto", "auto", true);
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            soon(() -> assertThat(house.said(STATUS)).isEqualTo("online"));
            soon(() -> assertThat(gateway.output()).contains("order not understood").contains("retained=true"));
            assertThat(ask(gateway)).isEqualTo("second/gpt-test");
        }
        soon(() -> assertThat(house.said(STATUS)).isEqualTo("offline"));
    }

    private void whatIsGoneIsTakenAway(Broker broker, House house) throws Exception {
        assertThat(house.entities()).containsKeys("provider_first_health", "auto");
        configure(broker, "other", "{ enabled: true, commands: false }");
        try (var _ = GatewayProcess.start(home)) {
            soon(() -> assertThat(house.entities()).containsKey("provider_other_health").doesNotContainKeys(
                    "provider_first_health", "provider_first_problem", "auto", "button_probe"));
        }
        configure(broker, "other", "{ enabled: false }");
        try (var _ = GatewayProcess.start(home)) {
            soon(() -> assertThat(house.device()).isEmpty());
            assertThat(house.said("formulary/v1/home/providers/second")).contains("\"health\":\"up\"");
        }
    }
}
