package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads the items of which a conversation of `/v1/responses` is made. What the assistant thought, said and called stands in
/// items of their own there and is one turn here.
final class ResponseItems {
    private static final String TEXT = "text";

    private final List<Message> messages = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private final List<ToolCall> calls = new ArrayList<>();
    private final Map<String, String> signatures;

    private ResponseItems(Map<String, String> signatures) {
        this.signatures = signatures;
    }

    /// The `input` of a call as items; a text is what the person says.
    ///
    /// @param mayBeEmpty whether there is something before it
    static ArrayNode of(JsonNode input, boolean mayBeEmpty) throws MalformedBodyException {
        ArrayNode items = Json.MAPPER.createArrayNode();
        if (input.isTextual()) {
            items.addObject().put("type", "message").put("role", "user").put("content", input.textValue());
        } else if (input.isArray()) {
            items.addAll((ArrayNode) input);
        } else if (!(isAbsent(input) && mayBeEmpty)) {
            throw MemberReader.wrong("input", "a string or an array of items");
        }
        if (items.isEmpty() && !mayBeEmpty) {
            throw new MalformedBodyException("empty_array", "'input' must hold at least one item", "input");
        }
        return items;
    }

    /// The turns that items make. References to other items make none.
    static List<Message> messages(ArrayNode items) throws MalformedBodyException {
        var reader = new ResponseItems(SignedCalls.in(items));
        for (int i = 0; i < items.size(); i++) {
            reader.add(items.path(i), "input[" + i + "]");
        }
        reader.endTurn();
        return reader.messages;
    }

    private void add(JsonNode item, String at) throws MalformedBodyException {
        switch (item.path("type").asText(item.has("role") ? "message" : "")) {
            case "message" -> message(item, at);
            case "function_call" -> call(item, at);
            case "function_call_output" -> output(item, at);
            case "reasoning" -> thought(item);
            case "item_reference" -> MemberReader.text(item.path("id"), at + ".id");
            case "" -> throw MemberReader.wrong(at + ".type",
                    "message, function_call, function_call_output, reasoning or item_reference");
            case String other -> throw ResponsesRequest.unsupported(at + ".type", "'" + ResponsesRequest.shown(other)
                    + "' belongs to a tool of a vendor's own, or to its memory; other models can't read it");
        }
    }

    private void message(JsonNode item, String at) throws MalformedBodyException {
        Role role = switch (item.path("role").asText()) {
            case "system", "developer" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> throw MemberReader.wrong(at + ".role", "system, developer, user or assistant");
        };
        List<Part> said = parts(item.path("content"), at + ".content");
        if (role != Role.ASSISTANT) {
            endTurn();
            messages.add(new Message(role, said, List.of(), null, null));
            return;
        }
        if (calls.isEmpty() && hasWords()) {
            endTurn();
        }
        parts.addAll(said);
    }

    private boolean hasWords() {
        return parts.stream().anyMatch(part -> !(part instanceof ChatRequest.Thought));
    }

    private void thought(JsonNode item) {
        var text = new StringBuilder();
        for (JsonNode each : item.path("content").isEmpty() ? item.path("summary") : item.path("content")) {
            text.append(each.path(TEXT).asText(""));
        }
        String signature = MemberReader.textOrNull(item.path("encrypted_content"));
        if (signature != null && SignedCalls.isOurs(signature)) {
            return;
        }
        if (calls.isEmpty() && hasWords()) {
            endTurn();
        }
        if (!text.isEmpty() || signature != null) {
            parts.add(new ChatRequest.Thought(text.toString(), signature));
        }
    }

    private void call(JsonNode item, String at) throws MalformedBodyException {
        String id = MemberReader.text(item.path("call_id"), at + ".call_id");
        String arguments = item.path("arguments").asText("");
        calls.add(new ToolCall(id, MemberReader.text(item.path("name"), at + ".name"),
                arguments.isEmpty() ? "{}" : arguments, signatures.get(id)));
    }

    private void output(JsonNode item, String at) throws MalformedBodyException {
        endTurn();
        messages.add(new Message(Role.TOOL, parts(item.path("output"), at + ".output"), List.of(),
                MemberReader.text(item.path("call_id"), at + ".call_id"), null));
    }

    /// What the assistant did up to here was one turn.
    private void endTurn() {
        if (!parts.isEmpty() || !calls.isEmpty()) {
            messages.add(new Message(Role.ASSISTANT, parts, calls, null, null));
            parts.clear();
            calls.clear();
        }
    }

    private static List<Part> parts(JsonNode content, String at) throws MalformedBodyException {
        if (content.isTextual()) {
            return List.of(new ChatRequest.Text(content.textValue()));
        }
        if (!content.isArray()) {
            throw MemberReader.wrong(at, "a string or an array of parts");
        }
        List<Part> all = new ArrayList<>();
        for (JsonNode each : content) {
            all.add(part(each, at + "[" + all.size() + "]"));
        }
        return all;
    }

    private static Part part(JsonNode value, String at) throws MalformedBodyException {
        return switch (value.path("type").asText()) {
            case "input_text", "output_text", TEXT -> new ChatRequest.Text(value.path(TEXT).asText());
            case "refusal" -> new ChatRequest.Text(value.path("refusal").asText());
            case "input_image" -> {
                kept(value, "image_url", at);
                yield OpenAiMessages.image(value.path("image_url"), at + ".image_url");
            }
            case "input_audio" -> OpenAiMessages.audio(value.path("input_audio"), at + ".input_audio");
            case "input_file" -> file(value, at);
            default -> throw MemberReader.wrong(at + ".type",
                    "input_text, input_image, input_file, input_audio, output_text or refusal");
        };
    }

    private static Part file(JsonNode value, String at) throws MalformedBodyException {
        if (value.path("file_url").isTextual()) {
            return new ChatRequest.Document("", value.path("file_url").textValue(), true,
                    MemberReader.textOrNull(value.path("filename")));
        }
        kept(value, "file_data", at);
        ObjectNode file = Json.MAPPER.createObjectNode();
        file.set("file_data", value.path("file_data"));
        file.set("filename", value.path("filename"));
        return OpenAiMessages.file(file, at);
    }

    /// A file that a vendor keeps can only be found by that vendor.
    private static void kept(JsonNode value, String right, String at) throws MalformedBodyException {
        if (isAbsent(value.path(right)) && !isAbsent(value.path("file_id"))) {
            throw ResponsesRequest.unsupported(at + ".file_id",
                    "no files are kept here; send it in '" + right + "', as data:MEDIA_TYPE;base64,DATA");
        }
    }
}
