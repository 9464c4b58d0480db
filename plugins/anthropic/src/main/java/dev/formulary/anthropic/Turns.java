package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The turns of a conversation as the vendor wants them: users and assistants by turns, all results of a step together and
/// first, thoughts before the calls that they led to, what the system says apart. For one request.
final class Turns {
    /// @param results of tools; first in the turn
    private record Turn(String role, List<ObjectNode> results, List<ObjectNode> blocks) {
        boolean isEmpty() {
            return results.isEmpty() && blocks.isEmpty();
        }
    }

    private final ThoughtMemory memory;
    private final Set<String> ignored;
    private final ToolIds ids = new ToolIds();
    private final List<String> system = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    private final Set<String> called = new LinkedHashSet<>();

    /// @param ignored gets what could not be carried
    Turns(ThoughtMemory memory, Set<String> ignored) {
        this.memory = memory;
        this.ignored = ignored;
    }

    void add(List<Message> messages) throws ProviderException {
        for (Message message : messages) {
            add(message);
        }
        if (turns.isEmpty()) {
            throw Blocks.unsupported("the Messages API needs a turn of a user, and there is none");
        }
        Turn last = turns.getLast();
        if (last.role().equals("assistant") && last.blocks().getLast().has("text")) {
            // the vendor refuses a beginning of its answer that ends with white space
            ObjectNode text = last.blocks().getLast();
            text.put("text", text.path("text").asText().stripTrailing());
        }
    }

    private void add(Message message) throws ProviderException {
        if (message.name() != null && message.role() != Role.TOOL) {
            ignored.add("name");
        }
        switch (message.role()) {
            case SYSTEM -> system(message);
            case USER -> join(new Turn("user", List.of(), Blocks.of(message.parts())));
            case TOOL -> join(new Turn("user", List.of(result(message)), List.of()));
            case ASSISTANT -> join(new Turn("assistant", List.of(), assistant(message)));
        }
    }

    private void system(Message message) throws ProviderException {
        for (Part part : message.parts()) {
            if (!(part instanceof Text)) {
                throw Blocks.unsupported("what the system says must be text in the Messages API");
            }
        }
        String text = message.plainText();
        if (!text.isBlank()) {
            system.add(text);
        }
    }

    private void join(Turn more) {
        if (more.isEmpty()) {
            return;
        }
        if (turns.isEmpty() || !turns.getLast().role().equals(more.role())) {
            turns.add(new Turn(more.role(), new ArrayList<>(), new ArrayList<>()));
        }
        turns.getLast().results().addAll(more.results());
        turns.getLast().blocks().addAll(more.blocks());
    }

    private ObjectNode result(Message message) throws ProviderException {
        ObjectNode result = Json.object("tool_result").put("tool_use_id",
                ids.result(message.toolCallId(), message.name()));
        if (message.parts().stream().allMatch(Text.class::isInstance)) {
            String text = message.plainText();
            return text.isEmpty() ? result : result.put("content", text);
        }
        return result.set("content", Json.array().addAll(Blocks.of(message.parts())));
    }

    private List<ObjectNode> assistant(Message message) throws ProviderException {
        boolean remembered = message.toolCalls().stream().anyMatch(call -> !memory.before(call.id()).isEmpty());
        List<ObjectNode> thoughts = new ArrayList<>();
        List<Part> words = new ArrayList<>();
        for (Part part : message.parts()) {
            if (!(part instanceof Thought thought)) {
                words.add(part);
            } else if (!remembered) {
                thoughts.addAll(kept(thought));
            }
        }
        if (!message.toolCalls().isEmpty()) {
            ids.turn();
        }
        List<ObjectNode> blocks = new ArrayList<>(thoughts);
        List<ObjectNode> said = Blocks.of(words);
        for (ToolCall call : message.toolCalls()) {
            blocks.addAll(memory.before(call.id()));
            blocks.addAll(said);
            said = List.of();
            blocks.add(call(call));
        }
        blocks.addAll(said);
        return blocks;
    }

    private List<ObjectNode> kept(Thought thought) {
        List<ObjectNode> blocks = Thoughts.blocks(thought);
        if (blocks.isEmpty() && !thought.text().isBlank()) {
            ignored.add("reasoning_content");
        }
        return blocks;
    }

    private ObjectNode call(ToolCall call) throws ProviderException {
        called.add(call.name());
        return Json.object("tool_use").put("id", ids.call(call.id(), call.name())).put("name", call.name())
                .set("input", arguments(call));
    }

    private static JsonNode arguments(ToolCall call) throws ProviderException {
        try {
            JsonNode arguments = call.arguments().isBlank() ? Json.object() : Json.read(call.arguments());
            if (arguments.isObject()) {
                return arguments;
            }
        } catch (IOException e) {
            // told below, without a word of them
        }
        throw Blocks.unsupported("the arguments of a call of '" + call.name()
                + "' are no JSON object, and the Messages API takes nothing else");
    }

    /// What the system says, all of it; empty when it says nothing.
    String system() {
        return String.join("\n\n", system);
    }

    /// The tools that have been called.
    Set<String> called() {
        return called;
    }

    /// Whether the answer goes on after results of calls before which no thoughts are known.
    boolean goesOnWithoutThoughts() {
        if (turns.size() < 2 || turns.getLast().results().isEmpty()) {
            return false;
        }
        List<ObjectNode> before = turns.get(turns.size() - 2).blocks();
        return before.isEmpty() || !Thoughts.is(before.getFirst());
    }

    ArrayNode messages() {
        ArrayNode messages = Json.array();
        for (Turn turn : turns) {
            ArrayNode content = Json.array().addAll(turn.results()).addAll(turn.blocks());
            messages.add(Json.object().put("role", turn.role()).set("content", content));
        }
        return messages;
    }
}
