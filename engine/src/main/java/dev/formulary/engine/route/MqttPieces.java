package dev.formulary.engine.route;

import dev.formulary.engine.facts.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// A stream as numbered messages: each object of the dialect by itself, without what only serves to keep them apart by HTTP,
/// and a last message with the status and the headers. Used by one thread.
final class MqttPieces {
    private static final int CUT_STATUS = 502;

    private final Answer.Streamed answer;
    private final MqttRequest request;
    private final boolean events;
    private final Deque<String> waiting = new ArrayDeque<>();
    private long seq;
    private boolean last;

    MqttPieces(Answer.Streamed answer, MqttRequest request) {
        this.answer = answer;
        this.request = request;
        events = answer.contentType().startsWith("text/event-stream");
    }

    /// Waits for the next message; not to be asked behind the last.
    MqttReply next() throws InterruptedException {
        while (waiting.isEmpty()) {
            byte[] frame = answer.frames().next();
            if (frame == null) {
                last = true;
                return end();
            }
            split(new String(frame, StandardCharsets.UTF_8));
        }
        return piece(waiting.remove());
    }

    /// Whether the message that was given last is the last of all.
    boolean ended() {
        return last;
    }

    private void split(String frame) {
        frame.lines().map(line -> events ? event(line) : line)
                .filter(data -> !data.isBlank() && !data.equals("[DONE]")).forEach(waiting::add);
    }

    private static String event(String line) {
        return line.startsWith("data:") ? line.substring("data:".length()).strip() : "";
    }

    private MqttReply piece(String data) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("seq", Long.toString(seq));
        String decision = answer.headers().get("X-Formulary-Decision");
        if (decision != null) {
            properties.put("x-formulary-decision", decision);
        }
        byte[] body = request.inBody() ? MqttEnvelope.of(request.id(), seq, bytes, null) : bytes;
        seq++;
        return new MqttReply(body, "application/json", properties);
    }

    private MqttReply end() {
        int status = answer.frames().brokeOff() ? CUT_STATUS : answer.status();
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("status", Integer.toString(status));
        answer.headers().forEach((name, value) -> properties.put(name.toLowerCase(Locale.ROOT), value));
        return last(new MqttReply(new byte[0], "", properties), request, seq);
    }

    /// The last message of an answer, or its only one, with its number.
    static MqttReply last(MqttReply reply, MqttRequest request, long seq) {
        Map<String, String> properties = new LinkedHashMap<>(reply.properties());
        properties.put("seq", Long.toString(seq));
        properties.put("last", "true");
        return request.inBody()
                ? new MqttReply(MqttEnvelope.of(request.id(), seq, reply.body(), reply.properties()),
                        "application/json", properties)
                : new MqttReply(reply.body(), reply.contentType(), properties);
    }
}
