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

/// Reads `system` and `messages`. A turn of the user that bears results of tools becomes a turn of its own for each of them.
/// For one request.
final class AnthropicTurns {
    private final AnthropicBlocks blocks;
    private final List<Message> all = new ArrayList<>();

    private AnthropicTurns(AnthropicBlocks blocks) {
        this.blocks = blocks;
    }

    static List<Message> read(JsonNode system, JsonNode messages, AnthropicBlocks blocks)
            throws MalformedBodyException {
        var turns = new AnthropicTurns(blocks);
        turns.system(system, "system");
        int number = 0;
        for (JsonNode each : MemberReader.array(messages, "messages")) {
            turns.message(each, "messages[" + number++ + "]");
        }
        if (number == 0) {
            throw new MalformedBodyException("empty_array", "messages: at least one message is required", "messages");
        }
        return turns.all;
    }

    /// Blocks of the system are paragraphs, also where a provider joins them.
    private void system(JsonNode content, String at) throws MalformedBodyException {
        List<Part> parts = new ArrayList<>();
        for (Part part : blocks.parts(content, at)) {
            if (!(part instanceof ChatRequest.Text(String text))) {
                throw MemberReader.wrong(at, "a string or an array of blocks of text");
            }
            if (!text.isEmpty()) {
                parts.add(new ChatRequest.Text(parts.isEmpty() ? text : "\n\n" + text));
            }
        }
        if (!parts.isEmpty()) {
            all.add(new Message(Role.SYSTEM, parts, List.of(), null, null));
        }
    }

    private void message(JsonNode value, String at) throws MalformedBodyException {
        JsonNode content = value.path("content");
        if (isAbsent(content)) {
            throw MemberReader.wrong(at + ".content", "a string or an array of blocks");
        }
        switch (value.path("role").asText()) {
            case "user" -> user(content, at + ".content");
            case "assistant" -> assistant(content, at + ".content");
            case "system" -> system(content, at + ".content");
            default -> throw MemberReader.wrong(at + ".role", "user or assistant");
        }
    }

    private void user(JsonNode content, String at) throws MalformedBodyException {
        if (content.isTextual()) {
            all.add(Message.text(Role.USER, content.textValue()));
            return;
        }
        List<Part> said = new ArrayList<>();
        int number = 0;
        for (JsonNode block : AnthropicBlocks.array(content, at)) {
            String here = at + "[" + number++ + "]";
            if (!block.path("type").asText().equals("tool_result")) {
                said.addAll(blocks.part(block, here));
                continue;
            }
            if (!said.isEmpty()) {
                all.add(said(Role.USER, said));
                said.clear();
            }
            all.add(new Message(Role.TOOL, blocks.result(block, here), List.of(),
                    MemberReader.text(block.path("tool_use_id"), here + ".tool_use_id"), null));
        }
        if (!said.isEmpty() || number == 0) {
            all.add(said(Role.USER, said));
        }
    }

    private static Message said(Role role, List<Part> parts) {
        return new Message(role, parts, List.of(), null, null);
    }

    private void assistant(JsonNode content, String at) throws MalformedBodyException {
        if (content.isTextual()) {
            all.add(Message.text(Role.ASSISTANT, content.textValue()));
            return;
        }
        List<Part> said = new ArrayList<>();
        List<ToolCall> calls = new ArrayList<>();
        int number = 0;
        for (JsonNode block : AnthropicBlocks.array(content, at)) {
            String here = at + "[" + number++ + "]";
            if (block.path("type").asText().equals("tool_use")) {
                calls.add(blocks.call(block, here));
            } else {
                said.addAll(blocks.part(block, here));
            }
        }
        all.add(new Message(Role.ASSISTANT, said, calls, null, null));
    }
}
