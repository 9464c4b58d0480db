package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.ChatRequest;
import dev.formulary.testkit.FidelityMatrix;
import dev.formulary.testkit.Wish;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The published table says by which member a client of `/v1/responses` asks for each wish, and asking so gives that wish and
/// no other.
class ResponsesFidelityTest {
    private static final String NONE = "–";
    private static final String MATTERS = "anything else that matters";
    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"
            + "\"required\":[\"city\"],\"additionalProperties\":false}";
    private static final String TOOL = "\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"description\":"
            + "\"tells the weather\",\"parameters\":" + SCHEMA + "}]";
    private static final String USER = "{\"role\":\"user\",\"content\":\"Hi\"}";
    private static final Map<String, String> BODIES = new HashMap<>();

    static {
        BODIES.put("temperature", "\"temperature\":0.5");
        BODIES.put("top_p", "\"top_p\":0.5");
        BODIES.put("limit of the answer", "\"max_output_tokens\":300");
        BODIES.put("seed", "\"seed\":7");
        BODIES.put("stop", "\"stop\":[\"END\"]");
        BODIES.put("top_k", "\"top_k\":40");
        BODIES.put("min_p", "\"min_p\":0.1");
        BODIES.put("frequency_penalty", "\"frequency_penalty\":0.5");
        BODIES.put("presence_penalty", "\"presence_penalty\":0.5");
        BODIES.put("probabilities", "\"include\":[\"message.output_text.logprobs\"],\"top_logprobs\":3");
        BODIES.put("effort", "\"reasoning\":{\"effort\":\"high\"}");
        BODIES.put("no thinking", "\"reasoning\":{\"effort\":\"none\"}");
        BODIES.put("name of the person", "\"user\":\"ann\"");
        BODIES.put("tools", TOOL);
        BODIES.put("a tool must be called", TOOL + ",\"tool_choice\":\"required\"");
        BODIES.put("one tool must be called", TOOL + ",\"tool_choice\":{\"type\":\"function\",\"name\":\"weather\"}");
        BODIES.put("no tool may be called", TOOL + ",\"tool_choice\":\"none\"");
        BODIES.put("one call at a time", TOOL + ",\"parallel_tool_calls\":false");
        BODIES.put("strict tools", TOOL.replace("\"name\"", "\"strict\":true,\"name\""));
        BODIES.put("JSON", "\"text\":{\"format\":{\"type\":\"json_object\"}}");
        BODIES.put("JSON to a schema", "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"answer\","
                + "\"strict\":true,\"schema\":" + SCHEMA + "}}");
        BODIES.put("picture", part("\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,iVBORw0KGgo=\""));
        BODIES.put("address of a picture",
                part("\"type\":\"input_image\",\"image_url\":\"https://example.org/a.png\""));
        BODIES.put("sound",
                part("\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklGRg==\",\"format\":\"wav\"}"));
        BODIES.put("file", part("\"type\":\"input_file\",\"file_data\":\"data:application/pdf;base64,JVBERi0=\""));
        BODIES.put("system message", "\"instructions\":\"Be brief.\",\"input\":\"Hi\"");
        BODIES.put("earlier thoughts", input(USER, "{\"type\":\"reasoning\",\"summary\":[{\"text\":\"hm\"}]}",
                "{\"role\":\"assistant\",\"content\":\"Yes.\"}", USER));
        BODIES.put("earlier calls and results", input(USER, "{\"type\":\"function_call\",\"call_id\":\"call_1\","
                + "\"name\":\"weather\",\"arguments\":\"{}\"}",
                "{\"type\":\"function_call_output\",\"call_id\":\"call_1\",\"output\":\"sun\"}"));
        BODIES.put("logit_bias", "\"logit_bias\":{\"7\":1}");
        BODIES.put("anything else that tunes", "\"x_unknown\":{\"7\":1}");
        BODIES.put(MATTERS, "\"background\":true");
    }

    private static String part(String part) {
        return input("{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"Hi\"},{" + part + "}]}");
    }

    private static String input(String... items) {
        return "\"input\":[" + String.join(",", items) + "]";
    }

    @Test
    void aClientOfResponsesAsksAsTheTableSays() throws Exception {
        Map<String, String> column = new FidelityMatrix(Path.of("../plugins/FIDELITY.md")).column("Responses client");
        List<Wish> wishes = Wish.all("m");
        assertThat(column.keySet()).containsExactlyElementsOf(wishes.stream().map(Wish::name).toList());
        for (Wish wish : wishes) {
            String member = column.getOrDefault(wish.name(), "").replace("`", "");
            String body = BODIES.get(wish.name());
            if (body == null) {
                assertThat(member).as(wish.name()).isEqualTo(NONE);
                continue;
            }
            assertThat(body).as(wish.name()).contains("\"" + member + "\"");
            if (wish.name().equals(MATTERS)) {
                assertThatThrownBy(() -> read(body)).isInstanceOf(MalformedBodyException.class)
                        .hasMessageContaining("'background' is not supported");
            } else {
                assertThat(read(body)).as(wish.name()).usingRecursiveComparison()
                        .ignoringFields("source", "stream", "includeUsage", "options.essential")
                        .isEqualTo(wish.request());
            }
        }
    }

    private static ChatRequest read(String members) throws MalformedBodyException {
        return new OpenAiResponses().read(utf8("{\"model\":\"m\"," + (members.contains("\"input\"")
                ? ""
                : input(USER) + ",") + members + "}")).request();
    }
}
