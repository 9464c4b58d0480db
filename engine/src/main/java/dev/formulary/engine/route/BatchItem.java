package dev.formulary.engine.route;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Entrance;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One question of a batch, in OpenAI's batch format, and the line that answers it.
///
/// @param id the answer's id
/// @param customId what the sender calls the question, or null
/// @param entrance who answers
/// @param arrival what is asked
record BatchItem(String id, @Nullable String customId, Entrance entrance, Arrival arrival) {
    private static final Map<String, String> URLS = Map.of("/v1/chat/completions", "openai-chat", "/v1/responses",
            "openai-responses", "/api/chat", "ollama-chat", "/v1/messages", "anthropic-messages", "/v1/embeddings",
            "openai-embeddings", "/api/embed", "ollama-embed", "/api/generate", "ollama-generate");
    private static final String RIGHT = "; there are " + String.join(", ", new TreeSet<>(URLS.keySet()));
    private static final byte[] UNREADABLE = "\"code\":\"invalid_line\"}}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] RESPONSE = "\"response\":".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SUCCESS = "{\"status_code\":2".getBytes(StandardCharsets.UTF_8);

    /// A question, or the reason why it is none.
    sealed interface Read {
        record Question(BatchItem item) implements Read {}

        /// @param column where in the line, from 1; 0 when that has no meaning
        /// @param line the answer's line that says so
        record Refused(String message, int column, byte[] line) implements Read {}
    }

    /// Reads a line of a batch.
    static Read read(LineReader.Line line, int longest, Map<String, Entrance> entrances) {
        String id = "batch_req_" + line.number();
        if (line.cut()) {
            return unreadable(id, "the line has more than " + longest + " bytes", longest);
        }
        try {
            return item(id, JsonMembers.of(line.bytes()), entrances);
        } catch (JsonParseException e) {
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            return unreadable(id, e.getOriginalMessage(), column);
        }
    }

    /// Reads a file that is one question: a line of a batch, or just a body.
    static Read.Question single(byte[] json, String name, Map<String, Entrance> entrances)
            throws JsonParseException, BadInput {
        JsonMembers members = JsonMembers.of(json);
        if (members.values().containsKey("url") && members.values().containsKey("body")) {
            return switch (item("batch_req_1", members, entrances)) {
                case Read.Question question -> question;
                case Read.Refused(String message, _, _) -> throw new BadInput(message, 1, 0);
            };
        }
        boolean items = members.values().containsKey("input") && !members.values().containsKey("messages");
        String url = items ? "/v1/responses" : "/v1/chat/completions";
        return new Read.Question(new BatchItem("batch_req_1", name, entrance(url, entrances),
                arrival(url, members, json)));
    }

    private static Read item(String id, JsonMembers members, Map<String, Entrance> entrances) {
        String customId = members.text("custom_id");
        String url = members.text("url");
        byte[] body = members.object("body");
        String method = members.text("method");
        if (url == null || !URLS.containsKey(url)) {
            return refused(id, customId, "invalid_url",
                    (url == null ? "'url' is missing" : "url '" + url + "' can't be asked in a file")
                            + RIGHT);
        }
        if (method != null && !method.equals("POST")) {
            return refused(id, customId, "invalid_method", "method '" + method + "' must be POST");
        }
        if (body == null) {
            return refused(id, customId, "invalid_body", "'body' must be an object");
        }
        return new Read.Question(
                new BatchItem(id, customId, entrance(url, entrances), arrival(url, members, body)));
    }

    private static Entrance entrance(String url, Map<String, Entrance> entrances) {
        String name = URLS.getOrDefault(url, "");
        Entrance entrance = entrances.get(name);
        if (entrance == null) {
            throw new IllegalStateException("there is no entrance '" + name + "'");
        }
        return entrance;
    }

    /// Members beside the body count as headers; nobody waits at a screen for a file, so its priority is `batch`.
    private static Arrival arrival(String url, JsonMembers members, byte[] body) {
        return new Arrival("file", url, name -> {
            String given = members.text(name);
            return given == null && name.equals("x-formulary-priority") ? "batch" : given;
        }, body, false, Arrival.Presence.CONSTANT);
    }

    private static Read.Refused unreadable(String id, String message, int column) {
        return new Read.Refused(message, column, error(id, null, "invalid_line", message));
    }

    private static Read.Refused refused(String id, @Nullable String customId, String code, String message) {
        return new Read.Refused(message, 0, error(id, customId, code, message));
    }

    /// Whether a line of answers tells of a line that could not be read at all.
    static boolean tellsUnreadable(byte[] line) {
        int end = line.length > 0 && line[line.length - 1] == '\n' ? line.length - 1 : line.length;
        int offset = end - UNREADABLE.length;
        return offset >= 0
                && Arrays.equals(line, offset, end, UNREADABLE, 0, UNREADABLE.length);
    }

    /// Whether a line of answers tells of a question that got one, not an error. Nothing that the sender or a model wrote can
    /// look like it: the first `"response":` is ours, as a quotation mark in the texts before it has a backslash.
    static boolean tellsSuccess(byte[] line) {
        int at = 0;
        while (at + RESPONSE.length <= line.length && !stands(RESPONSE, line, at)) {
            at++;
        }
        return stands(SUCCESS, line, at + RESPONSE.length);
    }

    private static boolean stands(byte[] words, byte[] line, int at) {
        return at + words.length <= line.length
                && Arrays.equals(line, at, at + words.length, words, 0, words.length);
    }

    /// Asks, and makes the line of the answer.
    byte[] answer() throws InterruptedException {
        Answer answer;
        try {
            answer = entrance.enter(arrival);
        } catch (RuntimeException e) {
            System.getLogger(BatchItem.class.getName()).log(System.Logger.Level.ERROR, "call failed, via=file", e);
            return error(id, customId, "internal_error", "the gateway failed");
        }
        return switch (answer) {
            case Answer.Whole whole -> line(whole);
            case Answer.Streamed streamed -> {
                streamed.frames().close();
                yield error(id, customId, "internal_error", "an answer in pieces can't go into a file");
            }
        };
    }

    private byte[] line(Answer.Whole answer) {
        String request = answer.headers().getOrDefault("X-Formulary-Decision", id);
        var out = new ByteArrayOutputStream(answer.body().length + 160);
        write(out, "{\"id\":\"" + id + "\",\"custom_id\":" + quoted(customId) + ",\"response\":{\"status_code\":"
                + answer.status() + ",\"request_id\":" + quoted(request) + ",\"body\":");
        if (answer.contentType().startsWith("application/json")) {
            for (byte b : answer.body()) {
                // a line break in JSON can only stand between its parts, where a blank does as well
                out.write(b == '\n' || b == '\r' ? ' ' : b);
            }
        } else {
            write(out, quoted(new String(answer.body(), StandardCharsets.UTF_8)));
        }
        write(out, "},\"error\":null}\n");
        return out.toByteArray();
    }

    private static byte[] error(String id, @Nullable String customId, String code, String message) {
        return ("{\"id\":\"" + id + "\",\"custom_id\":" + quoted(customId)
                + ",\"response\":null,\"error\":{\"message\":"
                + quoted(message) + ",\"code\":\"" + code + "\"}}\n").getBytes(StandardCharsets.UTF_8);
    }

    static String quoted(@Nullable String text) {
        return text == null ? "null" : '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
