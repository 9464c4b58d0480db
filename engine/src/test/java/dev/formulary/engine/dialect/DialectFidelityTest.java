package dev.formulary.engine.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.FidelityMatrix;
import dev.formulary.testkit.Wish;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The published table says by which member each wish is asked for, and asking so gives that wish and no other.
class DialectFidelityTest {
    private static final String NONE = "–";
    private static final String MATTERS = "anything else that matters";
    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"
            + "\"required\":[\"city\"],\"additionalProperties\":false}";
    private static final String TOOL = "[{\"type\":\"function\",\"function\":{\"name\":\"weather\","
            + "\"description\":\"tells the weather\",\"parameters\":" + SCHEMA + "}}]";
    private static final String STRICT = TOOL.replace("\"name\"", "\"strict\":true,\"name\"");
    private static final String USER = "{\"role\":\"user\",\"content\":\"Hi\"}";

    private static final Map<String, String> OPENAI = new HashMap<>();
    private static final Map<String, String> OLLAMA = new HashMap<>();

    static {
        same("temperature", "\"temperature\":0.5");
        same("top_p", "\"top_p\":0.5");
        each("limit of the answer", "\"max_completion_tokens\":300", option("\"num_predict\":300"));
        same("seed", "\"seed\":7");
        same("stop", "\"stop\":[\"END\"]");
        ollama("size of the context", option("\"num_ctx\":4096"));
        same("top_k", "\"top_k\":40");
        same("min_p", "\"min_p\":0.1");
        same("frequency_penalty", "\"frequency_penalty\":0.5");
        same("presence_penalty", "\"presence_penalty\":0.5");
        each("probabilities", "\"logprobs\":true,\"top_logprobs\":3", "\"logprobs\":true,\"top_logprobs\":3");
        each("effort", "\"reasoning_effort\":\"high\"", "\"think\":\"high\"");
        each("no thinking", "\"reasoning_effort\":\"none\"", "\"think\":false");
        openai("name of the person", "\"user\":\"ann\"");
        ollama("time in memory", "\"keep_alive\":\"10m\"");
        each("tools", "\"tools\":" + TOOL, "\"tools\":" + TOOL);
        openai("a tool must be called", "\"tools\":" + TOOL + ",\"tool_choice\":\"required\"");
        openai("one tool must be called", "\"tools\":" + TOOL
                + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}");
        openai("no tool may be called", "\"tools\":" + TOOL + ",\"tool_choice\":\"none\"");
        openai("one call at a time", "\"tools\":" + TOOL + ",\"parallel_tool_calls\":false");
        each("strict tools", "\"tools\":" + STRICT, "\"tools\":" + STRICT);
        each("JSON", "\"response_format\":{\"type\":\"json_object\"}", "\"format\":\"json\"");
        each("JSON to a schema", "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\","
                + "\"strict\":true,\"schema\":" + SCHEMA + "}}", "\"format\":" + SCHEMA);
        media();
        conversation();
        openai("logit_bias", "\"logit_bias\":{\"7\":1}");
        each("anything else that tunes", "\"x_unknown\":{\"7\":1}", "\"x_unknown\":{\"7\":1}");
        openai(MATTERS, "\"web_search_options\":{\"7\":1}");
    }

    private static void media() {
        String picture = "\"type\":\"image_url\",\"image_url\":{\"url\":";
        each("picture", part(picture + "\"data:image/png;base64,iVBORw0KGgo=\"}"),
                "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\",\"images\":[\"iVBORw0KGgo=\"]}]");
        openai("address of a picture", part(picture + "\"https://example.org/a.png\"}"));
        openai("sound", part("\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklGRg==\",\"format\":\"wav\"}"));
        openai("file", part("\"type\":\"file\",\"file\":{\"file_data\":\"data:application/pdf;base64,JVBERi0=\"}"));
    }

    private static void conversation() {
        each("system message", messages("{\"role\":\"developer\",\"content\":\"Be brief.\"}", USER),
                messages("{\"role\":\"system\",\"content\":\"Be brief.\"}", USER));
        openai("name of a speaker", messages("{\"role\":\"user\",\"content\":\"Hi\",\"name\":\"ann\"}"));
        String yes = "{\"role\":\"assistant\",\"content\":\"Yes.\",";
        each("earlier thoughts", messages(USER, yes + "\"reasoning_content\":\"hm\"}", USER),
                messages(USER, yes + "\"thinking\":\"hm\"}", USER));
        String call = "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"function\":{"
                + "\"name\":\"weather\",\"arguments\":";
        String result = "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"sun\"}";
        each("earlier calls and results", messages(USER, call + "\"{}\"}}]}", result),
                messages(USER, call + "{}}}]}", result));
    }

    private static void same(String wish, String member) {
        each(wish, member, option(member));
    }

    private static void each(String wish, String openai, String ollama) {
        openai(wish, openai);
        ollama(wish, ollama);
    }

    private static void openai(String wish, String members) {
        OPENAI.put(wish, members);
    }

    private static void ollama(String wish, String members) {
        OLLAMA.put(wish, members);
    }

    private static String option(String member) {
        return "\"options\":{" + member + "}";
    }

    private static String part(String part) {
        return messages("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"},{" + part + "}]}");
    }

    private static String messages(String... messages) {
        return "\"messages\":[" + String.join(",", messages) + "]";
    }

    @Test
    void aClientOfAnthropicsFormatAsksAsTheTableSays() throws Exception {
        assertAsked(AnthropicMessages.counting(), matrix().column("Anthropic client"), AnthropicWishes.bodies());
    }

    private static FidelityMatrix matrix() throws IOException {
        return new FidelityMatrix(Path.of("../plugins/FIDELITY.md"));
    }

    @Test
    void aClientOfOpenAisFormatAsksAsTheTableSays() throws Exception {
        assertAsked(new OpenAiChat(), matrix().column("OpenAI client"), OPENAI);
    }

    @Test
    void aClientOfOllamasFormatAsksAsTheTableSays() throws Exception {
        assertAsked(new OllamaChat(), matrix().column("Ollama client"), OLLAMA);
    }

    private static void assertAsked(ChatDialect dialect, Map<String, String> column, Map<String, String> bodies)
            throws Exception {
        List<Wish> wishes = Wish.all("m");
        assertThat(column.keySet()).containsExactlyElementsOf(wishes.stream().map(Wish::name).toList());
        for (Wish wish : wishes) {
            String member = column.getOrDefault(wish.name(), "").replace("`", "");
            String body = bodies.get(wish.name());
            if (body == null) {
                assertThat(member).as(wish.name()).isEqualTo(NONE);
                continue;
            }
            assertThat(body).as(wish.name()).contains("\"" + member + "\"");
            ChatRequest read = dialect.read(whole(body).getBytes(StandardCharsets.UTF_8)).request();
            if (wish.name().equals(MATTERS)) {
                assertThatThrownBy(() -> read.ignoring(Set.of())).isInstanceOf(ProviderException.class);
            } else {
                assertThat(read).as(wish.name()).usingRecursiveComparison()
                        .ignoringFields("source", "stream", "includeUsage", "options.essential")
                        .isEqualTo(wish.request());
            }
        }
    }

    private static String whole(String members) {
        return "{\"model\":\"m\"," + (members.contains("\"messages\"") ? "" : messages(USER) + ",") + members + "}";
    }
}
