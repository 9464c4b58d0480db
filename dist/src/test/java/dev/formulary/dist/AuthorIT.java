package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Somebody who has read `rules/README.md` and nothing else: what stands there as an example is written into the rules folder
/// of a gateway that serves by the shipped rules, and works from then on.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorIT {
    private static final Pattern EXAMPLE = Pattern.compile("```(?:drl|yaml|csv) ([\\w/.-]+)\n(.*?)```", Pattern.DOTALL);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String AUTO = "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

    private Path home = Path.of("");
    private Map<String, String> examples = Map.of();
    private GatewayProcess gateway;
    /// Ids of decisions, and the rule that each is about.
    private final Map<String, String> explained = new LinkedHashMap<>();

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        home = folder;
        examples = examples();
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"),
                """
                    discover: false
                    policy: { paid: true }
                    budgets: [{ id: family, scope: total, limit: 0.01, period: month }]
                    breaker: { window: 100, minimum-calls: 100 }
                    providers:
                      - { id: home, kind: simulator, first-token-ms: 0, tokens-per-second: 0,
                          models: [{ id: careful, quality: 6 }, { id: large, quality: 9, labels: [gpu] }] }
                      - { id: clinic, kind: simulator, first-token-ms: 0, tokens-per-second: 0, models: [{ id: guide, quality: 5 }] }
                      - { id: cloud, kind: simulator, first-token-ms: 0, tokens-per-second: 0,
                          input-price: 100, output-price: 100, models: [{ id: dear, quality: 2 }] }
                      - { id: shaky, kind: simulator, error-rate: 1, models: [{ id: one, quality: 1 }] }
                    """);
        gateway = GatewayProcess.start(home);
    }

    @AfterAll
    void stop() throws Exception {
        gateway.close();
        assertThat(GatewayProcess.run(home, Map.of(), "rules", "test").exitCode()).as("all scenarios").isZero();
        assertThat(explained).hasSize(3);
        for (var one : explained.entrySet()) {
            assertThat(GatewayProcess.run(home, Map.of(), "explain", one.getKey()).output()).as("without a gateway")
                    .contains("decision  " + one.getKey(), "rules ").containsPattern("fired +" + one.getValue())
                    .doesNotContain("not kept any more", "differs");
        }
    }

    private static Map<String, String> examples() throws IOException {
        var examples = new TreeMap<String, String>();
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("../rules/README.md")));
        while (example.find()) {
            examples.put(example.group(1), example.group(2));
        }
        return examples;
    }

    @Test
    void aNewNeedThatTwoModelsMayServe() throws Exception {
        assertThat(gateway.post("/v1/decide", AUTO, "X-Formulary-Context", "need=grief_support").statusCode())
                .as("an unknown word").isEqualTo(400);
        write(text -> text, "lexicon/vocabulary.csv", "context/grief.drl", "scenarios/grief.yaml");

        JsonNode decision = live("grief-two-models", "X-Formulary-Context", "need=grief_support");
        assertThat(decision.path("attempts")).extracting(JsonNode::asText).isNotEmpty()
                .isSubsetOf("home/careful", "clinic/guide");
        assertThat(explanation(decision)).contains("says forbid home/large");
    }

    @Test
    void shorterAnswersAsTheBudgetIsUsedUp() throws Exception {
        String dear = AUTO.replace("auto\"", "cloud/dear\",\"max_tokens\":20");
        await().atMost(SOON).until(() -> {
            gateway.post("/v1/chat/completions", dear);
            JsonNode family = GatewayProcess.json(gateway.manage("/admin/budgets")).path(0);
            return family.path("spent").asDouble() > 0.5 * family.path("limit").asDouble();
        });
        write(text -> text, "cost/monthly.csv", "cost/monthly.scenarios.yaml");

        JsonNode decision = live("month-");
        assertThat(decision.at("/parameters/max_tokens/cap").asInt()).isIn(300, 1_000);
        assertThat(explanation(decision)).containsPattern("limit +max_tokens at most (300|1000)")
                .containsPattern("month-(half|most) at cost/monthly.csv:\\d says cap");
    }

    /// Night is now: the clock of the machine can't be turned.
    @Test
    void aGraphicsCardThatIsKeptFreeAtNight() throws Exception {
        int hour = Clock.systemUTC().instant().atOffset(ZoneOffset.UTC).getHour();
        write(text -> text.replace("hour >= 22 || hour < 6", "hour in (%d, %d)".formatted(hour, (hour + 1) % 24))
                .replace("23:30", "%02d:30".formatted(hour)).replace("12:00", "%02d:00".formatted((hour + 12) % 24)),
                "load/night-gpu.drl", "load/night-gpu.scenarios.yaml");

        JsonNode decision = live("night-gpu");
        assertThat(decision.path("attempts")).extracting(JsonNode::asText).isNotEmpty().doesNotContain("home/large");
        assertThat(explanation(decision)).containsPattern("out +home/large\n +night-gpu at load/night-gpu.drl:1 says");
    }

    @Test
    void anAlertWhenTooManyCallsFail() throws Exception {
        for (int i = 0; i < 12; i++) {
            assertThat(gateway.post("/v1/chat/completions", AUTO.replace("auto", "shaky/one")).statusCode())
                    .isGreaterThanOrEqualTo(500);
        }
        write(text -> text, "alert/failing.drl", "alert/failing.scenarios.yaml");

        // it is heard every five seconds
        await().atMost(SOON.plusSeconds(10)).until(() -> gateway.manage("/admin/alerts").body()
                .contains("shaky/one fails often"));
    }

    /// As an editor saves it, while the gateway serves; the scenarios first, so that no rule is without one.
    private void write(UnaryOperator<String> change, String... files) throws IOException {
        for (String file : files) {
            Path path = home.resolve("rules").resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, change.apply(examples.getOrDefault(file, "missing in the README")));
        }
    }

    /// Asks until a rule takes part, and says how long that took.
    private JsonNode live(String rule, String... headers) throws Exception {
        long written = System.nanoTime();
        var decided = new ArrayList<JsonNode>();
        await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> {
            JsonNode decision = GatewayProcess.json(gateway.post("/v1/decide", AUTO, headers));
            decided.add(decision);
            return decision.path("reasons").findValuesAsText("rule").stream().anyMatch(one -> one.startsWith(rule));
        });
        System.out.printf("%s is live after %d ms%n", rule, (System.nanoTime() - written) / 1_000_000);
        JsonNode report = GatewayProcess.json(gateway.manage("/admin/rules"));
        assertThat(report.path("accepted").asBoolean()).as(report.path("problems").toString()).isTrue();
        assertThat(report.path("scenarios").asInt()).as("they run before rules take over").isPositive();
        JsonNode last = decided.getLast();
        explained.put(last.path("id").asText(), rule);
        return last;
    }

    private String explanation(JsonNode decision) throws Exception {
        return gateway.manage("/admin/decisions/" + decision.path("id").asText() + "/explanation?format=text").body();
    }
}
