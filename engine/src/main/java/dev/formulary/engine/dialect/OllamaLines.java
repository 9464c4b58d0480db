package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes an answer as Ollama does, in one object or one a line. Tool calls are whole objects there, so their pieces wait until
/// the model has stopped, and go out on a line before the last. Not thread-safe.
final class OllamaLines implements StreamWriter {
    private final ReplyHead head;
    private final Content content;
    private final boolean tools;
    private CollectedReply calls = new CollectedReply();
    private final CollectedReply ending = new CollectedReply();
    private LateFacts late = LateFacts.NONE;
    private boolean ended;

    /// @param tools whether the content can tell of tool calls
    OllamaLines(ReplyHead head, Content content, boolean tools) {
        this.head = head;
        this.content = content;
        this.tools = tools;
    }

    /// Where a format says what the model said.
    interface Content {
        /// Writes members of an object that is open.
        void write(JsonGenerator out, ReplyHead head, CollectedReply reply) throws IOException;
    }

    @Override
    public byte @Nullable [] frame(ReplyEvent event) {
        return switch (event) {
            case ReplyEvent.Text _,ReplyEvent.Thinking _,ReplyEvent.Refusal _,ReplyEvent.Logprobs _ -> {
                var only = new CollectedReply();
                only.add(event);
                yield piece(only);
            }
            case ReplyEvent.ToolCall _ -> {
                calls.add(event);
                yield null;
            }
            case ReplyEvent.Finish _ -> {
                ending.add(event);
                yield calls();
            }
            case ReplyEvent.Native raw -> {
                ended |= raw.meaning().stream().anyMatch(ReplyEvent.Finish.class::isInstance);
                yield line(raw.frame().bytes());
            }
            case ReplyEvent.Accounting _,ReplyEvent.Signature _,ReplyEvent.Ignored _ -> null;
        };
    }

    private byte @Nullable [] calls() {
        CollectedReply all = calls;
        calls = new CollectedReply();
        return tools && !all.calls().isEmpty() ? piece(all) : null;
    }

    private byte[] piece(CollectedReply piece) {
        return line(object(head, content, piece, out -> out.writeBooleanField("done", false)));
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
        ending.add(new ReplyEvent.Accounting(usage));
        return line(last(head, content, ending, doneReason(ending), late));
    }

    @Override
    public byte[] failure(Refusal refusal) {
        return line(error(refusal));
    }

    /// An answer in one piece.
    static byte[] whole(ReplyHead head, Content content, CollectedReply reply) {
        return last(head, content, reply, doneReason(reply), LateFacts.NONE);
    }

    /// The answer to whoever only wanted the model to be made ready, or its memory back.
    static byte[] loaded(ReplyHead head, Content content, boolean unloaded) {
        return last(head, content, new CollectedReply(), unloaded ? "unload" : "load", LateFacts.NONE);
    }

    static byte[] error(Refusal refusal) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("error", refusal.message());
            out.writeEndObject();
        });
    }

    static byte[] line(byte[] json) {
        byte[] whole = Arrays.copyOf(json, json.length + 1);
        whole[json.length] = '\n';
        return whole;
    }

    private static byte[] last(ReplyHead head, Content content, CollectedReply reply, String doneReason,
            LateFacts late) {
        return object(head, content, reply, out -> {
            out.writeBooleanField("done", true);
            out.writeStringField("done_reason", doneReason);
            writeCounts(out, head, reply.usage());
            late.write(out);
        });
    }

    private static byte[] object(ReplyHead head, Content content, CollectedReply reply, Json.Writing end) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("model", head.model());
            out.writeStringField("created_at", Instant.now().toString());
            content.write(out, head, reply);
            writeLogprobs(out, reply);
            end.to(out);
            out.writeEndObject();
        });
    }

    private static void writeLogprobs(JsonGenerator out, CollectedReply reply) throws IOException {
        if (reply.logprobs().isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("logprobs");
        for (ReplyEvent.Logprobs.Token token : reply.logprobs()) {
            out.writeStartObject();
            OpenAiExtensions.writeToken(out, token);
            OpenAiExtensions.writeAlternatives(out, token);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /// Durations are nanoseconds; the gateway knows the whole time and not how the vendor spent it.
    private static void writeCounts(JsonGenerator out, ReplyHead head, Usage usage) throws IOException {
        long nanos = nanosSince(head);
        out.writeNumberField("total_duration", nanos);
        out.writeNumberField("load_duration", 0);
        out.writeNumberField("prompt_eval_count", usage.promptTokens());
        out.writeNumberField("prompt_eval_duration", 0);
        out.writeNumberField("eval_count", usage.completionTokens());
        out.writeNumberField("eval_duration", nanos);
    }

    static long nanosSince(ReplyHead head) {
        return Math.max(0, Duration.between(head.created(), Instant.now()).toNanos());
    }

    /// Ollama says `stop` also when tools are called.
    private static String doneReason(CollectedReply reply) {
        return reply.finish() == ReplyEvent.Finish.Reason.LENGTH ? "length" : "stop";
    }
}
