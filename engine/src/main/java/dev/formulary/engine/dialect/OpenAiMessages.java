package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.ToolCall;
import java.util.ArrayList;
import java.util.List;

/// Reads the `messages` of `POST /v1/chat/completions`. Source: the OpenAI API reference, specification 2.3.0.
final class OpenAiMessages {
    private OpenAiMessages() {}

    static List<Message> read(JsonNode value) throws MalformedBodyException {
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
        List<Part> parts = new ArrayList<>();
        if (role == Role.ASSISTANT) {
            thoughts(value, parts);
        }
        parts.addAll(parts(value.path("content"), at + ".content"));
        return new Message(role, parts,
                toolCalls(value.path("tool_calls"), at), MemberReader.textOrNull(value.path("tool_call_id")),
                MemberReader.textOrNull(value.path("name")));
    }

    private static void thoughts(JsonNode message, List<Part> parts) {
        String text = OpenAiExtensions.thoughts(message);
        String signature = OpenAiExtensions.thoughtSignature(message);
        if (!text.isEmpty() || signature != null) {
            parts.add(new ChatRequest.Thought(text, signature));
        }
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
            case "refusal" -> new ChatRequest.Text(value.path("refusal").asText());
            case "image_url" -> image(value.path("image_url"), at + ".image_url");
            case "input_audio" -> audio(value.path("input_audio"), at + ".input_audio");
            case "file" -> file(value.path("file"), at + ".file");
            case "" -> throw MemberReader.wrong(at + ".type", "text, image_url, input_audio or file");
            default -> new ChatRequest.Opaque(type);
        };
    }

    static Part image(JsonNode value, String at) throws MalformedBodyException {
        String url = value.isTextual() ? value.textValue() : MemberReader.text(value.path("url"), at + ".url");
        if (!url.startsWith("data:")) {
            return new ChatRequest.Image("", url, true);
        }
        Data data = Data.of(url, at, "a URL, or data:MEDIA_TYPE;base64,DATA");
        return new ChatRequest.Image(data.mediaType(), data.base64(), false);
    }

    static Part audio(JsonNode value, String at) throws MalformedBodyException {
        String data = MemberReader.text(value.path("data"), at + ".data");
        return switch (value.path("format").asText()) {
            case "wav" -> new ChatRequest.Audio("audio/wav", data);
            case "mp3" -> new ChatRequest.Audio("audio/mpeg", data);
            default -> throw MemberReader.wrong(at + ".format", "wav or mp3");
        };
    }

    /// A file that the vendor keeps can only be found by that vendor.
    static Part file(JsonNode value, String at) throws MalformedBodyException {
        if (!isAbsent(value.path("file_id"))) {
            return new ChatRequest.Opaque("file");
        }
        String url = MemberReader.text(value.path("file_data"), at + ".file_data");
        Data data = Data.of(url, at + ".file_data", "data:MEDIA_TYPE;base64,DATA");
        return new ChatRequest.Document(data.mediaType(), data.base64(), false,
                MemberReader.textOrNull(value.path("filename")));
    }

    /// A `data:` URL, RFC 2397, whose data is Base64.
    private record Data(String mediaType, String base64) {
        static Data of(String url, String at, String right) throws MalformedBodyException {
            int comma = url.indexOf(',');
            String head = comma < 0 || !url.startsWith("data:") ? "" : url.substring("data:".length(), comma);
            if (!head.endsWith(";base64")) {
                throw MemberReader.wrong(at, right);
            }
            return new Data(head.substring(0, head.indexOf(';')), url.substring(comma + 1));
        }
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
                    at + ".tool_calls[" + all.size() + "].function.name"), arguments.isEmpty() ? "{}" : arguments,
                    OpenAiExtensions.callSignature(each)));
        }
        return all;
    }
}
