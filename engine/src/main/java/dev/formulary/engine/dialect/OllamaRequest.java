package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.WireBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the body of `POST /api/chat`. Source: Ollama's API as its server implements it in August 2026.
final class OllamaRequest {
    private static final Set<String> KNOWN = Set.of("model", "messages", "tools", "format", "options", "stream",
            "metadata", "think", "keep_alive", "logprobs", "top_logprobs", "truncate");
    private static final Set<String> KNOWN_OPTIONS = Set.of("temperature", "top_p", "num_predict", "seed", "num_ctx",
            "stop", "top_k", "min_p", "frequency_penalty", "presence_penalty");

    private OllamaRequest() {}

    static Inquiry read(byte[] body) throws MalformedBodyException {
        if (body.length == 0) {
            throw new MalformedBodyException("invalid_json", "missing request body", "body");
        }
        Json.Members members = Json.members(WireBody.OLLAMA_CHAT, body);
        String model = MemberReader.text(members.get("model"), "model");
        List<Message> messages = ToolLinks.linked(messages(members.get("messages")));
        var request = new ChatRequest(model, messages, OpenAiRequest.tools(members.get("tools")), null,
                sampling(members.get("options")), format(members.get("format")),
                MemberReader.flag(members.get("stream"), "stream", true), true, rest(members, KNOWN),
                members.source(), options(members));
        return new Inquiry(request, MemberReader.metadata(members.get("metadata")), messages.isEmpty());
    }

    private static List<Message> messages(JsonNode value) throws MalformedBodyException {
        if (isAbsent(value)) {
            return List.of();
        }
        List<Message> all = new ArrayList<>();
        for (JsonNode each : MemberReader.array(value, "messages")) {
            all.add(message(each, "messages[" + all.size() + "]"));
        }
        return all;
    }

    private static Message message(JsonNode value, String at) throws MalformedBodyException {
        Role role = switch (value.path("role").asText()) {
            case "system", "developer" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "tool" -> Role.TOOL;
            default -> throw MemberReader.wrong(at + ".role", "system, user, assistant or tool");
        };
        return new Message(role, parts(value, at), toolCalls(value.path("tool_calls"), at),
                MemberReader.textOrNull(value.path("tool_call_id")), MemberReader.textOrNull(value.path("tool_name")));
    }

    private static List<Part> parts(JsonNode message, String at) throws MalformedBodyException {
        List<Part> all = new ArrayList<>();
        if (!message.path("thinking").asText("").isEmpty()) {
            all.add(new ChatRequest.Thought(message.path("thinking").asText(), null));
        }
        JsonNode content = message.path("content");
        if (!isAbsent(content) && !content.isTextual()) {
            throw MemberReader.wrong(at + ".content", "a string");
        }
        if (!content.asText("").isEmpty()) {
            all.add(new ChatRequest.Text(content.asText()));
        }
        JsonNode images = message.path("images");
        if (!isAbsent(images)) {
            for (JsonNode image : MemberReader.array(images, at + ".images")) {
                all.add(image(MemberReader.text(image, at + ".images")));
            }
        }
        return all;
    }

    static ChatRequest.Image image(String base64) {
        return new ChatRequest.Image(mediaType(base64), base64, false);
    }

    /// Ollama sends pictures without their type; the first bytes tell it.
    private static String mediaType(String base64) {
        if (base64.startsWith("iVBOR")) {
            return "image/png";
        }
        if (base64.startsWith("R0lGOD")) {
            return "image/gif";
        }
        return base64.startsWith("UklGR") ? "image/webp" : "image/jpeg";
    }

    private static List<ToolCall> toolCalls(JsonNode value, String at) throws MalformedBodyException {
        if (isAbsent(value)) {
            return List.of();
        }
        List<ToolCall> all = new ArrayList<>();
        for (JsonNode each : MemberReader.array(value, at + ".tool_calls")) {
            JsonNode function = each.path("function");
            JsonNode arguments = function.path("arguments");
            all.add(new ToolCall(each.path("id").asText(), MemberReader.text(function.path("name"),
                    at + ".tool_calls[" + all.size() + "].function.name"),
                    arguments.isObject() ? arguments.toString() : arguments.asText("{}")));
        }
        return all;
    }

    /// Options that only Ollama has go by the names `options.NAME`.
    static Map<String, @Nullable Object> rest(Json.Members members, Set<String> known) {
        Map<String, @Nullable Object> rest = MemberReader.rest(members, known);
        members.get("options").properties().forEach(option -> {
            if (!KNOWN_OPTIONS.contains(option.getKey())) {
                rest.put("options." + option.getKey(), Json.MAPPER.convertValue(option.getValue(), Object.class));
            }
        });
        return rest;
    }

    private static Options options(Json.Members members) throws MalformedBodyException {
        return options(members, Set.of());
    }

    /// @param essential members without which the answer would be another one
    static Options options(Json.Members members, Set<String> essential) throws MalformedBodyException {
        JsonNode options = members.get("options");
        Integer topK = MemberReader.count(options.path("top_k"), "options.top_k", 0);
        return new Options(topK == null || topK == 0 ? null : topK,
                MemberReader.number(options.path("min_p"), "options.min_p", 0, 1),
                MemberReader.number(options.path("frequency_penalty"), "options.frequency_penalty", -2, 2),
                MemberReader.number(options.path("presence_penalty"), "options.presence_penalty", -2, 2),
                OpenAiRequest.logprobs(members.get("logprobs"), members.get("top_logprobs")),
                effort(members.get("think")), null, null, KeepAlive.read(members.get("keep_alive")), essential);
    }

    private static @Nullable Effort effort(JsonNode value) throws MalformedBodyException {
        if (value.isBoolean()) {
            return value.booleanValue() ? Effort.MEDIUM : Effort.NONE;
        }
        return OpenAiRequest.effort(value, "think");
    }

    static Sampling sampling(JsonNode options) throws MalformedBodyException {
        if (!isAbsent(options) && !options.isObject()) {
            throw MemberReader.wrong("options", "an object");
        }
        JsonNode predict = options.path("num_predict");
        Integer most = predict.isNumber() && predict.intValue() < 1
                ? null
                : MemberReader.count(predict, "options.num_predict", 1);
        return new Sampling(MemberReader.number(options.path("temperature"), "options.temperature", 0, 2),
                MemberReader.number(options.path("top_p"), "options.top_p", 0, 1), most,
                MemberReader.whole(options.path("seed"), "options.seed"),
                MemberReader.count(options.path("num_ctx"), "options.num_ctx", 1),
                MemberReader.stops(options.path("stop")));
    }

    static Format format(JsonNode value) throws MalformedBodyException {
        if (isAbsent(value) || (value.isTextual() && value.textValue().isEmpty())) {
            return new Format.Free();
        }
        if (value.isTextual() && value.textValue().equals("json")) {
            return new Format.Json();
        }
        if (value.isObject()) {
            return new Format.Schema("answer", MemberReader.object(value, "format"), true);
        }
        throw MemberReader.wrong("format", "\"json\" or a JSON schema");
    }
}
