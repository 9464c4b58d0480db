package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.testkit.VendorServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A house with a real broker, and a gateway that it sees and steers.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HomeAssistantIT {
    static final String AUTO = "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    static final String STATUS = "formulary/v1/home/status";
    private static final Duration SOON = Duration.ofSeconds(60);

    private final VendorServer first = VendorServer.openai();
    private final VendorServer second = VendorServer.openai();
    private final VendorServer frail = VendorServer.openai();
    private Broker broker;
    private GatewayProcess gateway;
    private House house;

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        broker = Broker.start(home);
        configure(home, broker, "{ enabled: true }", """
              - { id: first, kind: openai, base-url: "%s", models: [{ id: gpt-test, quality: 8 }] }
              - { id: second, kind: openai, base-url: "%s", models: [{ id: gpt-test, quality: 3 }] }
              - { id: frail, kind: openai, base-url: "%s", models: [{ id: gpt-test, quality: 9 }] }
              - { id: cloud, kind: simulator, first-token-ms: 0, tokens-per-second: 0, input-price: 100,
                  output-price: 100, models: [{ id: dear, quality: 1 }] }
            """.formatted(first.baseUrl(), second.baseUrl(), frail.baseUrl()));
        gateway = GatewayProcess.start(home);
        house = new House(broker.port());
        soon(() -> assertThat(house.device()).isEqualTo("formulary_home"));
        soon(() -> assertThat(house.said(STATUS)).isEqualTo("online"));
    }

    @AfterAll
    void stop() {
        house.close();
        gateway.close();
        broker.close();
        first.close();
        second.close();
        frail.close();
        assertThat(house.wrong).as("what Home Assistant would not take").isEmpty();
    }

    static void configure(Path home, Broker broker, String homeAssistant, String providers) throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            node: home
            discover: false
            policy: { paid: true }
            cache: { enabled: false }
            aliases: { kitchen: second/gpt-test }
            budgets: [{ id: pocket, scope: "provider:cloud", limit: 0.01, period: month }]
            breaker: { failure-rate: 0.5, window: 6, minimum-calls: 3, open-for: 1m }
            mqtt: { url: "mqtt://127.0.0.1:%d", state-every: 1s, home-assistant: %s }
            providers:
            %s""".formatted(broker.port(), homeAssistant, providers));
    }

    static void soon(ThrowingRunnable assertion) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(50)).untilAsserted(assertion);
    }

    static String ask(GatewayProcess gateway) throws Exception {
        return gateway.post("/v1/chat/completions", AUTO).headers().firstValue("X-Formulary-Model").orElse("");
    }

    private void shows(String entity, String state) {
        soon(() -> assertThat(house.state(entity)).as(entity).isEqualTo(state));
    }

    @Test
    void aProviderThatDiesIsAStateAProblemAndAnEvent() throws Exception {
        shows("provider_frail_health", "up");
        shows("provider_frail_problem", "OFF");

        frail.close();
        for (int i = 0; i < 6; i++) {
            assertThat(gateway.post("/v1/chat/completions", AUTO.replace("auto", "frail/gpt-test"),
                    "X-Formulary-Substitute", "allow").headers()
                    .firstValue("X-Formulary-Model")).hasValueSatisfying(
                            model -> assertThat(model).as("others answer").isNotEqualTo("frail/gpt-test"));
        }

        shows("provider_frail_health", "down");
        shows("provider_frail_problem", "ON");
        soon(() -> assertThat(house.happened("down", "provider", "frail")).isTrue());
        soon(() -> assertThat(house.happened("failover", "from", "frail/gpt-test")).isTrue());
        soon(() -> assertThat(house.attribute("provider_first_health", "first_byte_p95_ms").asInt()
                + house.attribute("provider_second_health", "first_byte_p95_ms").asInt()).isPositive());
    }

    @Test
    void moneyThatIsSpentIsSeen() throws Exception {
        shows("budget_pocket_left", "0.01");

        String dear = AUTO.replace("auto\"", "cloud/dear\",\"max_tokens\":20");
        soon(() -> assertThat(gateway.post("/v1/chat/completions", dear).statusCode()).isNotEqualTo(200));

        soon(() -> assertThat(Double.parseDouble(house.state("budget_pocket_left"))).isLessThan(0.005));
        long spent = GatewayProcess.json(gateway.manage("/admin/budgets")).path(0).path("spent").asLong();
        assertThat(spent).isPositive();
        soon(() -> assertThat(Math.round(Double.parseDouble(house.state("cost_today")) * 1e6)).isEqualTo(spent));
    }

    @Test
    void alertsAreCountedAndCanBeAcknowledged() throws Exception {
        gateway.post("/v1/decide", AUTO, "X-Formulary-Context", "risk=critical");

        soon(() -> assertThat(house.attribute("alerts_open", "worst").asText()).isEqualTo("emergency"));
        assertThat(Integer.parseInt(house.state("alerts_open"))).isPositive();
        soon(() -> assertThat(house.happened("opened", "severity", "emergency")).isTrue());
        house.press("button_acknowledge");
        soon(() -> assertThat(house.happened("acknowledged", "severity", "emergency")).isTrue());
        soon(() -> assertThat(house.attribute("alerts_open", "alerts").at("/0/acknowledged_by").asText())
                .isEqualTo("mqtt"));
        assertThat(GatewayProcess.json(gateway.manage("/admin/alerts")).at("/0/acknowledged/by").asText())
                .isEqualTo("mqtt");
    }

    @Test
    void buttonsProbeAndReload() throws Exception {
        int before = second.requests("/v1/models").size();
        assertThat(house.attribute("provider_second_health", "probe").isMissingNode()).isTrue();

        house.press("button_probe");
        soon(() -> assertThat(house.attribute("provider_second_health", "probe").asText()).isEqualTo("answered"));
        assertThat(second.requests("/v1/models")).hasSizeGreaterThan(before);

        house.order("button_reload-rules", "press");
        house.press("button_reload-rules");
        soon(() -> assertThat(gateway.output()).contains("rules reloaded accepted=true by=mqtt"));
        assertThat(gateway.output()).contains("order not understood topic=formulary/v1/home/command/reload-rules");
    }

    @Test
    void whatAutoMeansCanBeChosenFromWhatIsOfferedAndIsToldInDecisions() throws Exception {
        shows("auto", "auto");
        assertThat(ask(gateway)).isNotEmpty().isNotEqualTo("second/gpt-test");

        house.order("auto", "kitchen");
        shows("auto", "kitchen");
        assertThat(ask(gateway)).isEqualTo("second/gpt-test");
        JsonNode decision = GatewayProcess.json(gateway.post("/v1/decide", AUTO));
        assertThat(decision.at("/context/sources/model").asText()).isEqualTo("auto=kitchen");
        assertThat(GatewayProcess.json(gateway.manage("/admin/aliases")).path("auto").asText()).isEqualTo("kitchen");

        house.order("auto", "first/gpt-test");
        soon(() -> assertThat(gateway.output()).contains("auto can't mean that alias=first/gpt-test"));
        assertThat(ask(gateway)).isEqualTo("second/gpt-test");

        house.order("auto", "auto");
        shows("auto", "auto");
        assertThat(ask(gateway)).isNotEqualTo("second/gpt-test");
    }
}
