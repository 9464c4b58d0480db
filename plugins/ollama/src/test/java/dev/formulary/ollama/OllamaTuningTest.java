package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Setting;
import dev.formulary.testkit.VendorReply;
import dev.formulary.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaTuningTest extends OllamaCase {
    private static final Message HI = Message.text(Role.USER, "Hi");

    private List<String> ignored = List.of();

    private static ChatRequest ask(Options options, Map<String, @Nullable Object> extra, Message... messages) {
        return new ChatRequest("llama-test:latest", List.of(messages), List.of(), null, Sampling.DEFAULT,
                new Format.Free(), false, false, extra, null, options);
    }

    private static Options effort(@Nullable Effort effort) {
        return new Options(null, null, null, null, null, effort, null, null, null, Set.of());
    }

    private JsonNode sent(Provider provider, ChatRequest request) throws Exception {
        var events = new ArrayList<>(all(provider.chat(request, attempt())));
        ignored = events.stream().filter(ReplyEvent.Ignored.class::isInstance).map(ReplyEvent.Ignored.class::cast)
                .map(ReplyEvent.Ignored::parameter).toList();
        assertThat(events.subList(0, ignored.size())).allMatch(ReplyEvent.Ignored.class::isInstance);
        return Json.TREES.readTree(vendor.last(CHAT).text());
    }

    @Test
    void carriesEveryOptionThatOllamaHas() throws Exception {
        var options = new Options(40, 0.05, 0.5, -0.5, 3, Effort.HIGH, true, null, Duration.ofMinutes(10), Set.of());
        var thought = new Message(Role.ASSISTANT, List.of(new Thought("h", "gemini:x"), new Thought("m", null),
                new Text("A")), List.of(), null, null);
        JsonNode body = sent(provider(Map.of("keep-alive", "5m")), ask(options, Map.of("options.repeat_penalty", 1.1),
                thought, HI));
        assertThat(body.path("options")).isEqualTo(Json.TREES.readTree("{\"num_ctx\":2048,\"repeat_penalty\":1.1,"
                + "\"top_k\":40,\"min_p\":0.05,\"frequency_penalty\":0.5,\"presence_penalty\":-0.5}"));
        assertThat(body.path("think").asText()).isEqualTo("high");
        assertThat(body.path("logprobs").asBoolean()).isTrue();
        assertThat(body.path("top_logprobs").asInt()).isEqualTo(3);
        assertThat(body.path("keep_alive").asInt()).as("the caller's, not the setting's").isEqualTo(600);
        assertThat(body.path("messages").path(0).path("thinking").asText()).isEqualTo("hm");
        assertThat(ignored).isEmpty();
    }

    @Test
    void tellsWhatOllamaHasNoWordsFor() throws Exception {
        var options = new Options(null, null, null, null, null, null, false, "ann", null, Set.of());
        var named = new Message(Role.USER, List.of(new Text("Hi")), List.of(), null, "ann");
        JsonNode body = sent(provider(), ask(options, Map.of("logit_bias", Map.of()), named));
        assertThat(ignored).containsExactlyInAnyOrder("user", "parallel_tool_calls", "logit_bias", "name");
        assertThat(body.toString()).doesNotContain("ann").doesNotContain("logit_bias");
        var essential = new Options(null, null, null, null, null, null, null, null, null, Set.of("audio"));
        assertThat(failure(() -> sent(provider(), ask(essential, Map.of("audio", Map.of()), HI))).category())
                .isEqualTo(FailureCategory.UNSUPPORTED);
    }

    @ParameterizedTest
    @CsvSource({"NONE,false", "MINIMAL,\"low\"", "LOW,\"low\"", "MEDIUM,\"medium\"", "HIGH,\"high\"", "MAX,\"max\""})
    void asksAModelToThink(Effort effort, String think) throws Exception {
        assertThat(sent(provider(), ask(effort(effort), Map.of(), HI)).path("think")).hasToString(think);
    }

    @Test
    void asksNoModelToThinkThatCanNot() throws Exception {
        var provider = provider();
        provider.models();
        assertThat(sent(provider, ask(effort(Effort.HIGH), Map.of(), HI)).has("think")).isFalse();
        assertThat(ignored).containsExactly("reasoning_effort");
        assertThat(sent(provider, ask(effort(Effort.NONE), Map.of(), HI)).has("think")).isFalse();
        assertThat(ignored).isEmpty();
        vendor.always("/api/tags", VendorReply.json(200,
                "{\"models\":[{\"name\":\"llama-test:latest\",\"digest\":\"new\"}]}"));
        vendor.always("/api/show", VendorReply.ollamaShow(4096, "completion", "thinking"));
        provider.models();
        assertThat(sent(provider, ask(effort(Effort.HIGH), Map.of(), HI)).path("think").asText()).isEqualTo("high");
    }

    private String spliced(String body, Sampling sampling, Options options) throws Exception {
        ChatRequest plain = askNatively(body, true, sampling);
        all(provider(Map.of("keep-alive", "5m")).chat(new ChatRequest("m", List.of(HI), List.of(), null, sampling,
                new Format.Free(), true, true, Map.of(), plain.source(), options), attempt()));
        return vendor.last(CHAT).text();
    }

    @Test
    void policyHasTheLastWordInTheCallersBytes() throws Exception {
        String sent = spliced("{\"options\":{\"seed\":1,\"stop\":[\"A\"],\"top_k\":9,\"mirostat\":2},\"think\":true,"
                + "\"keep_alive\":\"1h\"}", new Sampling(null, null, null, 7L, null, List.of("A", "B")),
                new Options(5, null, 1.0, null, 2, Effort.LOW, null, null, Duration.ofMinutes(1), Set.of()));
        assertThat(sent).isEqualTo("{\"options\":{\"seed\":7,\"stop\":[\"A\",\"B\"],\"top_k\":5,\"mirostat\":2,"
                + "\"num_ctx\":2048,\"frequency_penalty\":1.0},\"think\":\"low\",\"keep_alive\":60,\"model\":\"m\","
                + "\"stream\":true,\"truncate\":false,\"logprobs\":true,\"top_logprobs\":2}");
    }

    @Test
    void whatSaysTheSameStaysInTheCallersBytes() throws Exception {
        String sent = spliced("{\"options\":{\"stop\":\"A\"},\"think\": true,\"keep_alive\":\"1h30m\","
                + "\"logprobs\" : true}", new Sampling(null, null, null, null, null, List.of("A")),
                new Options(null, null, null, null, 0, Effort.MEDIUM, null, null, Duration.ofMinutes(90), Set.of()));
        assertThat(sent).startsWith("{\"options\":{\"stop\":\"A\",\"num_ctx\":2048},\"think\": true,"
                + "\"keep_alive\":\"1h30m\",\"logprobs\" : true,\"model\"").doesNotContain("top_logprobs");
        assertThat(spliced("{\"keep_alive\":null}", Sampling.DEFAULT, Options.NONE)).contains("\"keep_alive\":\"5m\"");
    }

    @ParameterizedTest
    @CsvSource({"30m,1800000", "1h30m,5400000", "1.5s,1500", "250ms,250", "600,600000", "0,0"})
    void readsAndWritesTimesAsOllamaDoes(String text, long millis) {
        Duration time = Duration.ofMillis(millis);
        assertThat(KeepAlive.read(text)).isEqualTo(time);
        assertThat(KeepAlive.read(KeepAlive.json(time).replace("\"", ""))).isEqualTo(time);
        assertThat(KeepAlive.read("-" + text)).isEqualTo(KeepAlive.FOR_EVER);
        assertThat(KeepAlive.read(text + "x")).isNull();
    }

    @Test
    void declaresEverySetting() {
        assertThat(new OllamaFactory().settings()).extracting(Setting::name).containsExactly("base-url", "api-key",
                "keep-alive", "num-ctx-max");
        assertThat(new OllamaFactory().settings()).allMatch(setting -> setting.meaning().endsWith("."));
    }
}
