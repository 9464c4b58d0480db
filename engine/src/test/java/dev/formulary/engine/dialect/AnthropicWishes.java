package dev.formulary.engine.dialect;

import java.util.HashMap;
import java.util.Map;

/// How a client of Anthropic's format asks for each wish of the published table.
final class AnthropicWishes {
    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"
            + "\"required\":[\"city\"],\"additionalProperties\":false}";
    private static final String TOOLS = "\"tools\":[{\"name\":\"weather\",\"description\":\"tells the weather\","
            + "\"input_schema\":" + SCHEMA + "}]";
    private static final String USER = "{\"role\":\"user\",\"content\":\"Hi\"}";

    private AnthropicWishes() {}

    static Map<String, String> bodies() {
        var all = new HashMap<String, String>();
        all.put("temperature", "\"temperature\":0.5");
        all.put("top_p", "\"top_p\":0.5");
        all.put("limit of the answer", "\"max_tokens\":300");
        all.put("stop", "\"stop_sequences\":[\"END\"]");
        all.put("top_k", "\"top_k\":40");
        all.put("effort", "\"output_config\":{\"effort\":\"high\"}");
        all.put("no thinking", "\"thinking\":{\"type\":\"disabled\"}");
        all.put("name of the person", "\"metadata\":{\"user_id\":\"ann\"}");
        all.put("JSON to a schema", "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":" + SCHEMA
                + "}}");
        all.put("anything else that tunes", "\"x_unknown\":{\"7\":1}");
        all.put("anything else that matters", "\"container\":{\"7\":1}");
        tools(all);
        messages(all);
        return all;
    }

    private static void tools(Map<String, String> all) {
        all.put("tools", TOOLS);
        all.put("a tool must be called", TOOLS + choice("\"type\":\"any\""));
        all.put("one tool must be called", TOOLS + choice("\"type\":\"tool\",\"name\":\"weather\""));
        all.put("no tool may be called", TOOLS + choice("\"type\":\"none\""));
        all.put("one call at a time",
                TOOLS + ",\"tool_choice\":{\"disable_parallel_tool_use\":true,\"type\":\"auto\"}");
        all.put("strict tools", TOOLS.replace("\"name\"", "\"strict\":true,\"name\""));
    }

    private static String choice(String members) {
        return ",\"tool_choice\":{" + members + "}";
    }

    private static void messages(Map<String, String> all) {
        all.put("system message", "\"system\":\"Be brief.\"," + turns(USER));
        all.put("picture", part("image", "base64\",\"media_type\":\"image/png\",\"data\":\"iVBORw0KGgo="));
        all.put("address of a picture", part("image", "url\",\"url\":\"https://example.org/a.png"));
        all.put("file", part("document", "base64\",\"media_type\":\"application/pdf\",\"data\":\"JVBERi0="));
        all.put("earlier thoughts", turns(USER, "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\","
                + "\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"Yes.\"}]}", USER));
        all.put("earlier calls and results", turns(USER, "{\"role\":\"assistant\",\"content\":[{\"type\":"
                + "\"tool_use\",\"id\":\"call_1\",\"name\":\"weather\",\"input\":{}}]}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"call_1\","
                        + "\"content\":\"sun\"}]}"));
    }

    private static String part(String type, String source) {
        return turns("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"},{\"type\":\"" + type
                + "\",\"source\":{\"type\":\"" + source + "\"}}]}");
    }

    private static String turns(String... turns) {
        return "\"messages\":[" + String.join(",", turns) + "]";
    }
}
