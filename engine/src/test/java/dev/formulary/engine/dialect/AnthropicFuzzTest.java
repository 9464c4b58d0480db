package dev.formulary.engine.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.WireBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever stands in place of any value of a body, the body is read, or refused with the place: nothing else comes of it.
class AnthropicFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> VALUES = List.of("null", "true", "7", "-1.5", "\"\"", "\"text\"", "\"gemini:x\"",
            "[]", "{}", "[null]", "[7]", "[[]]", "{\"type\":\"text\"}", "{\"type\":\"tool_use\"}",
            "{\"type\":\"enabled\"}",
            "[{\"type\":\"thinking\",\"signature\":5}]", "1e400", "99999999999999999999");
    private static final String BODY = """
        {"model":"auto","max_tokens":9,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
        "messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"base64",
        "media_type":"image/png","data":"iV"}},{"type":"document","title":"t","citations":{"enabled":true},"source":{
        "type":"content","content":[{"type":"text","text":"d"}]}}]},{"role":"assistant","content":[{"type":"thinking",
        "thinking":"h","signature":"Eq"},{"type":"redacted_thinking","data":"Em"},{"type":"tool_use","id":"t","name":"n",
        "input":{"a":1},"signature":"gemini:C"}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t",
        "is_error":true,"content":[{"type":"text","text":"r"}]}]}],"tools":[{"name":"n","input_schema":{},"strict":true},
        {"type":"bash_20250124","name":"bash"}],"tool_choice":{"type":"tool","name":"n","disable_parallel_tool_use":true},
        "stop_sequences":["x"],"temperature":0.5,"top_p":0.5,"top_k":4,"stream":true,"thinking":{"type":"enabled",
        "budget_tokens":2000},"output_config":{"effort":"low","format":{"type":"json_schema","schema":{}}},
        "metadata":{"user_id":"u","zone":"z"},"service_tier":"auto","x":1}""";

    @Test
    void everyBodyIsReadOrRefusedWithItsPlace() throws Exception {
        ChatDialect dialect = new AnthropicMessages();
        int read = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            byte[] body = MAPPER.writeValueAsBytes(changed(new Random(seed)));
            try {
                ChatRequest request = dialect.read(body).request();
                WireBody source = Objects.requireNonNull(request.source());
                assertThat(Json.members(source.format(), source.bytes()).source()).isEqualTo(source);
                assertThat(AnthropicMessages.tools(request)).isNotNull();
                read++;
            } catch (MalformedBodyException e) {
                assertThat(e.refusal().param()).as("seed " + seed).isNotEmpty();
                assertThat(e.refusal().message()).as("seed " + seed).isNotBlank();
            } catch (RuntimeException e) {
                fail("seed " + seed + ": " + new String(body, java.nio.charset.StandardCharsets.UTF_8), e);
            }
        }
        assertThat(read).isBetween(ROUNDS / 10, ROUNDS - ROUNDS / 10);
    }

    private static JsonNode changed(Random random) throws Exception {
        JsonNode body = MAPPER.readTree(BODY);
        for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
            List<Runnable> places = new ArrayList<>();
            JsonNode value = MAPPER.readTree(VALUES.get(random.nextInt(VALUES.size())));
            collect(body, value, places);
            places.get(random.nextInt(places.size())).run();
        }
        return body;
    }

    private static void collect(JsonNode node, JsonNode value, List<Runnable> places) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(each -> {
                places.add(() -> object.set(each.getKey(), value));
                collect(each.getValue(), value, places);
            });
        } else if (node instanceof ArrayNode array) {
            for (int at = 0; at < array.size(); at++) {
                int place = at;
                places.add(() -> array.set(place, value));
                collect(array.get(at), value, places);
            }
        }
    }
}
