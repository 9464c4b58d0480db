package dev.formulary.engine.house;

import static dev.formulary.engine.facts.BreakerState.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.HomeAssistant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
    private static final Topics TOPICS = new Topics("house", "homeassistant");
    private static final String BASE = "formulary/v1/house/";

    private final Portraits gateway = new Portraits();

    @Test
    void theDeviceIsNamedAndFollowsTheStatusOfTheNode() throws Exception {
        JsonNode told = told(new HomeAssistant(true, "homeassistant", "Our models", true), Map.of());

        assertThat(told.at("/device/identifiers/0").asText()).isEqualTo("formulary_house");
        assertThat(told.at("/device/name").asText()).isEqualTo("Our models");
        assertThat(told.at("/device/sw_version").asText()).isEqualTo("1.2.3");
        assertThat(told.at("/origin/name").asText()).isEqualTo("Formulary");
        assertThat(told.at("/availability/0/topic").asText()).isEqualTo(BASE + "status");
    }

    @Test
    void eachProviderAndBudgetHasItsEntitiesWithIdsOfTheirOwn() throws Exception {
        gateway.provider("a.b", CLOSED).provider("a_b", CLOSED).budget("month", 0);

        JsonNode components = told(HomeAssistant.USUAL, Map.of()).path("components");

        Set<String> ids = new HashSet<>();
        components.properties().forEach(each -> {
            assertThat(each.getKey()).matches("[A-Za-z0-9_-]+");
            assertThat(ids.add(each.getValue().path("unique_id").asText())).as(each.getKey()).isTrue();
        });
        assertThat(ids).allMatch(id -> id.matches("formulary_house_[A-Za-z0-9_-]+")).hasSize(14);
        assertThat(components.at("/provider_a_b_health/state_topic").asText()).isEqualTo(BASE + "providers/a_b");
        assertThat(components.at("/budget_month_left/state_topic").asText()).isEqualTo(BASE + "budgets/month");
    }

    @Test
    void theSameGatewayIsDescribedByTheSameBytes() {
        gateway.provider("cloud", CLOSED);
        String before = document(HomeAssistant.USUAL, Map.of()).payload();

        gateway.costMicros = 9;
        gateway.at = gateway.at.plusSeconds(60);
        assertThat(document(HomeAssistant.USUAL, Map.of()).payload()).isEqualTo(before);
    }

    @Test
    void whatIsGoneIsNamedByItsPlatformOnly() throws Exception {
        JsonNode components = told(HomeAssistant.USUAL, Map.of("provider_old_health", "sensor")).path("components");

        assertThat(components.path("provider_old_health").toString()).isEqualTo("{\"platform\":\"sensor\"}");
    }

    @Test
    void withoutCommandsThereIsNothingToPressOrToChoose() throws Exception {
        String with = told(HomeAssistant.USUAL, Map.of()).toString();
        String without = told(new HomeAssistant(true, "homeassistant", "F", false), Map.of()).toString();

        assertThat(with).contains("\"command_topic\":\"" + BASE + "command/probe\"", "\"select\"");
        assertThat(without).doesNotContain("command_topic", "\"button\"", "\"select\"").contains("alerts_open");
    }

    private Document document(HomeAssistant settings, Map<String, String> gone) {
        var discovery = new Discovery(TOPICS, settings, "1.2.3");
        Document document = discovery.document(discovery.components(gateway.paint()), gone);
        assertThat(document.topic()).isEqualTo("homeassistant/device/formulary_house/config");
        return document;
    }

    private JsonNode told(HomeAssistant settings, Map<String, String> gone) throws Exception {
        return new JsonMapper().readTree(document(settings, gone).payload());
    }
}
