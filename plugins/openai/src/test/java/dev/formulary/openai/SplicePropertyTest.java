package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent.Ignored;
import dev.formulary.spi.WireBody;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Whatever a caller says in its own words and policy says besides, what is sent is one well-formed body that says both.
class SplicePropertyTest {
    private static final ObjectMapper STRICT = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final String UNKNOWN = "\"x_unknown\" : [1.50,{\"a\":null}]";
    private static final List<String> MEMBERS = List.of("\"temperature\":1", "\"top_p\": 0.5", "\"max_tokens\":10",
            "\"max_completion_tokens\":10", "\"seed\":1", "\"top_k\":2", "\"min_p\":0.1", "\"frequency_penalty\":1",
            "\"presence_penalty\":1", "\"logprobs\":true", "\"top_logprobs\":2", "\"reasoning_effort\":\"xhigh\"",
            "\"reasoning\":{\"max_tokens\":9}", "\"chat_template_kwargs\":{}", "\"parallel_tool_calls\":true",
            "\"user\":\"bob\"", "\"safety_identifier\":\"bob\"", "\"stop\":\"A\"", "\"provider\":{}", "\"stream\":true",
            "\"stream_options\":{\"include_usage\":false}", "\"thinking\":{}",
            "\"response_format\":{\"type\":\"text\"}",
            UNKNOWN, "\"messages\":[{\"role\":\"developer\",\"content\":\"x\"}]");

    private static final List<Effort> EFFORTS = List.of(Effort.values());

    private final Random random = new Random(23);

    private <T> @Nullable T perhaps(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    @Test
    void whatIsSentIsOneBodyThatSaysAllThatIsCarried() throws Exception {
        int sent = 0;
        for (int round = 0; round < 5_000; round++) {
            Dialect dialect = Dialects.ALL.get(random.nextInt(Dialects.ALL.size()));
            ChatRequest request = request();
            try {
                check(dialect, request);
                sent++;
            } catch (ProviderException e) {
                assertThat(e.category()).isEqualTo(FailureCategory.UNSUPPORTED);
            }
        }
        assertThat(sent).isGreaterThan(2_000);
    }

    private ChatRequest request() throws ProviderException {
        var members = new ArrayList<>(MEMBERS);
        Collections.shuffle(members, random);
        String body = "{" + String.join(",", members.subList(0, random.nextInt(members.size()))) + "}";
        WireBody source = Reading.of(body.getBytes(StandardCharsets.UTF_8), new Progress()).frame();
        var sampling = new Sampling(perhaps(random::nextDouble), perhaps(random::nextDouble),
                perhaps(() -> 1 + random.nextInt(99)), perhaps(random::nextLong), null,
                random.nextBoolean() ? List.of() : List.of("A", "B"));
        var options = new Options(perhaps(() -> 1 + random.nextInt(9)), perhaps(random::nextDouble),
                perhaps(random::nextDouble), perhaps(random::nextDouble),
                random.nextInt(4) == 0 ? Integer.valueOf(3) : null,
                perhaps(() -> EFFORTS.get(random.nextInt(EFFORTS.size()))), perhaps(random::nextBoolean),
                perhaps(() -> "ann"), null, Set.of());
        Format format = random.nextInt(4) == 0 ? new Format.Json() : new Format.Free();
        return new ChatRequest("m", List.of(Message.text(Role.USER, "Hi")), List.of(), null, sampling, format,
                random.nextBoolean(), true, Map.of(), source, options);
    }

    private static void check(Dialect dialect, ChatRequest request) throws Exception {
        var settings = new OpenAiSettings("http://127.0.0.1/v1", dialect, List.of(), "", Map.of(), List.of(), true,
                true,
                true, null);
        ChatBody.Written written = new ChatBody(settings).of(request);
        String text = new String(written.bytes(), StandardCharsets.UTF_8);
        WireBody source = request.source();
        String before = source == null ? "" : new String(source.bytes(), StandardCharsets.UTF_8);
        String what = dialect.name() + ": " + before + " became " + text;
        JsonNode body = STRICT.readTree(text);
        assertThat(body.path("model").asText()).as(what).isEqualTo("m");
        assertThat(body.path("stream").asBoolean()).as(what).isEqualTo(request.stream());
        assertThat(body.path("stream_options").path("include_usage").asBoolean()).as(what).isEqualTo(request.stream());
        assertThat(text.contains(UNKNOWN)).as(what).isEqualTo(before.contains(UNKNOWN));
        for (var event : written.ignored()) {
            String name = ((Ignored) event).parameter();
            assertThat(body.has(name) && !name.equals("name")).as("%s: told and yet sent: %s", what, name).isFalse();
        }
        says(body, "temperature", request.sampling().temperature(), what);
        says(body, "top_p", request.sampling().topP(), what);
        if (dialect.can(Feature.SEED)) {
            says(body, "seed", request.sampling().seed(), what);
        }
        if (dialect.can(Feature.FREQUENCY_PENALTY)) {
            says(body, "frequency_penalty", request.options().frequencyPenalty(), what);
        }
        Integer most = request.sampling().maxTokens();
        if (most != null) {
            assertThat(body.has("max_tokens")).as(what).isNotEqualTo(body.has("max_completion_tokens"));
            assertThat(body.path("max_tokens").asInt() + body.path("max_completion_tokens").asInt()).as(what)
                    .isEqualTo(most);
        }
    }

    private static void says(JsonNode body, String name, @Nullable Number value, String what) {
        if (value instanceof Long whole) {
            assertThat(body.path(name).asLong()).as(what).isEqualTo(whole);
        } else if (value != null) {
            assertThat(body.path(name).asDouble()).as(what).isEqualTo(value.doubleValue());
        }
    }
}
