package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How the answer is tuned, thought about and limited.
class TuningTest {

    @Test
    void nothingIsSaidThatNobodyAskedFor() throws Exception {
        assertThat(Ask.hi().sent()).hasToString("{\"model\":\"claude-opus-4-5\",\"max_tokens\":64000,\"messages\":"
                + "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}]}");
        assertThat(Ask.hi().stream().sent("/stream")).isEqualTo("true");
    }

    @ParameterizedTest
    @CsvSource({"claude-opus-4-5,0.5,0.5,''", "claude-opus-4-5,1.7,1,temperature", "claude-opus-4-5,0,0,''",
            "claude-opus-5,0.5,'',temperature", "claude-opus-5,1,'',''", "qwen3-8b,2,1,temperature"})
    void temperatureIsCarriedClampedOrLeftOut(String model, double wanted, String sent, String ignored)
            throws Exception {
        var ask = Ask.hi().model(model).sampling(wanted, null, null);

        assertThat(ask.sent("/temperature")).isEqualTo(sent);
        assertThat(String.join(",", ask.ignored())).isEqualTo(ignored);
    }

    @Test
    void whereOnlyOneOfTwoMayBeSaidItIsTheTemperature() throws Exception {
        var both = Ask.hi().sampling(0.5, 0.9, null);
        assertThat(both.sent("/temperature")).isEqualTo("0.5");
        assertThat(both.sent("/top_p")).isEmpty();
        assertThat(both.ignored()).containsExactly("top_p");

        assertThat(Ask.hi().sampling(null, 0.9, null).sent("/top_p")).isEqualTo("0.9");
        assertThat(Ask.hi().model(Ask.FOREIGN).sampling(0.5, 0.9, null).sent("/top_p")).isEqualTo("0.9");
        assertThat(Ask.hi().model(Ask.MODERN).sampling(null, 1.0, null).ignored()).isEmpty();
    }

    @Test
    void aModelThatThinksTakesNoSampling() throws Exception {
        var ask = Ask.hi().sampling(0.2, 0.9, null)
                .options(new Options(40, null, null, null, null, Effort.LOW, null, null, null, Set.of()));

        assertThat(ask.sent("/thinking/type")).isEqualTo("\"enabled\"");
        assertThat(ask.sent().has("temperature") || ask.sent().has("top_p") || ask.sent().has("top_k")).isFalse();
        assertThat(ask.ignored()).containsExactlyInAnyOrder("temperature", "top_p", "top_k");
    }

    @Test
    void whatOnlyTunesIsLeftOutAndTold() throws Exception {
        var ask = Ask.hi().sampling(new Sampling(null, null, null, 7L, 4096, List.of()))
                .options(new Options(null, 0.1, 0.5, -0.5, null, null, null, null, Duration.ofMinutes(5), Set.of()))
                .extra(Map.of("logit_bias", Map.of()));

        assertThat(ask.sent()).hasToString(Ask.hi().sent().toString());
        assertThat(ask.ignored()).containsExactlyInAnyOrder("logit_bias", "seed", "num_ctx", "min_p",
                "frequency_penalty", "presence_penalty", "keep_alive");
    }

    @Test
    void whatIsNothingIsNotTold() throws Exception {
        assertThat(Ask.hi().options(new Options(null, 0.0, 0.0, 0.0, null, null, null, null, null, Set.of())).ignored())
                .isEmpty();
    }

    @Test
    void whatMattersIsRefused() {
        assertThat(TurnsTest
                .failure(Ask.hi().options(new Options(null, null, null, null, 0, null, null, null, null, Set.of()))))
                .hasMessageContaining("'logprobs'");
        assertThat(TurnsTest.failure(Ask.hi().extra(Map.of("audio", Map.of()))
                .options(new Options(null, null, null, null, null, null, null, null, null, Set.of("audio"))))
                .category()).isEqualTo(FailureCategory.UNSUPPORTED);
        assertThat(TurnsTest.failure(Ask.hi().stop("END", "\n")).category()).isEqualTo(FailureCategory.UNSUPPORTED);
    }

    @Test
    void stopTextsAndTheEndUserAreCarried() throws Exception {
        assertThat(Ask.hi().stop("END", "\n\nHuman").sent("/stop_sequences")).isEqualTo("[\"END\",\"\\n\\nHuman\"]");
        assertThat(Ask.hi().options(new Options(5, null, null, null, null, null, null, "user-7", null, Set.of()))
                .sent("/metadata")).isEqualTo("{\"user_id\":\"user-7\"}");
        assertThat(Ask.hi().options(new Options(5, null, null, null, null, null, null, null, null, Set.of()))
                .sent("/top_k")).isEqualTo("5");
    }

    @ParameterizedTest
    @CsvSource({"claude-opus-4-5,,,64000,''", "claude-opus-4-5,,1000,1000,''", "claude-opus-4-5,500,1000,500,''",
            "claude-opus-4-5,70000,,64000,max_tokens", "qwen3-8b,,,4096,''", "qwen3-8b,70000,,70000,''",
            "claude-3-haiku-20240307,,8000,4096,''", "claude-3-5-sonnet-20241022,,,8192,''"})
    void thereIsAlwaysALimit(String model, Integer asked, Integer configured, String sent, String ignored)
            throws Exception {
        var ask = Ask.hi().model(model).sampling(null, null, asked);
        if (configured != null) {
            ask.set("max-tokens", configured);
        }

        assertThat(ask.sent("/max_tokens")).isEqualTo(sent);
        assertThat(String.join(",", ask.ignored())).isEqualTo(ignored);
    }

    @ParameterizedTest
    @CsvSource({"MINIMAL,1024", "LOW,2048", "MEDIUM,8192", "HIGH,16384", "MAX,32000"})
    void olderModelsThinkWithABudget(Effort effort, String budget) throws Exception {
        var ask = Ask.hi().effort(effort);

        assertThat(ask.sent("/thinking")).isEqualTo("{\"type\":\"enabled\",\"budget_tokens\":" + budget + "}");
        assertThat(ask.sent("/max_tokens")).isEqualTo("64000");
        assertThat(ask.ignored()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1024,''", "1025,1024", "3000,1500", "40000,16384"})
    void theBudgetIsSmallerThanTheCallersLimit(int limit, String budget) throws Exception {
        var ask = Ask.hi().effort(Effort.HIGH).maxTokens(limit);

        assertThat(ask.sent("/max_tokens")).isEqualTo(Integer.toString(limit));
        assertThat(ask.sent("/thinking/budget_tokens")).isEqualTo(budget);
        assertThat(ask.ignored()).isEqualTo(budget.isEmpty() ? Set.of("reasoning_effort") : Set.of());
    }

    @Test
    void withoutACallersLimitTheBudgetComesOnTop() throws Exception {
        assertThat(Ask.hi().effort(Effort.HIGH).set("max-tokens", 2000).sent("/max_tokens")).isEqualTo("18384");
    }

    @ParameterizedTest
    @CsvSource({"claude-opus-5,MINIMAL,low", "claude-opus-5,LOW,low", "claude-opus-5,MEDIUM,medium",
            "claude-opus-5,HIGH,high", "claude-opus-5,MAX,max", "claude-sonnet-4-6,MAX,high",
            "claude-opus-4-6-20260101,MAX,max", "vendor/claude-opus-5.5,MAX,max", "claude-future-9,MAX,high"})
    void newerModelsDecideThemselves(String model, Effort effort, String word) throws Exception {
        var ask = Ask.hi().model(model).effort(effort);

        assertThat(ask.sent("/thinking")).isEqualTo("{\"type\":\"adaptive\"}");
        assertThat(ask.sent("/output_config")).isEqualTo("{\"effort\":\"" + word + "\"}");
        assertThat(ask.ignored()).isEmpty();
    }

    @Test
    void notThinkingIsCarriedWhereItCanBe() throws Exception {
        assertThat(Ask.hi().effort(Effort.NONE).sent("/thinking")).isEqualTo("{\"type\":\"disabled\"}");
        assertThat(Ask.hi().effort(Effort.NONE).sampling(0.5, null, null).sent("/temperature")).isEqualTo("0.5");
        assertThat(Ask.hi().model(Ask.FOREIGN).effort(Effort.NONE).ignored()).isEmpty();

        var always = Ask.hi().model(Ask.NEWEST).effort(Effort.NONE);
        assertThat(always.sent("/thinking")).isEmpty();
        assertThat(always.sent("/output_config/effort")).isEqualTo("\"low\"");
        assertThat(always.ignored()).containsExactly("reasoning_effort");
    }

    @Test
    void theSettingDecidesForOtherServers() throws Exception {
        assertThat(Ask.hi().model(Ask.FOREIGN).effort(Effort.LOW).ignored()).containsExactly("reasoning_effort");
        assertThat(Ask.hi().model(Ask.FOREIGN).effort(Effort.LOW).set("thinking", "budget").sent("/thinking"))
                .isEqualTo("{\"type\":\"enabled\",\"budget_tokens\":2048}");
        assertThat(Ask.hi().model(Ask.FOREIGN).effort(Effort.MAX).set("thinking", "adaptive").sent("/output_config"))
                .isEqualTo("{\"effort\":\"high\"}");
        assertThat(Ask.hi().effort(Effort.LOW).set("thinking", "off").ignored()).containsExactly("reasoning_effort");
    }

    @Test
    void aForcedToolAndThinkingExcludeEachOther() throws Exception {
        var ask = Ask.hi().tool("look").choice("required").effort(Effort.HIGH);

        assertThat(ask.sent("/thinking")).isEmpty();
        assertThat(ask.ignored()).containsExactly("reasoning_effort");
    }

    @Test
    void aStepWhoseThoughtsAreLostGoesOnWithoutABudget() throws Exception {
        var call = new ToolCall("toolu_1", "look", "{}");
        var lost = Ask.hi().tool("look").assistant("", call).result("toolu_1", null, "1").effort(Effort.HIGH);
        assertThat(lost.sent("/thinking")).isEmpty();
        assertThat(lost.ignored()).containsExactly("reasoning_effort");

        assertThat(lost.model(Ask.MODERN).sent("/thinking/type")).isEqualTo("\"adaptive\"");

        var over = Ask.hi().tool("look").assistant("", call).result("toolu_1", null, "1").assistant("Done.")
                .user("More")
                .effort(Effort.HIGH);
        assertThat(over.sent("/thinking/type")).isEqualTo("\"enabled\"");
    }

    @Test
    void promptsAreKeptWhenTheSettingSaysSo() throws Exception {
        var ask = Ask.said().system("Be kind.").user("A").assistant("B").user("C").tool("one", "two");
        assertThat(ask.sent().toString()).doesNotContain("cache_control");

        ask.set("cache", "auto");
        assertThat(ask.sent("/system")).isEqualTo(
                "[{\"type\":\"text\",\"text\":\"Be kind.\",\"cache_control\":{\"type\":\"ephemeral\"}}]");
        assertThat(ask.sent("/tools/0/cache_control")).isEmpty();
        assertThat(ask.sent("/tools/1/cache_control/type")).isEqualTo("\"ephemeral\"");
        assertThat(ask.sent("/messages/2/content/0/cache_control/type")).isEqualTo("\"ephemeral\"");
        assertThat(ask.sent().findValues("cache_control")).hasSize(3);
        assertThat(Ask.hi().set("cache", "auto").sent().findValues("cache_control")).hasSize(1);
    }
}
