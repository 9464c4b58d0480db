package dev.formulary.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an answer, or a frame of one, says: found in one pass over its bytes. Of several choices only the first is read.
final class Reading {
    private final byte[] json;
    private final ToolCallNumbers calls;
    private final List<WireBody.Member> members = new ArrayList<>(10);
    private final List<ReplyEvent> events = new ArrayList<>(4);
    private ReplyEvent.Finish.@Nullable Reason finish;
    private @Nullable Usage usage;
    private @Nullable JsonNode error;
    private boolean answered;

    private Reading(byte[] json, ToolCallNumbers calls) {
        this.json = json;
        this.calls = calls;
    }

    /// @param calls of this answer; the frames of a stream share one
    static Reading of(byte[] json, ToolCallNumbers calls) throws ProviderException {
        var reading = new Reading(json, calls);
        try (JsonParser in = Json.FACTORY.createParser(json)) {
            reading.object(in);
        } catch (IOException e) {
            // the parser's own message would show pieces of the answer
            throw malformed();
        }
        return reading;
    }

    static ProviderException malformed() {
        return new ProviderException(FailureCategory.MALFORMED,
                "the vendor's answer is not the json that it should be");
    }

    /// What is said, without [ReplyEvent.Finish] and [ReplyEvent.Accounting].
    List<ReplyEvent> events() {
        return events;
    }

    ReplyEvent.Finish.@Nullable Reason finish() {
        return finish == ReplyEvent.Finish.Reason.STOP && calls.any() ? ReplyEvent.Finish.Reason.TOOL_CALLS : finish;
    }

    @Nullable
    Usage usage() {
        return usage;
    }

    /// The error that stands where an answer should, or null.
    @Nullable
    JsonNode error() {
        return error;
    }

    /// Whether there is at least one choice.
    boolean answered() {
        return answered;
    }

    WireBody frame() {
        return new WireBody(WireBody.OPENAI_CHAT, json, members);
    }

    private void object(JsonParser in) throws IOException, ProviderException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw malformed();
        }
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            int start = (int) in.currentTokenLocation().getByteOffset();
            in.nextToken();
            switch (name) {
                case "choices" -> choices(in);
                case "usage" -> usage(in);
                case "error" -> error(in);
                default -> in.skipChildren();
            }
            in.finishToken();
            members.add(new WireBody.Member(name, start, (int) in.currentLocation().getByteOffset()));
        }
    }

    private void error(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_NULL) {
            error = Json.TREES.readTree(in);
        }
    }

    private void choices(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            in.skipChildren();
            return;
        }
        while (in.nextToken() == JsonToken.START_OBJECT) {
            answered = true;
            choice(in);
        }
    }

    private void choice(JsonParser in) throws IOException {
        int before = events.size();
        ReplyEvent.Finish.Reason finishBefore = finish;
        int index = 0;
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken token = in.nextToken();
            switch (name) {
                case "index" -> index = token == JsonToken.VALUE_NUMBER_INT ? in.getIntValue() : 0;
                case "delta", "message" -> message(in);
                case "finish_reason" -> finish = reason(in.getValueAsString());
                case "error" -> error(in);
                default -> in.skipChildren();
            }
        }
        if (index != 0) {
            events.subList(before, events.size()).clear();
            finish = finishBefore;
        }
    }

    private static ReplyEvent.Finish.@Nullable Reason reason(@Nullable String word) {
        return switch (word) {
            case null -> null;
            case "length", "max_tokens" -> ReplyEvent.Finish.Reason.LENGTH;
            case "tool_calls", "function_call" -> ReplyEvent.Finish.Reason.TOOL_CALLS;
            case "content_filter" -> ReplyEvent.Finish.Reason.CONTENT_FILTER;
            default -> ReplyEvent.Finish.Reason.STOP;
        };
    }

    private void message(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return;
        }
        String text = "";
        String thinking = "";
        int at = events.size();
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            switch (name) {
                case "content", "refusal" -> text = text + text(in);
                case "reasoning_content", "reasoning" -> {
                    String more = text(in);
                    thinking = thinking.isEmpty() ? more : thinking;
                }
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

    /// A string, or the text of an array of parts.
    private static String text(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            return in.getText();
        }
        if (in.currentToken() != JsonToken.START_ARRAY) {
            in.skipChildren();
            return "";
        }
        var all = new StringBuilder();
        JsonNode parts = Json.TREES.readTree(in);
        for (JsonNode part : parts) {
            all.append(part.path("text").asText(""));
        }
        return all.toString();
    }

    private void toolCalls(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            in.skipChildren();
            return;
        }
        while (in.nextToken() == JsonToken.START_OBJECT) {
            int index = -1;
            String id = null;
            String[] function = {null, ""};
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                JsonToken token = in.nextToken();
                switch (name) {
                    case "index" -> index = token == JsonToken.VALUE_NUMBER_INT ? in.getIntValue() : -1;
                    case "id" -> id = in.getValueAsString();
                    case "function" -> function(in, function);
                    default -> in.skipChildren();
                }
            }
            add(index, id, function[0], function[1]);
        }
    }

    /// @param into name and arguments
    private void function(JsonParser in, @Nullable String[] into) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return;
        }
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken token = in.nextToken();
            switch (name) {
                case "name" -> into[0] = in.getValueAsString();
                case "arguments" -> into[1] = token == JsonToken.START_OBJECT ? slice(in) : in.getValueAsString("");
                default -> in.skipChildren();
            }
        }
    }

    /// The text of an object that should have been a string.
    private String slice(JsonParser in) throws IOException {
        int start = (int) in.currentTokenLocation().getByteOffset();
        in.skipChildren();
        int end = (int) in.currentLocation().getByteOffset();
        return new String(json, start, end - start, StandardCharsets.UTF_8);
    }

    private void add(int index, @Nullable String id, @Nullable String name, @Nullable String arguments) {
        int number = calls.number(index, id, name);
        String more = arguments == null ? "" : arguments;
        if (calls.isNew(number)) {
            calls.begin(index, id);
            events.add(new ReplyEvent.ToolCall(number, id == null ? "" : id, name == null ? "" : name, more));
        } else {
            events.add(new ReplyEvent.ToolCall(number, null, null, more));
        }
    }

    private void usage(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.START_OBJECT) {
            var counts = new UsageCounts();
            counts.read(in);
            usage = counts.usage();
        } else {
            in.skipChildren();
        }
    }
}
