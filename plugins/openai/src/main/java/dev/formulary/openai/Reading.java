package dev.formulary.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import dev.formulary.wire.Json;
import dev.formulary.wire.Members;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an answer, or a frame of one, says: found in one pass over its bytes. Of several choices only the first is read.
final class Reading {
    private final byte[] json;
    private final Progress progress;
    private final List<WireBody.Member> members = new ArrayList<>(10);
    private final List<ReplyEvent> events = new ArrayList<>(4);
    private @Nullable Reason finish;
    private @Nullable Usage usage;
    private long costMicros = -1;
    private @Nullable JsonNode error;
    private boolean answered;

    private Reading(byte[] json, Progress progress) {
        this.json = json;
        this.progress = progress;
    }

    /// @param progress of this answer; the frames of a stream share one
    static Reading of(byte[] json, Progress progress) throws ProviderException {
        var reading = new Reading(json, progress);
        try (JsonParser in = Json.FACTORY.createParser(json)) {
            reading.object(in);
        } catch (IOException e) {
            // the parser's own message would show pieces of the answer
            throw Json.malformed();
        }
        return reading;
    }

    /// What is said, without [ReplyEvent.Finish] and [ReplyEvent.Accounting].
    List<ReplyEvent> events() {
        return events;
    }

    @Nullable
    Reason finish() {
        return finish == Reason.STOP && progress.called() ? Reason.TOOL_CALLS : finish;
    }

    @Nullable
    Usage usage() {
        return usage;
    }

    /// What the vendor says that the answer cost, in micro-dollars; -1 when it does not say.
    long costMicros() {
        return costMicros;
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
            throw Json.malformed();
        }
        Members.read(in, members, this::member);
    }

    private void member(String name, JsonParser in) throws IOException {
        switch (name) {
            case "choices" -> choices(in);
            case "usage" -> usage(in);
            case "x_groq" -> groq(in);
            case "error" -> error(in);
            default -> in.skipChildren();
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
        int position = 0;
        while (in.nextToken() == JsonToken.START_OBJECT) {
            answered = true;
            var choice = new Choice(json, position++);
            choice.read(in);
            if (choice.index() == 0) {
                take(choice);
            }
        }
    }

    private void take(Choice choice) {
        choice.tell(events, progress);
        finish = reason(choice.finish());
        if (choice.error() != null) {
            error = choice.error();
        } else if ("error".equals(choice.finish()) && error == null) {
            error = TextNode.valueOf("the model stopped with an error");
        }
    }

    private static @Nullable Reason reason(@Nullable String word) {
        return switch (word) {
            case null -> null;
            case "" -> null;
            case "length", "max_tokens" -> Reason.LENGTH;
            case "tool_calls", "function_call" -> Reason.TOOL_CALLS;
            case "content_filter" -> Reason.CONTENT_FILTER;
            default -> Reason.STOP;
        };
    }

    private void usage(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.START_OBJECT) {
            var counts = new UsageCounts();
            counts.read(in);
            usage = counts.usage();
            costMicros = counts.costMicros();
        } else {
            in.skipChildren();
        }
    }

    /// One vendor counts in a place of its own.
    private void groq(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return;
        }
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            if (name.equals("usage") && usage == null) {
                usage(in);
            } else {
                in.skipChildren();
            }
        }
    }
}
