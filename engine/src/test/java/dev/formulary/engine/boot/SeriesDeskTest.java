package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.SeriesSettings;
import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.facts.Usual;
import dev.formulary.engine.store.SeriesStore;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SeriesDeskTest {
    private static final Map<String, String> ANY_PORT = Map.of("FORMULARY_PORT", "0", "FORMULARY_MANAGEMENT_PORT", "0");

    @TempDir
    Path folder;
    private final HttpClient http = HttpClient.newHttpClient();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Properties properties = new Properties();
    private int port;

    @BeforeEach
    void prepare() throws Exception {
        properties.setProperty("user.home", folder.toString());
        Home home = home();
        for (Path each : List.of(home.routes(), home.rules(), home.data(), home.plugins(),
                home.folder().resolve("conf"))) {
            Files.createDirectories(each);
        }
        try (Stream<Path> files = Files.list(Path.of("../routes"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
                Files.copy(file, home.routes().resolve(file.getFileName()));
            }
        }
        Files.writeString(home.configuration(),
                "{ discover: false, screening: { enabled: false }, load: { every: 200ms, series: { every: 1s } } }\n");
    }

    private Home home() {
        return terminal().home();
    }

    private Terminal terminal() {
        return new Terminal(InputStream.nullInputStream(), new PrintWriter(out, true), new PrintWriter(err, true),
                Map.of(), properties);
    }

    private Runner.Running start() throws Exception {
        Runner.Running running = RunningGateway.start(Configuration.load(home().folder(), ANY_PORT), home(), ANY_PORT);
        port = running.managementPort();
        return running;
    }

    private HttpResponse<String> ask(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                BodyHandlers.ofString());
    }

    private JsonNode json(String path) throws Exception {
        return new JsonMapper().readTree(ask(path).body());
    }

    private JsonNode post(String body) throws Exception {
        return new JsonMapper().readTree(http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port
                + SeriesDesk.RENEW)).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofString()).body());
    }

    private String run(String... arguments) {
        var all = new ArrayList<>(List.of("load"));
        all.addAll(List.of(arguments));
        out.getBuffer().setLength(0);
        int exit = CommandLineOf.terminal(terminal(), Assembly.runner(Map.of()), Assembly.ruleCheck())
                .execute(all.toArray(String[]::new));
        return exit == 0 ? out.toString() : exit + ": " + err;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsMeasuredIsShownAndIsThereAfterARestart() throws Exception {
        Instant first;
        try (Runner.Running _ = start()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> json(SeriesDesk.LOAD).path("measured")
                    .findValuesAsText("metric").containsAll(List.of("host_memory", "calls_in_flight",
                            "gateway_sampling")));
            JsonNode load = json(SeriesDesk.LOAD);
            assertThat(load.at("/cost/sample_micros").asLong()).isPositive();
            assertThat(load.at("/cost/tick_micros").asLong()).isPositive();
            assertThat(load.at("/cost/share").asDouble()).isBetween(0.0, 0.5);
            assertThat(load.at("/host/memory").asDouble()).isBetween(0.0, 1.0);
            JsonNode points = json(SeriesDesk.HISTORY + "/host_memory?step=raw&from=10m").at("/series/0/points");
            assertThat(points.size()).isPositive();
            first = Instant.parse(points.at("/0/at").asText());
            assertThat(json(SeriesDesk.HISTORY).findValuesAsText("metric")).contains("host_memory");
            assertThat(post("{\"metric\": \"host_memory\"}").path("series").asInt()).isEqualTo(1);
            assertThat(json(SeriesDesk.BASELINES)).anySatisfy(each -> {
                assertThat(each.path("metric").asText()).isEqualTo("host_memory");
                assertThat(each.path("version").asInt()).isEqualTo(2);
                assertThat(each.has("median")).as("too little is known").isFalse();
            });
            assertThat(post("{\"metric\": \"host_luck\"}").at("/error/message").asText()).contains("host_cpu");
            assertThat(post("{\"resource\": \"none/such\"}").at("/error/code").asText()).isEqualTo("no_such_series");
        }
        try (Runner.Running _ = start()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> json(SeriesDesk.HISTORY
                    + "/host_memory?step=raw&from=10m").at("/series/0/points").size() > 1);
            JsonNode points = json(SeriesDesk.HISTORY + "/host_memory?step=raw&from=10m").at("/series/0/points");
            assertThat(Instant.parse(points.at("/0/at").asText())).isEqualTo(first);
            assertThat(ask(SeriesDesk.HISTORY + "/host_memory?format=xml").statusCode()).isEqualTo(400);
            assertThat(ask(SeriesDesk.HISTORY + "/host_memory?step=7s").body()).contains("'step' must be raw");
            assertThat(json(SeriesDesk.PROCESSES)).isNotEmpty()
                    .allSatisfy(each -> assertThat(each.propertyStream().map(Map.Entry::getKey))
                            .containsExactlyInAnyOrder("pid", "name", "cores", "memory"));
        }
    }

    private Instant yesterday() throws Exception {
        Instant begin = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(3));
        var store = new SeriesStore(home().data(), home().cache(), SeriesSettings.USUAL, _ -> {}, Clock.systemUTC());
        for (int i = 0; i < 12 * 60; i++) {
            store.noted(begin.plusSeconds(i * 10L).toEpochMilli(), List.of(
                    new Reading(Metric.GPU_MEMORY, "=card", i < 360 ? 0.25 : 0.96),
                    new Reading(Metric.GATEWAY_MEMORY, "", 3 * 1024.0 * 1024 * 1024)));
            if (i % 60 == 0) {
                store.flush();
            }
        }
        store.usual(new Usual(Metric.GATEWAY_MEMORY, "", 1, 0, new Baseline(1, 2, 3, 1)));
        store.close();
        return begin;
    }

    @Test
    void theCommandShowsTheLatestAndTheLastDayWithoutAGateway() throws Exception {
        assertThat(run()).contains("nothing is kept of what was measured");
        Instant begin = yesterday();

        assertThat(run("gpu_memory", "--from", begin.toString(), "--to", begin.plusSeconds(7_200).toString(),
                "--summary", "hour", "--above", "0.9").lines().toList())
                .containsExactly("metric,resource,at,min,median,p95,max,count,known_seconds,seconds_above_0.9",
                        "gpu_memory,'=card," + begin + ",0.25,0.25,0.25,0.25,360,3600,0",
                        "gpu_memory,'=card," + begin.plusSeconds(3_600) + ",0.96,0.96,0.96,0.96,354,3540,3540");
        assertThat(CsvReader.builder().ofNamedCsvRecord(run("gpu_memory", "--from", begin.toString(), "--to",
                begin.plusSeconds(7_200).toString(), "--step", "1h")).stream().toList()).singleElement()
                .satisfies(row -> assertThat(row.getField("median")).isEqualTo("0.25"));
        assertThat(run("gpu_memory", "--from", begin.toString(), "--to", begin.plusSeconds(600).toString(), "--format",
                "json")).contains("\"unit\":\"share\"", "\"step_seconds\":60", "\"median\":0.25");
        assertThat(run("host_luck")).startsWith("2: formulary: there is no metric 'host_luck'; there are host_cpu");
        assertThat(run("gpu_memory", "--format", "xml")).startsWith("2:");
    }

    @Test
    void valuesAreWrittenForPeople() {
        assertThat(LoadText.value(Metric.HOST_CPU, 0.935)).isEqualTo("93.50 %");
        assertThat(LoadText.value(Metric.GATEWAY_MEMORY, 3.5 * 1024 * 1024 * 1024)).isEqualTo("3.50 GiB");
        assertThat(LoadText.value(Metric.HOST_NETWORK_IN, 512.0)).isEqualTo("512 B/s");
        assertThat(LoadText.value(Metric.MODEL_LATENCY, null)).isEqualTo("-");
        assertThat(LoadText.value(Metric.COST_RATE, 0.0125)).isEqualTo("0.0125 $/h");
    }
}
