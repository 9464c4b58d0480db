package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/// What an answer of `/v1/responses` repeats of its question. Clients with typed models insist on these members, so what the
/// question leaves out stands there with the value that the format documents for that.
final class ResponseEcho {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Map<String, JsonNode> asked;
    private final ObjectNode echo = NODES.objectNode();

    private ResponseEcho(Map<String, JsonNode> asked) {
        this.asked = asked;
    }

    /// @param asked the members of the question
    static ObjectNode of(Map<String, JsonNode> asked) {
        return new ResponseEcho(asked).write();
    }

    private ObjectNode write() {
        echo.put("background", false);
        for (String name : new String[]{"instructions", "max_output_tokens", "max_tool_calls"}) {
            echo.set(name, asked(name, NODES.nullNode()));
        }
        echo.set("parallel_tool_calls", asked("parallel_tool_calls", NODES.booleanNode(true)));
        for (String name : new String[]{"previous_response_id", "prompt_cache_key", "prompt_cache_retention"}) {
            echo.set(name, asked(name, NODES.nullNode()));
        }
        reasoning();
        echo.set("safety_identifier", asked("safety_identifier", NODES.nullNode()));
        // which one served is the vendor's to say, and none does
        echo.put("service_tier", "default");
        echo.set("temperature", asked("temperature", NODES.numberNode(1.0)));
        text();
        echo.set("tool_choice", asked("tool_choice", NODES.textNode("auto")));
        tools();
        echo.set("top_logprobs", asked("top_logprobs", NODES.numberNode(0)));
        echo.set("top_p", asked("top_p", NODES.numberNode(1.0)));
        for (String name : new String[]{"frequency_penalty", "presence_penalty"}) {
            echo.set(name, asked(name, NODES.numberNode(0)));
        }
        // nothing of the input is ever left out
        echo.put("truncation", "disabled");
        echo.set("user", asked("user", NODES.nullNode()));
        echo.set("metadata", asked("metadata", NODES.objectNode()));
        return echo;
    }

    private JsonNode asked(String name, JsonNode absent) {
        JsonNode value = asked.get(name);
        return value == null || value.isNull() ? absent : value;
    }

    private void reasoning() {
        JsonNode said = asked("reasoning", NODES.objectNode());
        ObjectNode reasoning = echo.putObject("reasoning");
        reasoning.set("effort", said.hasNonNull("effort") ? said.path("effort") : NODES.nullNode());
        reasoning.set("summary", said.hasNonNull("summary") ? said.path("summary") : NODES.nullNode());
    }

    private void text() {
        JsonNode said = asked("text", NODES.objectNode());
        ObjectNode text = echo.putObject("text");
        text.set("format", said.hasNonNull("format") ? said.path("format") : NODES.objectNode().put("type", "text"));
        text.set("verbosity", said.hasNonNull("verbosity") ? said.path("verbosity") : NODES.textNode("medium"));
    }

    private void tools() {
        ArrayNode all = echo.putArray("tools");
        for (JsonNode tool : asked("tools", NODES.arrayNode())) {
            ObjectNode shown = all.addObject().put("type", "function");
            shown.set("name", tool.path("name"));
            shown.set("description", tool.hasNonNull("description") ? tool.path("description") : NODES.nullNode());
            shown.set("parameters", tool.hasNonNull("parameters") ? tool.path("parameters") : NODES.nullNode());
            shown.put("strict", tool.path("strict").asBoolean());
        }
    }
}
