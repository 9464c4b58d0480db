package dev.formulary.engine.house;

import static dev.formulary.engine.facts.BreakerState.CLOSED;
import static dev.formulary.engine.facts.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.alert.OpenAlert.Acknowledgement;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.LearnedLimit;
import dev.formulary.engine.facts.Occupancy;
import dev.formulary.engine.facts.Severity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateDocumentsTest {
    private static final String BASE = "formulary/v1/house/";

    private final Portraits gateway = new Portraits();

    @Test
    void aProviderIsToldWithAllThatIsKnownOfIt() throws Exception {
        gateway.provider("cloud", List.of(new LearnedLimit("cloud/m0", "requests", 60, 12, Portraits.NOON,
                Portraits.NOON.plusSeconds(30))), CLOSED, OPEN);

        JsonNode told = told("providers/cloud");

        assertThat(told.toString()).isEqualTo("{\"id\":\"cloud\",\"health\":\"degraded\",\"problem\":\"ON\","
                + "\"in_flight\":2,\"waiting\":2,\"capacity\":4,\"first_byte_p50_ms\":80,\"first_byte_p95_ms\":300,"
                + "\"calls\":0,\"limits\":[{\"model\":\"cloud/m0\",\"unit\":\"requests\",\"left\":12,\"limit\":60,"
                + "\"full_at\":\"2026-11-20T12:00:30Z\"}],\"probed_at\":\"2026-11-20T12:00:00Z\","
                + "\"probe\":\"answered\",\"offered\":2,\"models\":["
                + "{\"id\":\"cloud/m0\",\"breaker\":\"closed\",\"in_flight\":1,\"limit_left\":7},"
                + "{\"id\":\"cloud/m1\",\"breaker\":\"open\",\"in_flight\":1,\"limit_left\":7}]}");
    }

    @Test
    void moneyIsToldInDollarsToTheMicroDollar() throws Exception {
        gateway.budget("month", 5_249_999);
        gateway.costMicros = 30;

        JsonNode budget = told("budgets/month");
        assertThat(budget.path("left").decimalValue()).isEqualByComparingTo("0.000001");
        assertThat(budget.path("limit").toString()).isEqualTo("5.25");
        assertThat(budget.path("exhausted").booleanValue()).isFalse();
        JsonNode cost = told("cost");
        assertThat(cost.path("cost").decimalValue()).isEqualByComparingTo("0.00003");
        assertThat(cost.path("since").asText()).isEqualTo("2026-11-20T00:00:00Z");

        gateway.budget("month", 6_000_000);
        assertThat(told("budgets/month").path("left").toString()).as("never less than nothing").isEqualTo("0");
        assertThat(told("budgets/month").path("exhausted").booleanValue()).isTrue();
    }

    @Test
    void alertsAreToldEachAndTogether() throws Exception {
        gateway.alert("spent", Severity.CRITICAL)
                .alert("slow", Severity.WARNING, new Acknowledgement("mqtt", Portraits.NOON));

        assertThat(told("alerts/spent.health").path("severity").asText()).isEqualTo("critical");
        assertThat(told("alerts/slow.health").path("acknowledged_by").asText()).isEqualTo("mqtt");
        JsonNode all = told("alerts");
        assertThat(all.path("open").intValue()).isEqualTo(2);
        assertThat(all.path("unacknowledged").intValue()).isEqualTo(1);
        assertThat(all.path("worst").asText()).isEqualTo("critical");
        assertThat(all.path("alerts").findValuesAsText("code")).containsExactly("spent", "slow");
    }

    /// Home Assistant keeps no more than 16 KiB of attributes.
    @Test
    void whatIsToldStaysSmallHoweverMuchThereIs() throws Exception {
        var models = new ArrayList<Candidate>();
        var limits = new ArrayList<LearnedLimit>();
        for (int i = 0; i < 400; i++) {
            models.add(Portraits.model("cloud", "vendor/some-long-name-of-a-model-" + i, OPEN, 0.123456, 9, 0));
            limits.add(
                    new LearnedLimit("cloud/vendor/some-long-name-of-a-model-" + i, "requests", 60, 12, Portraits.NOON,
                            Portraits.NOON.plusSeconds(30)));
            gateway.alert("code-" + i + "x".repeat(200), Severity.CRITICAL);
        }
        models.add(Portraits.model("cloud", "idle", CLOSED, -1, 0, 0));
        gateway.providers.add(new ProviderState("cloud", models, new Occupancy(0, 4, 0),
                ProviderState.FirstByte.UNKNOWN, limits, null));

        JsonNode provider = told("providers/cloud");
        assertThat(provider.toString()).hasSizeLessThan(16 << 10).doesNotContain("idle", "p50", "probe");
        assertThat(provider.path("offered").intValue()).isEqualTo(401);
        assertThat(told("alerts").toString()).hasSizeLessThan(16 << 10).contains("\"open\":400");
    }

    private JsonNode told(String topic) throws Exception {
        var documents = new StateDocuments(new Topics("house", "homeassistant")).of(gateway.paint());
        assertThat(documents).extracting(Document::topic).doesNotHaveDuplicates();
        return new JsonMapper().readTree(documents.stream()
                .filter(each -> each.topic().equals(BASE + topic)).findFirst().orElseThrow().payload());
    }
}
