package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/// Puts a stream of chunks together as LiteLLM and Open WebUI do.
final class ChatStream {
    private static final JsonMapper JSON = new JsonMapper();

    private ChatStream() {}

    /// One answer: `content`, `tool_calls`, `finish_reason` and `usage`.
    static ObjectNode joined(HttpResponse<String> answer) throws IOException {
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("text/event-stream");
        ObjectNode whole = JSON.createObjectNode();
        var text = new StringBuilder();
        Map<Integer, ObjectNode> calls = new LinkedHashMap<>();
        for (String line : answer.body().lines().filter(each -> each.startsWith("data: {")).toList()) {
            JsonNode chunk = JSON.readTree(line.substring(6));
            assertThat(chunk.path("id").asText()).isNotBlank();
            JsonNode choice = chunk.path("choices").path(0);
            text.append(choice.at("/delta/content").asText(""));
            for (JsonNode call : choice.at("/delta/tool_calls")) {
                ObjectNode sum = calls.computeIfAbsent(call.get("index").asInt(), _ -> call.deepCopy());
                if (sum.path("id").asText().isEmpty() || !call.has("id")) {
                    ObjectNode function = (ObjectNode) sum.get("function");
                    function.put("arguments", function.path("arguments").asText() + call.at("/function/arguments")
                            .asText());
                }
            }
            if (choice.path("finish_reason").isTextual()) {
                whole.set("finish_reason", choice.get("finish_reason"));
            }
            if (chunk.path("usage").isObject()) {
                whole.set("usage", chunk.get("usage"));
            }
        }
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        whole.put("content", text.toString());
        whole.putArray("tool_calls").addAll(calls.values());
        return whole;
    }
}
