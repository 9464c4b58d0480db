package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Drills on a gateway as it comes: what users would see, and that nothing of it stays behind.
class DrillIT {
    private static final String SMALL = "{\"calls\":24,\"seconds\":2,\"deadline_ms\":5000}";

    @TempDir
    private static Path home;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.start(home);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static JsonNode drill(String name) throws Exception {
        return GatewayProcess.json(gateway.change("/admin/drills/" + name, SMALL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dead", "throttle", "quota", "malformed", "flapping"})
    void nobodyNoticesThatTheBestProviderFails(String name) throws Exception {
        JsonNode report = drill(name);

        assertThat(report.path("verdict").asText()).as(report.toPrettyString()).startsWith("nobody noticed: all 24");
        assertThat(report.path("answered_by").has("drill-b/m")).isTrue();
        assertThat(report.path("held").asInt(-1)).isZero();
        assertThat(report.path("recovery_ms").asLong(-1)).isNotNegative();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "cut", "drip", "drift"})
    void whatUsersSeeIsTold(String name) throws Exception {
        JsonNode report = drill(name);

        assertThat(report.path("verdict").asText()).as(report.toPrettyString()).contains("noticed");
        int told = 0;
        for (JsonNode span : report.path("spans")) {
            assertThat(span.path("calls").asInt()).isEqualTo(span.path("answered").asInt() + span.path("refused")
                    .asInt() + span.path("broken").asInt());
            told += span.path("refused").asInt() + span.path("broken").asInt();
        }
        assertThat(report.path("problems").valueStream().mapToInt(JsonNode::asInt).sum()).isEqualTo(told);
        assertThat(report.path("held").asInt(-1)).isZero();
        assertThat(report.path("doubled_words").asInt(-1)).isZero();
    }

    @Test
    void whereEveryProviderIsDownEverybodyIsToldInTimeAndAnsweredAgain() throws Exception {
        GatewayProcess.Finished finished = GatewayProcess.run(home, Map.of(), "drill", "all-down", "--deadline-ms",
                "1000", "--seconds", "3", "--calls", "30");

        assertThat(finished.output()).contains("drill     all-down: every provider is down", "before", "during",
                "told  ", "openai", "ollama", "good      no model was left: each of",
                "0 calls, places or providers still held");
        assertThat(finished.exitCode()).isZero();
    }

    @Test
    void nothingOfItReachesUsersAndNothingStaysBehind() throws Exception {
        String decisions = gateway.manage("/admin/decisions").body();
        String sessions = gateway.manage("/admin/sessions").body();

        assertThat(drill("dead").path("good").asBoolean()).isTrue();

        assertThat(gateway.manage("/admin/decisions").body()).isEqualTo(decisions);
        assertThat(gateway.manage("/admin/sessions").body()).isEqualTo(sessions);
        for (String path : new String[]{"/admin/breakers", "/admin/providers", "/admin/queue", "/metrics",
                "/admin/alerts", "/admin/breakers/history"}) {
            assertThat(gateway.manage(path).body()).as(path).doesNotContain("drill-a");
        }
        assertThat(gateway.get("/v1/models").body()).doesNotContain("drill-a");
        assertThat(Files.readString(home.resolve("data/breakers.tsv"))).doesNotContain("drill-a");
    }

    @Test
    void oneDrillAtATimeAndOnlyThoseThatThereAre() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<String>> one = callers.submit(() -> gateway.change("/admin/drills/dead", SMALL));
            HttpResponse<String> other = gateway.change("/admin/drills/dead", SMALL);
            assertThat(List.of(one.get().statusCode(), other.statusCode())).containsExactlyInAnyOrder(200, 409);
            assertThat(one.get().body() + other.body()).contains("drill_running");
        }

        assertThat(GatewayProcess.run(home, Map.of(), "drill").output()).contains("all-down", "flapping");
        GatewayProcess.Finished unknown = GatewayProcess.run(home, Map.of(), "drill", "dad");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.output()).contains("did you mean dead?");
        GatewayProcess.Finished tiny = GatewayProcess.run(home, Map.of(), "drill", "dead", "--calls", "1");
        assertThat(tiny.exitCode()).isEqualTo(2);
        assertThat(tiny.output()).contains("the calls must be 10 to 2000, not 1");
    }

    @Test
    void withoutASimulatorThatIsSaid(@TempDir Path other) throws Exception {
        try (GatewayProcess bare = GatewayProcess.start(other)) {
            Files.delete(other.resolve("plugins/formulary-simulator.jar"));
            await().until(
                    () -> !bare.manage("/admin/providers").body().contains("echo-small"));

            GatewayProcess.Finished finished = GatewayProcess.run(other, Map.of(), "drill", "dead");

            assertThat(finished.exitCode()).isEqualTo(2);
            assertThat(finished.output()).contains("a drill needs a provider of the kind 'simulator'");
        }
    }
}
