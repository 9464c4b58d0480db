package dev.formulary.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One of the choices of an answer or a frame, whose members come in any order and are told in a proper one.
final class Choice {
    private final byte[] json;
    private int index;
    private String text = "";
    private String refusal = "";
    private String thinking = "";
    private @Nullable JsonNode details;
    private @Nullable String signature;
    private @Nullable JsonNode logprobs;
    private final List<Progress.Piece> calls = new ArrayList<>(1);
    private @Nullable String finish;
    private @Nullable JsonNode error;

    /// @param json what is parsed
    /// @param position among the choices
    Choice(byte[] json, int position) {
        this.json = json;
        this.index = position;
    }

    int index() {
        return index;
    }

    /// The vendor's word for why it stopped, or null.
    @Nullable
    String finish() {
        return finish;
    }

    @Nullable
    JsonNode error() {
        return error;
    }

    void read(JsonParser in) throws IOException {
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken token = in.nextToken();
            switch (name) {
                case "index" -> index = token == JsonToken.VALUE_NUMBER_INT ? in.getIntValue() : index;
                case "delta", "message" -> message(in);
                case "finish_reason" -> finish = string(in);
                case "logprobs" -> logprobs = tree(in);
                case "error" -> error = tree(in);
                default -> in.skipChildren();
            }
        }
    }

    /// A text; null for anything that is none.
    private static @Nullable String string(JsonParser in) throws IOException {
        String text = in.getValueAsString();
        in.skipChildren();
        return text;
    }

    private static @Nullable JsonNode tree(JsonParser in) throws IOException {
        return in.currentToken() == JsonToken.VALUE_NULL ? null : Json.TREES.readTree(in);
    }

    private void message(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return;
        }
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            switch (name) {
                case "content" -> content(in);
                case "refusal" -> {
                    String more = string(in);
                    refusal = refusal.concat(more == null ? "" : more);
                }
                case "reasoning_content", "reasoning" -> think(in);
                case "reasoning_details" -> details = tree(in);
                case "audio" -> text = text.concat(transcript(in));
                case "tool_calls" -> toolCalls(in);
                case "function_call" -> functionCall(in);
                case "extra_content" -> signature = signature(in);
                default -> in.skipChildren();
            }
        }
    }

    /// A string, or an array of parts.
    private void content(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            // mostly there is but one, which is not copied then
            text = text.concat(in.getText());
        } else if (in.currentToken() == JsonToken.START_ARRAY) {
            JsonNode parts = Json.TREES.readTree(in);
            for (JsonNode part : parts) {
                text = text.concat(part.path("text").asText(""));
                refusal = refusal.concat(part.path("refusal").asText(""));
            }
        } else {
            in.skipChildren();
        }
    }

    /// Some say the same under both names.
    private void think(JsonParser in) throws IOException {
        String more = string(in);
        thinking = thinking.isEmpty() && more != null ? more : thinking;
    }

    /// What is spoken, in words.
    private static String transcript(JsonParser in) throws IOException {
        JsonNode audio = tree(in);
        return audio == null ? "" : audio.path("transcript").asText("");
    }

    private static @Nullable String signature(JsonParser in) throws IOException {
        JsonNode extra = tree(in);
        return extra == null ? null : extra.path("google").path("thought_signature").asText(null);
    }

    private void toolCalls(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            in.skipChildren();
            return;
        }
        while (in.nextToken() == JsonToken.START_OBJECT) {
            int number = -1;
            String id = null;
            String signed = null;
            String[] function = {null, ""};
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                JsonToken token = in.nextToken();
                switch (name) {
                    case "index" -> number = token == JsonToken.VALUE_NUMBER_INT ? in.getIntValue() : -1;
                    case "id" -> id = string(in);
                    case "function", "custom" -> function(in, function);
                    case "extra_content" -> signed = signature(in);
                    default -> in.skipChildren();
                }
            }
            String arguments = function[1];
            calls.add(new Progress.Piece(number, id, function[0], arguments == null ? "" : arguments, signed));
        }
    }

    /// The one call of the format as it was before there were several; it has no id.
    private void functionCall(JsonParser in) throws IOException {
        String[] function = {null, ""};
        function(in, function);
        String arguments = function[1];
        if (function[0] != null || (arguments != null && !arguments.isEmpty())) {
            calls.add(new Progress.Piece(0, null, function[0], arguments == null ? "" : arguments, null));
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
                case "name" -> into[0] = string(in);
                // a custom tool's input is any text
                case "arguments", "input" -> into[1] = token == JsonToken.START_OBJECT ? slice(in) : string(in);
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

    /// Tells what was read, in the order in which it was thought and said.
    void tell(List<ReplyEvent> events, Progress progress) {
        think(events, progress.details());
        if (!text.isEmpty() || !refusal.isEmpty() || !calls.isEmpty() || finish != null) {
            progress.details().tell(events);
        }
        if (signature != null) {
            events.add(new ReplyEvent.Signature(Signatures.of(signature), ReplyEvent.Signature.THOUGHTS));
        }
        if (!text.isEmpty()) {
            events.add(new ReplyEvent.Text(text));
        }
        if (!refusal.isEmpty()) {
            events.add(new ReplyEvent.Refusal(refusal));
        }
        if (!text.isEmpty() || !refusal.isEmpty()) {
            progress.speak();
        }
        TokenProbabilities.tell(logprobs, events);
        calls.forEach(call -> progress.call(call, events));
    }

    private void think(List<ReplyEvent> events, ReasoningDetails all) {
        var words = new StringBuilder();
        if (details != null) {
            details.forEach(detail -> words.append(all.add(detail)));
        }
        String thoughts = thinking.isEmpty() ? words.toString() : thinking;
        if (!thoughts.isEmpty()) {
            events.add(new ReplyEvent.Thinking(thoughts));
        }
    }
}
