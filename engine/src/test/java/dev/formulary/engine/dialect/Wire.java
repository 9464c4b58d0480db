package dev.formulary.engine.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes and reads what goes over the wire in tests of dialects, with a JSON reader that the dialects do not use.
final class Wire {
    static final ReplyHead HEAD = new ReplyHead("01CALL", "sim/fast", Instant.parse("2026-11-21T10:00:00Z"));
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Wire() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    static JsonNode json(byte[] bytes) {
        return json(text(bytes));
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /// All that a writer sends for events.
    static String written(StreamWriter writer, List<? extends ReplyEvent> events, @Nullable Usage end) {
        var all = new ByteArrayOutputStream();
        for (ReplyEvent event : events) {
            byte[] frame = writer.frame(event);
            if (frame != null) {
                all.writeBytes(frame);
            }
        }
        if (end != null) {
            all.writeBytes(writer.end(end));
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /// The data of server-sent events, which stand in lines of `data: ` with an empty line behind each and nothing else.
    static List<String> events(String stream) {
        List<String> all = new ArrayList<>();
        assertThat(stream).endsWith("\n\n").doesNotContain("\r");
        for (String event : stream.substring(0, stream.length() - 2).split("\n\n", -1)) {
            assertThat(event).startsWith("data: ").doesNotContain("\n");
            all.add(event.substring("data: ".length()));
        }
        return all;
    }

    static List<JsonNode> lines(String stream) {
        assertThat(stream).endsWith("\n");
        return stream.lines().map(Wire::json).toList();
    }

    static ReplyEvent.Native raw(String format, String json, ReplyEvent... meaning) {
        return new ReplyEvent.Native(new WireBody(format, utf8(json), List.of()), List.of(meaning));
    }

    static ReplyEvent finish(ReplyEvent.Finish.Reason reason) {
        return new ReplyEvent.Finish(reason);
    }

    static ReplyEvent.ToolCall tool(int index, @Nullable String id, @Nullable String name, String arguments) {
        return new ReplyEvent.ToolCall(index, id, name, arguments);
    }

    static CollectedReply collected(ReplyEvent... events) {
        var reply = new CollectedReply();
        for (ReplyEvent event : events) {
            reply.add(event);
        }
        return reply;
    }

    static Refusal refusal(ChatDialect dialect, String body) {
        try {
            dialect.read(utf8(body));
        } catch (MalformedBodyException e) {
            assertThat(e).hasMessage(e.refusal().message());
            return e.refusal();
        }
        throw new AssertionError("accepted: " + body);
    }
}
