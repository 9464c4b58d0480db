package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes the events of a message: one block after the other, each begun, continued and ended, then why it stopped with the
/// count, then `message_stop`. Clients take what belongs to a block for the last one that has begun, so no two are open.
final class AnthropicStream implements StreamWriter {
    private final ReplyHead head;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    private final CallQueue calls;
    private final StringBuilder refusal = new StringBuilder();
    /// The type of the block that is open; empty when none is.
    private String open = "";
    private int index;
    private boolean begun;
    private boolean ended;
    private boolean called;
    private Finish.Reason reason = Finish.Reason.STOP;
    private LateFacts late = LateFacts.NONE;

    AnthropicStream(ReplyHead head) {
        this.head = head;
        this.calls = new CallQueue(new CallBlocks());
    }

    /// Writes members of an event.
    private interface Members {
        void to(JsonGenerator out) throws IOException;
    }

    @Override
    public byte @Nullable [] frame(ReplyEvent event) {
        switch (event) {
            case ReplyEvent.Text(String text) -> words(text);
            case ReplyEvent.Refusal(String text) -> {
                refusal.append(text);
                words(text);
            }
            case ReplyEvent.Thinking(String text) -> think(text);
            case ReplyEvent.Signature(String value, int call) -> sign(value, call);
            case ReplyEvent.ToolCall call -> call(call);
            case Finish(Finish.Reason why) -> {
                reason = why;
                close();
            }
            case ReplyEvent.Native raw -> passOn(raw.frame());
            case ReplyEvent.Logprobs _,ReplyEvent.Ignored _,ReplyEvent.Accounting _ -> {
                // there is no place for probabilities; the others are told elsewhere
            }
        }
        return taken();
    }

    private byte @Nullable [] taken() {
        if (out.size() == 0) {
            return null;
        }
        byte[] bytes = out.toByteArray();
        out.reset();
        return bytes;
    }

    /// The vendor refuses a conversation with a block of nothing.
    private void words(String text) {
        if (text.isEmpty()) {
            return;
        }
        calls.flush();
        begin("text", block -> block.writeStringField("text", ""));
        delta("text_delta", "text", text);
    }

    private void think(String text) {
        if (!head.thoughts() || text.isEmpty()) {
            return;
        }
        calls.flush();
        beginThoughts();
        delta("thinking_delta", "thinking", text);
    }

    private void beginThoughts() {
        begin("thinking", block -> {
            block.writeStringField("thinking", "");
            block.writeStringField("signature", "");
        });
    }

    /// A signature ends its thoughts.
    private void sign(String value, int call) {
        if (call != ReplyEvent.Signature.THOUGHTS) {
            calls.sign(call, value);
            return;
        }
        if (head.thoughts()) {
            calls.flush();
            beginThoughts();
            delta("signature_delta", "signature", AnthropicBlocks.outward(value));
            stop();
        }
    }

    private void call(ReplyEvent.ToolCall call) {
        called = true;
        calls.add(call, CollectedReply.callId(head, call.index(), call.id()));
    }

    /// Calls as blocks.
    private final class CallBlocks implements CallQueue.Blocks {
        @Override
        public void begin(String id, String name, @Nullable String signature) {
            stop();
            AnthropicStream.this.begin("tool_use", block -> {
                AnthropicMessages.writeCallHead(block, id, name, signature);
                block.writeObjectFieldStart("input");
                block.writeEndObject();
            });
        }

        @Override
        public void arguments(String json) {
            delta("input_json_delta", "partial_json", json);
        }

        @Override
        public void end() {
            stop();
        }
    }

    private void begin(String type, Members content) {
        if (open.equals(type) && !type.equals("tool_use")) {
            return;
        }
        stop();
        start();
        open = type;
        event("content_block_start", event -> {
            event.writeNumberField("index", index);
            event.writeObjectFieldStart("content_block");
            if (!type.equals("tool_use")) {
                event.writeStringField("type", type);
            }
            content.to(event);
            event.writeEndObject();
        });
    }

    private void delta(String type, String name, String value) {
        event("content_block_delta", event -> {
            event.writeNumberField("index", index);
            event.writeObjectFieldStart("delta");
            event.writeStringField("type", type);
            event.writeStringField(name, value);
            event.writeEndObject();
        });
    }

    private void stop() {
        if (!open.isEmpty()) {
            event("content_block_stop", event -> event.writeNumberField("index", index));
            open = "";
            index++;
        }
    }

    private void close() {
        calls.flush();
        stop();
    }

    /// How many tokens were read is known at the end only.
    private void start() {
        if (begun) {
            return;
        }
        begun = true;
        event("message_start", event -> {
            event.writeObjectFieldStart("message");
            AnthropicMessages.writeHead(event, head);
            event.writeArrayFieldStart("content");
            event.writeEndArray();
            event.writeNullField("stop_reason");
            event.writeNullField("stop_sequence");
            AnthropicMessages.writeUsage(event, Usage.NONE);
            event.writeEndObject();
        });
    }

    /// The vendor's own events say where a message of theirs stands, should another model have to go on with it.
    private void passOn(WireBody frame) {
        String type = word(AnthropicSource.member(frame, "type"));
        if (type.equals("message_start") && begun) {
            return;
        }
        begun |= type.equals("message_start");
        ended |= type.equals("message_stop");
        if (type.equals("content_block_start")) {
            JsonNode begins = read(frame.bytes());
            index = begins.path("index").asInt(index);
            open = begins.path("content_block").path("type").asText("text");
        } else if (type.equals("content_block_stop") && !open.isEmpty()) {
            open = "";
            index++;
        }
        write(type, frame.bytes());
    }

    private static JsonNode read(byte[] json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            return Json.MAPPER.missingNode();
        }
    }

    /// The value of a member that is a plain word.
    private static String word(String member) {
        int end = member.lastIndexOf('"');
        return end < 1 ? "" : member.substring(member.lastIndexOf('"', end - 1) + 1, end);
    }

    private void event(String type, Members members) {
        write(type, Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("type", type);
            members.to(json);
            json.writeEndObject();
        }));
    }

    private void write(String type, byte[] json) {
        out.writeBytes(event(type, json));
    }

    static byte[] event(String type, byte[] json) {
        byte[] name = ("event: " + type + "\ndata: ").getBytes(StandardCharsets.UTF_8);
        byte[] whole = new byte[name.length + json.length + 2];
        System.arraycopy(name, 0, whole, 0, name.length);
        System.arraycopy(json, 0, whole, name.length, json.length);
        whole[whole.length - 2] = '\n';
        whole[whole.length - 1] = '\n';
        return whole;
    }

    @Override
    public void later(LateFacts facts) {
        late = facts;
    }

    @Override
    public byte[] end(Usage usage) {
        if (ended) {
            return new byte[0];
        }
        close();
        start();
        event("message_delta", event -> {
            event.writeObjectFieldStart("delta");
            AnthropicMessages.writeStop(event, CollectedReply.reason(reason, called), refusal.toString());
            event.writeEndObject();
            AnthropicMessages.writeUsage(event, usage);
        });
        event("message_stop", late::write);
        byte[] last = taken();
        return last == null ? new byte[0] : last;
    }

    @Override
    public byte[] failure(Refusal refused) {
        return event("error", new AnthropicMessages().error(refused));
    }
}
