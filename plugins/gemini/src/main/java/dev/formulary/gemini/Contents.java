package dev.formulary.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A conversation in the vendor's form: `systemInstruction` and `contents`. Turns of one speaker that follow each other become
/// one, for the vendor wants the results of a step's calls together and right behind them. Not thread-safe.
final class Contents {
    private enum Speaker {
        NOBODY, USER, MODEL, TOOLS
    }

    private final ModelTraits model;
    private final Signatures memory;
    private final Parts parts;
    private final ArrayNode system = Json.TREES.createArrayNode();
    private final ArrayNode contents = Json.TREES.createArrayNode();
    private ArrayNode current = Json.TREES.createArrayNode();
    private Speaker last = Speaker.NOBODY;
    private ToolResults results;

    Contents(ModelTraits model, Signatures memory, Parts parts) {
        this.model = model;
        this.memory = memory;
        this.parts = parts;
        this.results = new ToolResults(List.of());
    }

    /// @throws ProviderException when something can't be put into the vendor's form
    void add(Message message) throws ProviderException, InterruptedException {
        parts.nextMessage(message);
        switch (message.role()) {
            case SYSTEM -> system.addAll(parts.words(message.parts()));
            case USER -> turn(Speaker.USER, "user").addAll(parts.all(message.parts()));
            case ASSISTANT -> assistant(message);
            case TOOL -> results.add(turn(Speaker.TOOLS, "user"), message, parts, model.isThreeOrLater());
        }
    }

    /// Writes both members. A conversation of instructions alone is a question.
    void write(ObjectNode body) {
        if (contents.isEmpty()) {
            contents.addObject().put("role", "user").set("parts", system);
        } else if (!system.isEmpty()) {
            body.putObject("systemInstruction").set("parts", system);
        }
        body.set("contents", contents);
    }

    private ArrayNode turn(Speaker speaker, String role) {
        if (speaker != last) {
            last = speaker;
            current = Json.TREES.createArrayNode();
            contents.addObject().put("role", role).set("parts", current);
        }
        return current;
    }

    private void assistant(Message message) throws ProviderException, InterruptedException {
        List<ObjectNode> said = said(message.parts());
        if (said.isEmpty() && message.toolCalls().isEmpty()) {
            return;
        }
        boolean goesOn = last == Speaker.MODEL;
        ArrayNode turn = turn(Speaker.MODEL, "model");
        turn.addAll(said);
        var step = new ArrayList<>(goesOn ? results.calls() : List.<ToolCall>of());
        for (ToolCall call : message.toolCalls()) {
            turn.add(call(call, step.isEmpty()));
            step.add(call);
        }
        results = new ToolResults(step);
    }

    /// What the assistant said, with the signature of its thoughts where the vendor had put it: on the last words.
    private List<ObjectNode> said(List<Part> message) throws ProviderException, InterruptedException {
        var said = new ArrayList<ObjectNode>();
        String signature = null;
        ObjectNode lastWords = null;
        for (Part part : message) {
            if (part instanceof Thought(String text, @Nullable String signed)) {
                signature = Signatures.own(signed) == null ? signature : Signatures.own(signed);
                if (!text.isEmpty()) {
                    said.add(Json.object().put("text", text).put("thought", true));
                }
            } else if (!(part instanceof Text(String text) && text.isEmpty())) {
                ObjectNode node = parts.one(part);
                lastWords = part instanceof Text ? node : lastWords;
                said.add(node);
            }
        }
        if (signature != null && lastWords == null) {
            lastWords = Json.object().put("text", "");
            said.add(lastWords);
        }
        if (signature != null && lastWords != null) {
            lastWords.put("thoughtSignature", signature);
        }
        return said;
    }

    private ObjectNode call(ToolCall call, boolean first) throws ProviderException {
        ObjectNode part = Json.object();
        ObjectNode function = part.putObject("functionCall");
        if (!call.id().isEmpty()) {
            function.put("id", call.id());
        }
        function.put("name", call.name()).set("args", arguments(call));
        String signature = memory.of(call);
        if (signature == null && first && model.isThreeOrLater()) {
            signature = Signatures.NONE;
        }
        return signature == null ? part : part.put("thoughtSignature", signature);
    }

    private static JsonNode arguments(ToolCall call) throws ProviderException {
        try {
            String text = call.arguments().isBlank() ? "{}" : call.arguments();
            JsonNode arguments = Json.parse(text.getBytes(StandardCharsets.UTF_8));
            if (arguments.isObject()) {
                return arguments;
            }
        } catch (IOException e) {
            // told below
        }
        throw new ProviderException(FailureCategory.INVALID_REQUEST,
                "the arguments of a tool call must be a json object");
    }
}
