package dev.formulary.engine.boot;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.admin.Report;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.store.Beginning;
import dev.formulary.engine.store.Booked;
import dev.formulary.engine.store.DecisionStore;
import dev.formulary.engine.store.Ledger;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Usage;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InsightDeskTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Situation SITUATION = new Situation(NOON, Host.UNKNOWN, List.of(), 0, 0, Set.of());
    private static final Candidate DEAR = Samples.priced("cloud", "dear", 10_000_000, 20_000_000);
    private static final Candidate CHEAP = Samples.priced("cloud", "cheap", 1_000_000, 2_000_000);

    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Properties properties = new Properties();
    private final MutableClock clock = new MutableClock(NOON);
    private final Random random = new Random(41);
    private List<Signal> signals = List.of();
    private Home home;

    @BeforeEach
    void open() throws Exception {
        properties.setProperty("user.home", folder.toString());
        home = terminal().home();
        Files.createDirectories(home.data());
    }

    private Terminal terminal() {
        return new Terminal(InputStream.nullInputStream(), new PrintWriter(out, true), new PrintWriter(err, true),
                Map.of(), properties);
    }

    private JsonNode ask(String path, String... said) throws Exception {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < said.length; i += 2) {
            all.put(said[i], said[i + 1]);
        }
        Object document = Objects.requireNonNull(
                new InsightDesk(home, LedgerSettings.USUAL, () -> signals, () -> List.of(DEAR, CHEAP), clock)
                        .documents().get(path));
        byte[] body = document instanceof Report report
                ? report.of(name -> all.getOrDefault(name, "")).body()
                : AdminJson.write(((Supplier<?>) document).get());
        return JSON.readTree(body);
    }

    private static Call call(String id, String... labels) {
        return new Call(id, Dialect.OPENAI_CHAT, "http", "home", "key", "auto", false, Priority.NORMAL, null, false,
                NOON, 60_000, null, Set.of(labels), List.of());
    }

    private void book(int hours) throws Exception {
        try (var ledger = new Ledger(home.data(), home.cache(), LedgerSettings.USUAL, "n", "keep", _ -> {}, clock)) {
            for (int i = 0; i < hours; i++) {
                for (int each = 0; each < 3 + i % 3; each++) {
                    ledger.begin(new Beginning(call("c" + i + "-" + each), 1, DEAR, "ranking", CHEAP, 500, true))
                            .ended(Booked.ANSWERED, Usage.of(100, 10), 1_200);
                }
                clock.advance(Duration.ofHours(1));
            }
            ledger.flush();
        }
    }

    private void record(int count, String model, long ms, long micros, int failures) throws Exception {
        try (var store = new DecisionStore(home.data(), home.cache(),
                new Settings.Decisions(10, true, Duration.ofDays(30), 64 << 20, "keep"), _ -> {}, clock)) {
            for (int i = 0; i < count; i++) {
                String id = model + "-" + i;
                boolean failed = i < failures;
                store.record(new Question(call(id), Context.unspecified(), SITUATION, List.of()), new Decision.Deny(id,
                        "abc", "", "", List.of(), List.of(), List.of(), List.of()));
                long took = ms + random.nextInt(100);
                store.complete(id, new Outcome(failed ? Outcome.Status.FAILED : Outcome.Status.ANSWERED,
                        List.of(new Outcome.Tried(model, failed ? FailureCategory.TIMEOUT : null, "", took)),
                        Usage.of(10, 10), micros + random.nextInt(20), took, 5));
            }
        }
    }

    @Test
    void anInsightHasCauseEvidenceActionAndGain() throws Exception {
        long[] times = new long[30];
        Arrays.setAll(times, i -> NOON.toEpochMilli() - (30 - i) * 10_000L);
        double[] values = new double[30];
        Arrays.setAll(values, i -> i < 20 ? 0.01 : 0.4);
        signals = List.of(new Signal(Metric.MODEL_ERROR_RATE, "cloud/dear", NOON,
                new dev.formulary.engine.facts.Samples(times, values), new Baseline(0.01, 0.01, 300, 1), null));
        book(24);
        JsonNode found = ask(InsightDesk.INSIGHTS);

        assertThat(found).hasSize(2);
        assertThat(found.at("/0/kind").asText()).isEqualTo("unusual");
        assertThat(found.at("/0/metric").asText()).isEqualTo("model_error_rate");
        assertThat(found.at("/0/resource").asText()).isEqualTo("cloud/dear");
        assertThat(found.at("/0/since").asText()).isEqualTo(NOON.minusSeconds(100).toString());
        assertThat(found.at("/0/evidence/deviations").asDouble()).isEqualTo(39);
        assertThat(found.at("/0/action").asText()).contains("decision.avoid(cloud/dear)");
        assertThat(found.at("/0/gain/expected").asDouble()).isEqualTo(0.39);
        assertThat(found.at("/1/kind").asText()).isEqualTo("cheaper");
        assertThat(found.at("/1/gain/expected").asDouble()).as("4 calls an hour in a seventh of a week")
                .isBetween(600.0, 640.0);
        assertThat(found.at("/1/action").asText()).contains("decision.prefer(cloud/cheap) over cloud/dear");
    }

    @Test
    void twiceTheLoadCostsTwiceAsMuch() throws Exception {
        book(24);
        JsonNode found = ask(InsightDesk.PROJECTION, "factor", "3");

        assertThat(found.at("/hours").asInt()).isEqualTo(24);
        assertThat(found.at("/loads").findValuesAsText("factor")).containsExactly("1.0", "2.0", "3.0", "5.0", "10.0");
        assertThat(found.at("/loads/0/micros_per_day/expected").asDouble()).isEqualTo(24 * 4 * 1_200);
        assertThat(found.at("/loads/1/micros_per_day/expected").asDouble()).isEqualTo(2 * 24 * 4 * 1_200);
        assertThat(found.at("/loads/0/micros_per_day/low").asDouble()).isLessThan(24 * 4 * 1_200);
        assertThat(found.at("/models/0/micros_per_call/expected").asDouble()).isEqualTo(1_200);
        assertThatThrownBy(() -> ask(InsightDesk.PROJECTION, "factor", "0")).hasMessageContaining("'factor' must be");
        assertThatThrownBy(() -> ask(InsightDesk.PROJECTION, "from", "now")).hasMessageContaining("'from' must be");
    }

    @Test
    void withoutALedgerAProjectionSaysWhatItLacks() throws Exception {
        JsonNode found = ask(InsightDesk.PROJECTION);

        assertThat(found.at("/loads")).isEmpty();
        assertThat(found.at("/notes/0").asText()).contains("a projection takes 12");
        assertThat(ask(InsightDesk.INSIGHTS)).isEmpty();
    }

    @Test
    void modelsAreComparedByWhatWasRecorded() throws Exception {
        record(60, "cloud/slow", 900, 500, 20);
        record(60, "cloud/quick", 300, 100, 1);
        JsonNode found = ask(InsightDesk.COMPARE, "a", "cloud/slow", "b", "cloud/quick");

        assertThat(found.at("/differences").findValuesAsText("verdict")).containsOnly("b_better");
        assertThat(found.at("/differences/0/measure").asText()).isEqualTo("latency");
        assertThat(found.at("/differences/0/count_a").asInt()).isEqualTo(40);
        assertThat(found.at("/differences/0/high").asDouble()).isNegative();
        assertThat(compare("cloud/slow", "cloud/quick")).isEqualTo(Exit.OK);
        assertThat(out.toString()).contains("cloud/quick is better").contains("95 % from").contains("note: ");
    }

    @Test
    void ofFewCallsNothingIsClaimed() throws Exception {
        record(10, "cloud/slow", 900, 500, 2);
        record(10, "cloud/quick", 300, 100, 1);

        assertThat(ask(InsightDesk.COMPARE, "a", "cloud/slow", "b", "cloud/quick").at("/differences")
                .findValuesAsText("verdict")).containsOnly("too_few");
        assertThat(compare("cloud/slow", "cloud/quick")).isEqualTo(Exit.NO);
        assertThat(out.toString()).contains("too few calls: at least 30 of each are needed")
                .doesNotContain("is better");
    }

    @Test
    void whatIsAskedForWronglyIsTold() throws Exception {
        assertThat(ask(InsightDesk.COMPARE).at("/notes/0").asText()).contains("say which two to compare");
        assertThatThrownBy(() -> ask(InsightDesk.COMPARE, "by", "moon")).hasMessageContaining("'by' must be one of");
        assertThatThrownBy(() -> ask(InsightDesk.COMPARE, "last", "0")).hasMessageContaining("'last' must be");
        assertThat(compare("cloud/slow", "cloud/quick")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("no decisions are kept in");
        assertThatThrownBy(() -> ask(InsightDesk.COMPARE, "a", "cloud/slow", "b", "cloud/quick"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("no decisions are kept in");
        record(1, "cloud/slow", 900, 500, 0);
        assertThat(compare("cloud/slow", "cloud/slow")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("two different ones");
    }

    private int compare(String a, String b) {
        return CommandLineOf.terminal(terminal(), Assembly.runner(Map.of()), Assembly.ruleCheck())
                .execute("compare", a, b, "--from", "2026-01-01", "--to", "2099-01-01");
    }
}
