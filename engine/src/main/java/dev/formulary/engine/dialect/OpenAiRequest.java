package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.WireBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the body of `POST /v1/chat/completions`. Source: the OpenAI API reference, specification 2.3.0.
final class OpenAiRequest {
    private static final Set<String> KNOWN = Set.of("model", "messages", "tools", "tool_choice", "temperature", "top_p",
            "max_tokens", "max_completion_tokens", "seed", "stop", "response_format", "stream", "stream_options",
            "metadata");

    private OpenAiRequest() {}

    static Inquiry read(byte[] body) throws MalformedBodyException {
        Json.Members members = Json.members(WireBody.OPENAI_CHAT, body);
        String model = MemberReader.text(members.get("model"), "model");
        List<Message> messages = messages(members.get("messages"));
        Integer answers = MemberReader.count(members.get("n"), "n", 1);
        if (answers != null && answers > 1) {
            throw new MalformedBodyException("unsupported_parameter",
                    "'n' must be 1: ask once for each answer that you want", "n");
        }
        boolean stream = MemberReader.flag(members.get("stream"), "stream", false);
        boolean usage = MemberReader.flag(members.get("stream_options").path("include_usage"),
                "stream_options.include_usage", false);
        var request = new ChatRequest(model, messages, tools(members.get("tools")),
                toolChoice(members.get("tool_choice")), sampling(members), format(members.get("response_format")),
                stream, usage, MemberReader.rest(members, KNOWN), members.source());
        return new Inquiry(request, MemberReader.metadata(members.get("metadata")), false);
    }

    private static List<Message> messages(JsonNode value) throws MalformedBodyException {
        List<Message> all = new ArrayList<>();
        for (JsonNode each : MemberReader.array(value, "messages")) {
            all.add(message(each, "messages[" + all.size() + "]"));
        }
        if (all.isEmpty()) {
            throw new MalformedBodyException("empty_array", "'messages' must hold at least one message", "messages");
        }
        return all;
    }

    private static Message message(JsonNode value, String at) throws MalformedBodyException {
        Role role = switch (value.path("role").asText()) {
            case "system", "developer" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "tool", "function" -> Role.TOOL;
            default -> throw MemberReader.wrong(at + ".role", "system, developer, user, assistant or tool");
        };
        return new Message(role, parts(value.path("content"), at + ".content"),
                toolCalls(value.path("tool_calls"), at), textOrNull(value.path("tool_call_id")),
                textOrNull(value.path("name")));
    }

    private static @Nullable String textOrNull(JsonNode value) {
        return value.isTextual() ? value.textValue() : null;
    }

    private static List<Part> parts(JsonNode content, String at) throws MalformedBodyException {
        if (isAbsent(content)) {
            return List.of();
        }
        if (content.isTextual()) {
            return List.of(new ChatRequest.Text(content.textValue()));
        }
        if (!content.isArray()) {
            throw MemberReader.wrong(at, "a string, an array of parts, or null");
        }
        List<Part> all = new ArrayList<>();
        for (JsonNode each : content) {
            all.add(part(each, at + "[" + all.size() + "]"));
        }
        return all;
    }

    private static Part part(JsonNode value, String at) throws MalformedBodyException {
        String type = value.path("type").asText();
        return switch (type) {
            case "text", "input_text", "output_text" -> new ChatRequest.Text(value.path("text").asText());
            case "image_url" -> image(value.path("image_url"), at + ".image_url");
            case "" -> throw MemberReader.wrong(at + ".type", "text, image_url, input_audio or file");
            default -> new ChatRequest.Opaque(type);
        };
    }

    private static Part image(JsonNode value, String at) throws MalformedBodyException {
        String url = value.isTextual() ? value.textValue() : MemberReader.text(value.path("url"), at + ".url");
        if (!url.startsWith("data:")) {
            return new ChatRequest.Image("", url, true);
        }
        int comma = url.indexOf(',');
        String head = comma < 0 ? "" : url.substring("data:".length(), comma);
        if (!head.endsWith(";base64")) {
            throw MemberReader.wrong(at, "a URL, or data:MEDIA_TYPE;base64,DATA");
        }
        return new ChatRequest.Image(head.substring(0, head.indexOf(';')), url.substring(comma + 1), false);
    }

    private static List<ToolCall> toolCalls(JsonNode value, String at) throws MalformedBodyException {
        if (isAbsent(value)) {
            return List.of();
        }
        List<ToolCall> all = new ArrayList<>();
        for (JsonNode each : MemberReader.array(value, at + ".tool_calls")) {
            JsonNode function = each.path("function");
            String arguments = function.path("arguments").asText();
            all.add(new ToolCall(each.path("id").asText(), MemberReader.text(function.path("name"),
                    at + ".tool_calls[" + all.size() + "].function.name"), arguments.isEmpty() ? "{}" : arguments));
        }
        return all;
    }

    static List<Tool> tools(JsonNode value) throws MalformedBodyException {
        if (isAbsent(value)) {
            return List.of();
        }
        List<Tool> all = new ArrayList<>();
        for (JsonNode each : MemberReader.array(value, "tools")) {
            String at = "tools[" + all.size() + "].function";
            JsonNode function = each.path("function");
            all.add(new Tool(MemberReader.text(function.path("name"), at + ".name"),
                    textOrNull(function.path("description")),
                    MemberReader.object(function.path("parameters"), at + ".parameters")));
        }
        return all;
    }

    private static @Nullable String toolChoice(JsonNode value) throws MalformedBodyException {
        if (isAbsent(value)) {
            return null;
        }
        if (value.isTextual()) {
            return switch (value.textValue()) {
                case "auto", "none", "required" -> value.textValue();
                default -> throw MemberReader.wrong("tool_choice", "auto, none, required, or an object");
            };
        }
        JsonNode name = value.path("function").path("name");
        return name.isTextual() ? "=" + name.textValue() : "auto";
    }

    private static Sampling sampling(Json.Members members) throws MalformedBodyException {
        Integer most = MemberReader.count(members.get("max_completion_tokens"), "max_completion_tokens", 1);
        if (most == null) {
            most = MemberReader.count(members.get("max_tokens"), "max_tokens", 1);
        }
        return new Sampling(MemberReader.number(members.get("temperature"), "temperature", 0, 2),
                MemberReader.number(members.get("top_p"), "top_p", 0, 1), most,
                MemberReader.whole(members.get("seed"), "seed"), null, MemberReader.stops(members.get("stop")));
    }

    private static Format format(JsonNode value) throws MalformedBodyException {
        return switch (value.path("type").asText("text")) {
            case "text" -> new Format.Free();
            case "json_object" -> new Format.Json();
            case "json_schema" -> {
                JsonNode schema = value.path("json_schema");
                yield new Format.Schema(MemberReader.text(schema.path("name"), "response_format.json_schema.name"),
                        MemberReader.object(schema.path("schema"), "response_format.json_schema.schema"),
                        schema.path("strict").asBoolean());
            }
            default -> throw MemberReader.wrong("response_format.type", "text, json_object or json_schema");
        };
    }
}
