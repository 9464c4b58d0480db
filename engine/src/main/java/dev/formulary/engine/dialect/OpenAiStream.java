package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish;
import dev.formulary.spi.ReplyEvent.Logprobs.Token;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Writes `chat.completion.chunk` events. Clients insist on the role in the first chunk, an index on each piece of a tool
/// call, a finish reason on a chunk of its own, and `data: [DONE]` with nothing behind it.
final class OpenAiStream implements StreamWriter {
    private static final String CHUNK = "chat.completion.chunk";
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GAP = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ReplyHead head;
    private final boolean includeUsage;
    /// Calls without arguments so far, by index: clients parse the arguments, and nothing is not JSON.
    private final Set<Integer> bare = new TreeSet<>();
    private boolean begun;
    private boolean called;
    private boolean finished;
    private boolean counted;
    private LateFacts late = LateFacts.NONE;
    private @Nullable WireBody relayed;
    private JsonNode vendors = MissingNode.getInstance();

    OpenAiStream(ReplyHead head, boolean includeUsage) {
        this.head = head;
        this.includeUsage = includeUsage;
    }

    /// Writes the `delta` of a chunk.
    private interface Delta {
        void to(JsonGenerator out) throws IOException;
    }

    @Override
    public byte @Nullable [] frame(ReplyEvent event) {
        return switch (event) {
            case ReplyEvent.Text(String text) -> chunk(out -> out.writeStringField("content", text), null);
            case ReplyEvent.Thinking(String text) ->
                chunk(out -> out.writeStringField("reasoning_content", text), null);
            case ReplyEvent.Refusal(String text) -> chunk(out -> out.writeStringField("refusal", text), null);
            case ReplyEvent.Signature signature -> chunk(out -> writeSignature(out, signature), null);
            case ReplyEvent.Logprobs(List<Token> tokens) -> chunk(out -> {}, null, tokens);
            case ReplyEvent.Ignored _ -> null;
            case ReplyEvent.ToolCall call -> call(call);
            case Finish(Finish.Reason reason) -> finish(reason);
            case ReplyEvent.Accounting _ -> null;
            case ReplyEvent.Native raw -> passOn(raw);
        };
    }

    private byte[] call(ReplyEvent.ToolCall call) {
        called = true;
        if (!call.arguments().isEmpty()) {
            bare.remove(call.index());
        } else if (call.name() != null) {
            bare.add(call.index());
        }
        return chunk(out -> writeCall(out, call), null);
    }

    private byte[] finish(Finish.Reason reason) {
        byte[] last = new byte[0];
        for (Integer index : bare) {
            var empty = new ReplyEvent.ToolCall(index, null, null, "{}");
            last = join(last, chunk(out -> writeCall(out, empty), null));
        }
        finished = true;
        return join(last, chunk(out -> {}, CollectedReply.reason(reason, called)));
    }

    private byte @Nullable [] passOn(ReplyEvent.Native raw) {
        begun = true;
        relayed = raw.frame();
        for (ReplyEvent meaning : raw.meaning()) {
            finished |= meaning instanceof Finish;
        }
        if (onlyCounts(raw.meaning())) {
            if (!includeUsage) {
                return null;
            }
            counted = true;
        }
        return event(raw.frame().bytes());
    }

    private static boolean onlyCounts(List<ReplyEvent> meaning) {
        return !meaning.isEmpty() && meaning.stream().allMatch(ReplyEvent.Accounting.class::isInstance);
    }

    private static void writeSignature(JsonGenerator out, ReplyEvent.Signature signature) throws IOException {
        if (signature.toolCall() == ReplyEvent.Signature.THOUGHTS) {
            OpenAiExtensions.writeThoughtSignature(out, signature.value(), "");
            return;
        }
        out.writeArrayFieldStart("tool_calls");
        out.writeStartObject();
        out.writeNumberField("index", signature.toolCall());
        OpenAiExtensions.writeCallSignature(out, signature.value());
        out.writeEndObject();
        out.writeEndArray();
    }

    private byte[] chunk(Delta delta, Finish.@Nullable Reason reason) {
        return chunk(delta, reason, List.of());
    }

    private byte[] chunk(Delta delta, Finish.@Nullable Reason reason, List<Token> tokens) {
        if (begun) {
            return event(json(delta, reason, tokens));
        }
        begun = true;
        byte[] role = event(json(out -> {
            out.writeStringField("role", "assistant");
            out.writeStringField("content", "");
        }, null, List.of()));
        return join(role, event(json(delta, reason, tokens)));
    }

    private byte[] json(Delta delta, Finish.@Nullable Reason reason, List<Token> tokens) {
        return Json.bytes(out -> {
            out.writeStartObject();
            writeHead(out);
            out.writeArrayFieldStart("choices");
            out.writeStartObject();
            out.writeNumberField("index", 0);
            out.writeObjectFieldStart("delta");
            delta.to(out);
            out.writeEndObject();
            OpenAiExtensions.writeLogprobs(out, tokens);
            out.writeStringField("finish_reason", reason == null ? null : OpenAiChat.finish(reason));
            out.writeEndObject();
            out.writeEndArray();
            if (includeUsage) {
                out.writeNullField("usage");
            } else if (reason != null) {
                late.write(out);
            }
            out.writeEndObject();
        });
    }

    /// All chunks of a stream bear the same: behind a vendor's own chunks what those say.
    private void writeHead(JsonGenerator out) throws IOException {
        WireBody frame = relayed;
        if (frame != null) {
            vendors = Json.MAPPER.readTree(frame.bytes());
            relayed = null;
        }
        if (vendors.path("id").asText().isEmpty()) {
            OpenAiChat.writeHead(out, head, CHUNK);
            return;
        }
        out.writeStringField("id", vendors.path("id").asText());
        out.writeStringField("object", CHUNK);
        out.writeNumberField("created", vendors.path("created").asLong(head.created().getEpochSecond()));
        out.writeStringField("model", vendors.path("model").asText(head.model()));
    }

    private void writeCall(JsonGenerator out, ReplyEvent.ToolCall call) throws IOException {
        out.writeArrayFieldStart("tool_calls");
        out.writeStartObject();
        out.writeNumberField("index", call.index());
        String name = call.name();
        if (name != null) {
            out.writeStringField("id", CollectedReply.callId(head, call.index(), call.id()));
            out.writeStringField("type", "function");
        }
        out.writeObjectFieldStart("function");
        if (name != null) {
            out.writeStringField("name", name);
        }
        out.writeStringField("arguments", call.arguments());
        out.writeEndObject();
        out.writeEndObject();
        out.writeEndArray();
    }

    @Override
    public void later(LateFacts facts) {
        late = facts;
    }

    @Override
    public byte[] end(Usage usage) {
        byte[] last = DONE;
        if (includeUsage && !counted) {
            last = join(event(usageChunk(usage)), last);
        }
        return finished ? last : join(finish(Finish.Reason.STOP), last);
    }

    private byte[] usageChunk(Usage usage) {
        return Json.bytes(out -> {
            out.writeStartObject();
            writeHead(out);
            out.writeArrayFieldStart("choices");
            out.writeEndArray();
            OpenAiChat.writeUsage(out, usage);
            late.write(out);
            out.writeEndObject();
        });
    }

    @Override
    public byte[] failure(Refusal refusal) {
        return event(Json.bytes(out -> OpenAiChat.writeError(out, refusal)));
    }

    static byte[] event(byte[] json) {
        return join(DATA, json, GAP);
    }

    private static byte[] join(byte[]... pieces) {
        var out = new ByteArrayOutputStream(256);
        for (byte[] piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }
}
