package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpServer;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What somebody sees who watches a gateway from outside: its metrics, through the dashboard and the alert rules that are
/// shipped, its traces and its log in JSON, after calls that were answered, failed, were cut, refused and not understood.
class MonitoringIT {
    private static final String MARK = "Rumpelstiltskin";
    private static final String CHAT = "/v1/chat/completions";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Path SHIPPED = GatewayProcess.ARCHIVE.resolve("share/monitoring");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> KEYS = List.of("time", "level", "logger", "thread", "message", "decision",
            "model",
            "trace_id", "span_id", "error");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?([a-z_]\\w*)\\s*}}");

    @TempDir
    static Path home;
    private static final Queue<String> SPANS = new ConcurrentLinkedQueue<>();
    private static VendorServer shaky;
    private static VendorServer sound;
    private static HttpServer collector;
    private static GatewayProcess gateway;
    private static String metrics;

    @BeforeAll
    static void call() throws Exception {
        shaky = VendorServer.openai();
        sound = VendorServer.openai();
        sound.always("/v1/embeddings", VendorReply.openaiEmbeddings());
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            SPANS.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), configuration());
        gateway = GatewayProcess.start(home);
        callInEveryWay();
        await().atMost(SOON).until(() -> gateway.manage("/metrics").body().contains("result=\"dead\""));
        metrics = gateway.manage("/metrics").body();
    }

    private static String configuration() {
        return """
            discover: false
            logs: { format: json }
            telemetry: { traces: { url: "http://127.0.0.1:%1$d/v1/traces", ratio: 1 } }
            policy: { paid: true }
            providers:
              - id: shaky
                kind: openai
                base-url: %2$s
                models: [{ id: gpt-test, quality: 9, input-price: 1.00, output-price: 1.00 }]
              - id: sound
                kind: openai
                base-url: %3$s
                models:
                  - { id: gpt-test, quality: 3, input-price: 1.00, output-price: 1.00 }
                  - { id: vectors, capabilities: [embed], input-price: 1.00, output-price: 1.00 }
            budgets: [{ id: all, scope: total, limit: 500.00, period: month }]
            limits: [{ id: everybody, scope: total, requests: 100000, per: minute }]
            alerts:
              retry: { attempts: 1 }
              channels:
                - { name: all, kind: log, severity: info }
                - { name: gone, kind: webhook, severity: info, url: "http://127.0.0.1:%1$d/nowhere" }
            """.formatted(collector.getAddress().getPort(), shaky.baseUrl(), sound.baseUrl());
    }

    private static void callInEveryWay() throws Exception {
        ask(200, "sound/gpt-test", false);
        ask(200, "sound/gpt-test", true);
        shaky.next(CHAT, VendorReply.serverError(), VendorReply.serverError(), VendorReply.slam(),
                VendorReply.json(400, "{\"error\":{\"message\":\"I do not like " + MARK + "\"}}"),
                VendorReply.json(200, "{\"choices\":\"" + MARK));
        ask(200, "shaky/gpt-test", false, "X-Formulary-Substitute", "allow");
        ask(200, "shaky/gpt-test", true, "X-Formulary-Substitute", "allow");
        for (int i = 0; i < 3; i++) {
            ask(0, "shaky/gpt-test", false);
        }
        ask(404, MARK + "/" + MARK, false);
        ask(0, "auto", false, "X-Formulary-Context", "need=crisis_intervention, risk=critical");
        ask(400, "auto", false, "X-Formulary-Context", "need=" + MARK);
        ask(200, "sound/gpt-test", false, "X-Formulary-Session", "s-1", "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        gateway.post(CHAT, "{\"model\":\"auto\",\"messages\":[\"" + MARK);
        gateway.post("/api/chat", "{\"model\":\"sound/gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"" + MARK
                + "\"}]}");
        gateway.post("/v1/messages", "{\"model\":\"sound/gpt-test\",\"max_tokens\":9,\"messages\":\"" + MARK + "\"}");
        gateway.post("/v1/embeddings", "{\"model\":\"sound/vectors\",\"input\":\"" + MARK + "\"}");
        Path half = home.resolve("data/bad.jsonl.part");
        Files.writeString(half, "{\"custom_id\":\"" + MARK + "\n");
        Files.move(half, home.resolve("data/inbox/bad.jsonl"));
        await().atMost(SOON).until(() -> Files.exists(home.resolve("data/failed/bad.jsonl")));
    }

    private static void ask(int status, String model, boolean stream, String... headers)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = gateway.post(CHAT, "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Who is " + MARK + "?\"}]}", headers);
        assertThat(status == 0 ? 0 : answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        collector.stop(0);
        shaky.close();
        sound.close();
    }

    /// Every expression by where it stands, and the labels that texts beside it show.
    private static Map<String, Map<String, Set<String>>> expressions() throws IOException {
        Map<String, Map<String, Set<String>>> all = new LinkedHashMap<>();
        for (JsonNode panel : JSON.readTree(Files.readString(SHIPPED.resolve("grafana-dashboard.json")))
                .path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                add(all, panel.path("title").asText(), target.path("expr").asText(),
                        target.path("legendFormat").asText());
            }
        }
        for (JsonNode group : new YAMLMapper().readTree(Files.readString(SHIPPED.resolve("prometheus-rules.yaml")))
                .path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                add(all, rule.path("alert").asText(), rule.path("expr").asText(),
                        rule.at("/annotations/summary").asText());
            }
        }
        return all;
    }

    private static void add(Map<String, Map<String, Set<String>>> all, String title, String expression, String words) {
        Set<String> shown = all.computeIfAbsent(title, _ -> new LinkedHashMap<>()).computeIfAbsent(
                expression.replace("$__rate_interval", "5m"), _ -> new TreeSet<>());
        Matcher label = LEGEND.matcher(words);
        while (label.find()) {
            shown.add(label.group(1));
        }
    }

    @Test
    void everyMetricAndLabelOfTheDashboardAndTheRulesIsThere() throws Exception {
        var exposed = Exposition.of(metrics);
        int expressions = 0;
        for (var titled : expressions().entrySet()) {
            for (var one : titled.getValue().entrySet()) {
                check(exposed, titled.getKey() + ": " + one.getKey(), PromQl.of(one.getKey()), one.getValue());
                expressions++;
            }
        }
        assertThat(expressions).isGreaterThan(50);
    }

    private static void check(Exposition exposed, String where, PromQl said, Set<String> shown) {
        assertThat(said.reads()).as(where).isNotEmpty();
        // "up" is Prometheus' own, of each target
        for (PromQl.Read read : said.reads().stream().filter(each -> !each.metric().equals("up")).toList()) {
            assertThat(exposed.metrics()).as(where).containsKey(read.metric());
            assertThat(exposed.labels(read.metric())).as(where).containsAll(read.matchers().keySet());
            read.matchers().forEach((label, value) -> {
                if (value.startsWith("=") && !value.startsWith("=~")) {
                    assertThat(exposed.values(read.metric(), label)).as(where).contains(value.substring(1));
                }
            });
            if (said.sums().isEmpty()) {
                assertThat(exposed.labels(read.metric())).as(where).containsAll(shown);
            }
        }
        said.sums().forEach((label, of) -> of.forEach(
                metric -> assertThat(exposed.labels(metric)).as(where + " by " + label).contains(label)));
        if (!said.sums().isEmpty()) {
            assertThat(said.sums().keySet()).as(where).containsAll(shown);
        }
    }

    @Test
    void aPanelThereIsForAllThatMatters() throws Exception {
        assertThat(String.join("\n", expressions().values().stream().flatMap(each -> each.keySet().stream()).toList()))
                .contains("formulary_requests_total", "gen_ai_client_operation_duration_seconds_bucket",
                        "gen_ai_server_time_to_first_token_seconds_bucket",
                        "gen_ai_server_time_per_output_token_seconds_bucket", "gen_ai_client_token_usage_sum",
                        "formulary_cost_micros_total", "error_type", "formulary_breaker_state",
                        "formulary_queue_waiting",
                        "formulary_cache_requests_total", "formulary_budget_left_micros", "formulary_host_memory",
                        "formulary_alerts_open", "formulary_decisions_total", "formulary_rules_reloads_total");
    }

    /// By the tool of those who made the language, where it is there.
    @Test
    void prometheusUnderstandsEveryExpression() throws Exception {
        Path tool = promtool();
        assumeThat(tool).as("promtool").isNotNull();
        var all = new ArrayList<String>(List.of("groups: [{ name: all, rules: ["));
        for (var titled : expressions().values()) {
            for (String expression : titled.keySet()) {
                all.add("{ record: a:" + all.size() + ", expr: " + JSON.writeValueAsString(
                        expression.replace("$model", ".*")) + " },");
            }
        }
        all.add("] }]");
        Path file = Files.write(home.resolve("all.yaml"), all);
        for (Path each : List.of(file, SHIPPED.resolve("prometheus-rules.yaml"))) {
            Process run = new ProcessBuilder(String.valueOf(tool), "check", "rules", each.toString())
                    .redirectErrorStream(true).start();
            String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(run.waitFor()).as(said).isZero();
        }
    }

    private static @Nullable Path promtool() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path tool = Path.of(folder, "promtool");
            if (Files.isExecutable(tool)) {
                return tool;
            }
        }
        return null;
    }

    @Test
    void tracesAreDeliveredAndHoldNothingOfWhatIsSaid() {
        await().atMost(SOON).untilAsserted(() -> assertThat(SPANS).anySatisfy(each -> assertThat(each)
                .contains("dispatch", "gen_ai.provider.name", "shaky")));
        assertThat(SPANS).noneMatch(each -> each.contains(MARK));
        assertThat(sound.requests(CHAT)).extracting(each -> each.headers().get("traceparent"))
                .allSatisfy(each -> assertThat(each).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]"))
                .anySatisfy(each -> assertThat(each).startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    }

    @Test
    void everyLineOfTheLogIsJsonWithTheSameKeysAndNothingOfWhatIsSaid() throws Exception {
        String log = Files.readString(home.resolve("logs/formulary.log"));
        assertThat(log + gateway.output()).doesNotContain(MARK);
        assertThat(log.lines().toList()).hasSizeGreaterThan(5).allSatisfy(line -> assertThat(
                JSON.readTree(line).fieldNames()).toIterable().containsExactlyElementsOf(KEYS));
        assertThat(gateway.output().lines().filter(line -> line.startsWith("{\"time\""))).isNotEmpty();
    }
}
