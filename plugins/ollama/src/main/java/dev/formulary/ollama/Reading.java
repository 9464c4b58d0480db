package dev.formulary.ollama;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import dev.formulary.wire.Json;
import dev.formulary.wire.Members;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an answer, or a line of one, says: found in one pass over its bytes.
final class Reading {
    private final byte[] json;
    private final List<WireBody.Member> members = new ArrayList<>(10);
    private final List<ReplyEvent> events = new ArrayList<>(4);
    private int calls;
    private boolean done;
    private String doneReason = "";
    private int promptTokens = -1;
    private int answerTokens = -1;
    private @Nullable JsonNode logprobs;
    private @Nullable String error;
    private int errorStatus;

    private Reading(byte[] json, int callsBefore) {
        this.json = json;
        this.calls = callsBefore;
    }

    /// @param callsBefore tool calls in earlier lines
    static Reading of(byte[] json, int callsBefore) throws ProviderException {
        var reading = new Reading(json, callsBefore);
        try (JsonParser in = Json.FACTORY.createParser(json)) {
            reading.object(in);
        } catch (IOException e) {
            // the parser's own message would show pieces of the answer
            throw ErrorLine.malformed();
        }
        return reading;
    }

    /// All that the line says, [ReplyEvent.Finish] and [ReplyEvent.Accounting] included.
    List<ReplyEvent> events() {
        if (!done) {
            return events;
        }
        var all = new ArrayList<>(events);
        all.add(new ReplyEvent.Finish(calls > 0
                ? Reason.TOOL_CALLS
                : doneReason.equals("length") ? Reason.LENGTH : Reason.STOP));
        if (promptTokens >= 0 || answerTokens >= 0) {
            all.add(new ReplyEvent.Accounting(Usage.of(Math.max(0, promptTokens), Math.max(0, answerTokens))));
        }
        return all;
    }

    /// Tool calls so far.
    int calls() {
        return calls;
    }

    boolean done() {
        return done;
    }

    @Nullable
    String error() {
        return error;
    }

    int errorStatus() {
        return errorStatus;
    }

    WireBody frame(String format) {
        return new WireBody(format, json, members);
    }

    private void object(JsonParser in) throws IOException, ProviderException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw ErrorLine.malformed();
        }
        Members.read(in, members, this::member);
        // those of thoughts have no place
        for (int i = 0; logprobs != null && !logprobs.isEmpty() && i < events.size(); i++) {
            if (events.get(i) instanceof ReplyEvent.Text) {
                events.add(i + 1, new ReplyEvent.Logprobs(tokens(logprobs)));
                break;
            }
        }
    }

    private void member(String name, JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        switch (name) {
            case "message" -> message(in);
            case "response" -> text(string(in));
            case "thinking" -> thinking(string(in));
            case "logprobs" -> logprobs = token == JsonToken.START_ARRAY ? Json.TREES.readTree(in) : skipped(in);
            case "done" -> done = token == JsonToken.VALUE_TRUE;
            case "done_reason" -> doneReason = string(in);
            case "prompt_eval_count" -> promptTokens = count(in);
            case "eval_count" -> answerTokens = count(in);
            case "error" -> error = token == JsonToken.VALUE_NULL ? null : ErrorLine.text(Json.TREES.readTree(in));
            case "status" -> errorStatus = Math.max(0, count(in));
            default -> in.skipChildren();
        }
    }

    private static @Nullable JsonNode skipped(JsonParser in) throws IOException {
        in.skipChildren();
        return null;
    }

    private static List<ReplyEvent.Logprobs.Token> tokens(JsonNode list) {
        var tokens = new ArrayList<ReplyEvent.Logprobs.Token>();
        for (JsonNode token : list) {
            JsonNode bytes = token.path("bytes");
            tokens.add(new ReplyEvent.Logprobs.Token(token.path("token").asText(""),
                    Math.min(0, token.path("logprob").asDouble()),
                    bytes.isArray() ? bytes.valueStream().map(JsonNode::asInt).toList() : null,
                    tokens(token.path("top_logprobs"))));
        }
        return tokens;
    }

    /// A text; empty for anything that is none.
    private static String string(JsonParser in) throws IOException {
        String text = in.getValueAsString("");
        in.skipChildren();
        return text;
    }

    /// A number; -1 for anything that is none.
    private static int count(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        int count = token != null && token.isNumeric() ? Math.max(0, in.getValueAsInt()) : -1;
        in.skipChildren();
        return count;
    }

    private void message(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return;
        }
        int at = events.size();
        String text = "";
        String thinking = "";
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            switch (name) {
                case "content" -> text = string(in);
                case "thinking" -> thinking = string(in);
                case "tool_calls" -> toolCalls(in);
                default -> in.skipChildren();
            }
        }
        if (!text.isEmpty()) {
            events.add(at, new ReplyEvent.Text(text));
        }
        if (!thinking.isEmpty()) {
            events.add(at, new ReplyEvent.Thinking(thinking));
        }
    }

    /// Of a completion, whose members are not in a message.
    private void text(String text) {
        if (!text.isEmpty()) {
            events.add(new ReplyEvent.Text(text));
        }
    }

    private void thinking(String text) {
        if (!text.isEmpty()) {
            events.addFirst(new ReplyEvent.Thinking(text));
        }
    }

    private void toolCalls(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            in.skipChildren();
            return;
        }
        while (in.nextToken() == JsonToken.START_OBJECT) {
            String id = "";
            String[] function = {"", "{}"};
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                JsonToken token = in.nextToken();
                if (name.equals("id")) {
                    id = string(in);
                } else if (name.equals("function") && token == JsonToken.START_OBJECT) {
                    function(in, function);
                } else {
                    in.skipChildren();
                }
            }
            events.add(new ReplyEvent.ToolCall(calls++, id, function[0], function[1]));
        }
    }

    /// @param into name and arguments
    private void function(JsonParser in, String[] into) throws IOException {
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken token = in.nextToken();
            if (name.equals("name")) {
                into[0] = string(in);
            } else if (name.equals("arguments") && token == JsonToken.START_OBJECT) {
                int start = (int) in.currentTokenLocation().getByteOffset();
                in.skipChildren();
                int end = (int) in.currentLocation().getByteOffset();
                into[1] = new String(json, start, end - start, StandardCharsets.UTF_8);
            } else if (name.equals("arguments") && token == JsonToken.VALUE_STRING) {
                into[1] = in.getText();
            } else {
                in.skipChildren();
            }
        }
    }
}
