package dev.formulary.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.RateLimit;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.StreamState;
import dev.formulary.spi.Usage;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void countsRequestsByDialectWayAndStatus() {
        metrics.request(Dialect.OPENAI_CHAT, "http", 200);
        metrics.request(Dialect.OPENAI_CHAT, "http", 200);
        metrics.request(Dialect.OLLAMA_CHAT, "mqtt", 429);

        assertThat(metrics.scrape())
                .contains("formulary_requests_total{dialect=\"openai_chat\",status=\"200\",via=\"http\"} 2.0")
                .contains("formulary_requests_total{dialect=\"ollama_chat\",status=\"429\",via=\"mqtt\"} 1.0");
    }

    @Test
    void countsStreamsByWhereTheyEnded() {
        metrics.stream(StreamState.DONE, false);
        metrics.stream(StreamState.DONE, true);
        metrics.stream(StreamState.DONE, true);
        metrics.stream(StreamState.NOT_STARTED, false);

        assertThat(metrics.scrape()).contains("formulary_streams_total{continued=\"false\",result=\"done\"} 1.0")
                .contains("formulary_streams_total{continued=\"true\",result=\"done\"} 2.0")
                .contains("formulary_streams_total{continued=\"false\",result=\"not_started\"} 1.0");
    }

    @Test
    void measuresWaitsByPriorityAndSwitchesByWhatFailed() {
        metrics.waited(Priority.URGENT, 20_000_000);
        metrics.waited(Priority.BATCH, 3_000_000_000L);
        metrics.switched(FailureClass.THROTTLED, 4_000_000);
        metrics.switched(FailureClass.FIRST_BYTE_TIMEOUT, 20_000_000_000L);

        assertThat(metrics.scrape())
                .contains("formulary_queue_wait_seconds_bucket{priority=\"urgent\",le=\"0.025\"} 1")
                .contains("formulary_queue_wait_seconds_sum{priority=\"batch\"} 3.0")
                .contains("formulary_queue_wait_seconds_count{priority=\"normal\"} 0")
                .contains("formulary_switch_seconds_bucket{failure=\"throttled\",le=\"0.005\"} 1")
                .contains("formulary_switch_seconds_bucket{failure=\"first_byte_timeout\",le=\"10.0\"} 0")
                .contains("formulary_switch_seconds_sum{failure=\"first_byte_timeout\"} 20.0");
    }

    @Test
    void showsOfALimitForEachKeyTheOneWithTheLeastLeftAndHowOftenAllWereReached() {
        metrics.limits(List.of(limit("key:ann", 7, 2), limit("key:ben", 3, 1)));
        metrics.limits(List.of(limit("key:ann", 6, 2), limit("key:ben", 4, 5)));

        assertThat(metrics.scrape()).contains("formulary_limit_left{limit=\"calls\",unit=\"requests\"} 4.0")
                .contains("formulary_limit_refused_total{limit=\"calls\",unit=\"requests\"} 7.0")
                .doesNotContain("ann");
    }

    private static RateLimit limit(String scope, long left, long refused) {
        return new RateLimit("calls", scope, "requests", 10, "minute", 10, left, Duration.ZERO, refused);
    }

    @Test
    void whatNobodyForesawIsOther() {
        metrics.request(Dialect.OPENAI_CHAT, "carrier pigeon", 9999);
        metrics.cache("maybe");

        assertThat(metrics.scrape())
                .contains("formulary_requests_total{dialect=\"openai_chat\",status=\"other\",via=\"other\"} 1.0")
                .contains("formulary_cache_requests_total{result=\"other\"} 1.0")
                .doesNotContain("pigeon");
    }

    @Test
    void measuresAttemptsUnderOpenTelemetrysNames() {
        metrics.catalogue(List.of("home/llama"));
        metrics.attempt(new Operation("home/llama", false, true, null, Usage.of(100, 21), 30_000_000, 250_000_000));
        metrics.attempt(new Operation("home/llama", false, true, FailureClass.FIRST_BYTE_TIMEOUT, Usage.NONE, -1,
                2_000_000_000));
        metrics.answered("home/llama", 300);
        metrics.inVain("home/llama", 40);
        metrics.inVain("home/llama", -1);

        String asked = "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"home\",gen_ai_request_model=\"llama\",";
        String labels = "{" + asked + "gen_ai_response_model=\"llama\"";
        assertThat(metrics.scrape())
                .contains("gen_ai_client_operation_duration_seconds_count{error_type=\"first_byte_timeout\"," + asked
                        + "gen_ai_response_model=\"\"} 1")
                .contains("gen_ai_client_operation_duration_seconds_bucket{error_type=\"\"," + labels.substring(1)
                        + ",le=\"0.32\"} 1")
                .contains("gen_ai_server_time_per_output_token_seconds_sum" + labels + "} 0.011")
                .contains("gen_ai_server_time_per_output_token_seconds_bucket" + labels + ",le=\"2.5\"} 1")
                .contains("gen_ai_server_time_to_first_token_seconds_sum" + labels + "} 0.03")
                .contains("gen_ai_client_token_usage_sum" + labels + ",gen_ai_token_type=\"input\"} 100.0")
                .contains("gen_ai_client_token_usage_sum" + labels + ",gen_ai_token_type=\"output\"} 21.0")
                .contains("gen_ai_client_token_usage_bucket" + labels
                        + ",gen_ai_token_type=\"input\",le=\"6.7108864E7\"} 1")
                .contains("formulary_attempts_total{model=\"llama\",provider=\"home\",result=\"answered\"} 1.0")
                .contains(
                        "formulary_attempts_total{model=\"llama\",provider=\"home\",result=\"first_byte_timeout\"} 1.0")
                .contains("formulary_cost_micros_total{model=\"llama\",provider=\"home\"} 340.0");
    }

    private static Operation answered(String model) {
        return new Operation(model, false, false, null, Usage.of(1, 1), 500_000, 1_000_000);
    }

    @Test
    void vectorsAreAnOperationOfTheirOwnAndWhatCameWholeSaysNothingOfSingleTokens() {
        metrics.catalogue(List.of("home/vectors"));
        metrics.attempt(new Operation("home/vectors", true, false, null, Usage.of(9, 0), 1_000_000, 1_000_000));
        metrics.attempt(new Operation("home/vectors", false, false, null, Usage.of(9, 9), 1_000_000, 1_000_001));
        metrics.attempt(new Operation("home/vectors", false, true, null, Usage.of(9, 1), 1_000_000, 1_000_001));

        assertThat(metrics.scrape()).contains("{gen_ai_operation_name=\"embeddings\",gen_ai_provider_name=\"home\"")
                .doesNotContain("time_per_output_token");
    }

    @Test
    void tokensOfAnAnswerThatBrokeOffCountWithoutAModelThatAnswered() {
        metrics.catalogue(List.of("home/llama"));
        metrics.attempt(new Operation("home/llama", false, true, FailureClass.CUT, Usage.of(9, 4), 1, 2));

        assertThat(metrics.scrape()).containsPattern("gen_ai_client_token_usage_sum\\{.*gen_ai_response_model=\"\","
                + "gen_ai_token_type=\"output\"} 4.0").doesNotContain("time_to_first_token");
    }

    @Test
    void showsOfBudgetsOfOneNameTheOneWithTheLeastLeft() {
        var noon = java.time.Instant.EPOCH;
        metrics.budgets(List.of(new Budget("family:ann", "tenant:ann", 10, 5, 100, noon),
                new Budget("family:ben", "tenant:ben", 60, 0, 90, noon),
                new Budget("all", "total", 200, 9, 100, noon)));

        assertThat(metrics.scrape()).contains("formulary_budget_left_micros{budget=\"family\"} 30.0",
                "formulary_budget_limit_micros{budget=\"family\"} 90.0",
                "formulary_budget_left_micros{budget=\"all\"} 0.0").doesNotContain("ann", "ben\"");
    }

    @Test
    void showsHowManyAlertsAreOpenByHowBadTheyAre() {
        metrics.alerts(() -> List.of(Severity.WARNING, Severity.WARNING, Severity.EMERGENCY));

        assertThat(metrics.scrape()).contains("formulary_alerts_open{severity=\"warning\"} 2.0",
                "formulary_alerts_open{severity=\"emergency\"} 1.0", "formulary_alerts_open{severity=\"info\"} 0.0");
    }

    @Test
    void aNameThatIsNotInTheCatalogueNeverBecomesALabel() {
        metrics.catalogue(List.of("home/llama"));
        metrics.attempt(answered("evil/anything"));
        metrics.breakers(Map.of("evil/anything", BreakerState.OPEN, "home/llama", BreakerState.HALF_OPEN));

        assertThat(metrics.scrape())
                .doesNotContain("anything")
                .contains("formulary_attempts_total{model=\"other\",provider=\"other\",result=\"answered\"} 1.0")
                .contains("formulary_breaker_state{model=\"home/llama\"} 1.0");
    }

    @Test
    void aModelThatLeavesLosesItsMeters() {
        metrics.catalogue(List.of("home/llama", "home/qwen"));
        metrics.attempt(answered("home/llama"));
        metrics.attempt(answered("home/qwen"));
        metrics.breakers(Map.of("home/llama", BreakerState.CLOSED));
        assertThat(metrics.scrape()).contains("llama");

        metrics.catalogue(List.of("home/qwen"));
        metrics.breakers(Map.of());

        assertThat(metrics.scrape()).doesNotContain("llama").contains("qwen");
    }

    @Test
    void onlySoManyModelsGetLabels() {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < Metrics.MOST_MODELS + 5; i++) {
            many.add("p/m" + i);
        }
        metrics.catalogue(many);
        many.forEach(id -> metrics.attempt(answered(id)));

        assertThat(metrics.scrape().lines().filter(line -> line.startsWith("formulary_attempts_total")))
                .hasSize(Metrics.MOST_MODELS + 1)
                .contains("formulary_attempts_total{model=\"other\",provider=\"other\",result=\"answered\"} 5.0");
    }

    @Test
    void countsDecisionsReloadsAndTheCache() {
        metrics.decision(true, 40_000);
        metrics.decision(false, 60_000);
        metrics.rulesReloaded(true);
        metrics.rulesReloaded(false);
        metrics.cache("hit");
        metrics.repeated(true);
        metrics.repeated(false);
        metrics.answered("a/b", -1);

        assertThat(metrics.scrape())
                .contains("formulary_decisions_total{result=\"allow\"} 1.0")
                .contains("formulary_decisions_total{result=\"deny\"} 1.0")
                .contains("formulary_decision_duration_seconds_count 2")
                .contains("formulary_decision_duration_seconds_bucket{le=\"5.0E-5\"} 1")
                .contains("formulary_rules_reloads_total{result=\"loaded\"} 1.0")
                .contains("formulary_rules_reloads_total{result=\"refused\"} 1.0")
                .contains("formulary_cache_requests_total{result=\"hit\"} 1.0")
                .contains("formulary_retries_total{result=\"allowed\"} 1.0")
                .contains("formulary_retries_total{result=\"refused\"} 1.0")
                .contains("formulary_cost_micros_total{model=\"other\",provider=\"other\"} 0.0");
    }

    @Test
    void showsWhatIsSoNow() {
        metrics.inFlight(() -> 7);
        metrics.leakedPlugins(() -> 1);
        metrics.host(() -> new Host(0.5, -1, 1024, 0.25, 2));

        assertThat(metrics.scrape())
                .contains("formulary_inflight 7.0")
                .contains("formulary_plugins_leaked 1.0")
                .contains("formulary_host_cpu 0.5")
                .contains("formulary_host_memory NaN")
                .contains("formulary_host_memory_free 1024.0")
                .contains("formulary_host_cores 2.0");
    }

    @Test
    void showsHowFilesFare() {
        var counts = new AtomicReference<>(new FileCounts(1, 2, 3, 4, 5));
        metrics.files(counts::get);

        assertThat(metrics.scrape())
                .contains("formulary_files_working 1.0")
                .contains("formulary_files_total{result=\"done\"} 2.0")
                .contains("formulary_files_total{result=\"refused\"} 3.0")
                .contains("formulary_files_lines_total{result=\"succeeded\"} 4.0")
                .contains("formulary_files_lines_total{result=\"failed\"} 5.0");

        counts.set(new FileCounts(0, 3, 3, 40, 5));

        assertThat(metrics.scrape()).contains("formulary_files_working 0.0",
                "formulary_files_lines_total{result=\"succeeded\"} 40.0");
    }

    @Test
    void countersAreReadAsLongAsTheyAreShown() {
        var lost = new AtomicLong(1);
        var unreachable = new WeakReference<>(new Object());
        metrics.decisionLog(() -> lost.get(), () -> 0);
        metrics.files(() -> new FileCounts(0, lost.get(), 0, 0, 0));
        while (unreachable.get() != null) {
            System.gc();
        }

        lost.set(2);

        assertThat(metrics.scrape()).contains("formulary_decisions_log_lost_total 2.0",
                "formulary_files_total{result=\"done\"} 2.0");
    }

    @Test
    void showsTheJavaMachine() {
        assertThat(metrics.scrape()).contains("jvm_memory_used_bytes", "jvm_threads_live_threads",
                "jvm_classes_loaded_classes", "jvm_gc_");
    }
}
