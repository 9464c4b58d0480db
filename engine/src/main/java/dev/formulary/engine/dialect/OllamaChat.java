package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Ollama chat: `POST /api/chat`.
public final class OllamaChat implements ChatDialect {
    /// The member that holds a call's arguments as text when they are no JSON object.
    private static final String UNREADABLE = "_unreadable";

    @Override
    public Dialect name() {
        return Dialect.OLLAMA_CHAT;
    }

    @Override
    public Inquiry read(byte[] body) throws MalformedBodyException {
        return OllamaRequest.read(body);
    }

    @Override
    public byte[] whole(ReplyHead head, CollectedReply reply) {
        WireBody original = reply.original();
        return original != null && original.format().equals(WireBody.OLLAMA_CHAT)
                ? original.bytes()
                : last(head, reply, doneReason(reply.finish()), LateFacts.NONE);
    }

    @Override
    public byte[] loaded(ReplyHead head, boolean unloaded) {
        return last(head, new CollectedReply(), unloaded ? "unload" : "load", LateFacts.NONE);
    }

    private static byte[] last(ReplyHead head, CollectedReply reply, String doneReason, LateFacts late) {
        return Json.bytes(out -> {
            out.writeStartObject();
            writeHead(out, head);
            writeMessage(out, head, reply);
            writeLogprobs(out, reply);
            out.writeBooleanField("done", true);
            out.writeStringField("done_reason", doneReason);
            writeCounts(out, head, reply.usage());
            late.write(out);
            out.writeEndObject();
        });
    }

    static void writeHead(JsonGenerator out, ReplyHead head) throws IOException {
        out.writeStringField("model", head.model());
        out.writeStringField("created_at", Instant.now().toString());
    }

    private static void writeMessage(JsonGenerator out, ReplyHead head, CollectedReply reply) throws IOException {
        out.writeObjectFieldStart("message");
        out.writeStringField("role", "assistant");
        out.writeStringField("content", reply.text() + reply.refusal());
        if (!reply.thinking().isEmpty()) {
            out.writeStringField("thinking", reply.thinking());
        }
        if (!reply.calls().isEmpty()) {
            out.writeArrayFieldStart("tool_calls");
            int index = 0;
            for (CollectedReply.Called call : reply.calls()) {
                writeCall(out, head, call, index++);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    static void writeLogprobs(JsonGenerator out, CollectedReply reply) throws IOException {
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

    private static void writeCall(JsonGenerator out, ReplyHead head, CollectedReply.Called call, int index)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("id", call.id(head));
        out.writeObjectFieldStart("function");
        out.writeNumberField("index", index);
        out.writeStringField("name", call.name);
        out.writeFieldName("arguments");
        writeArguments(out, call.json());
        out.writeEndObject();
        out.writeEndObject();
    }

    /// Clients demand an object. What a model wrote may be none, or stand on many lines.
    static void writeArguments(JsonGenerator out, String json) throws IOException {
        JsonNode arguments = objectOrNull(json);
        if (arguments != null) {
            Json.MAPPER.writeTree(out, arguments);
            return;
        }
        out.writeStartObject();
        out.writeStringField(UNREADABLE, json);
        out.writeEndObject();
    }

    private static @Nullable JsonNode objectOrNull(String json) {
        try {
            JsonNode value = Json.MAPPER.readTree(json);
            return value.isObject() ? value : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /// Durations are nanoseconds; the gateway knows the whole time and not how the vendor spent it.
    static void writeCounts(JsonGenerator out, ReplyHead head, Usage usage) throws IOException {
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
    static String doneReason(ReplyEvent.Finish.Reason reason) {
        return reason == ReplyEvent.Finish.Reason.LENGTH ? "length" : "stop";
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    @Override
    public StreamWriter stream(ReplyHead head, boolean includeUsage) {
        return new Lines(head);
    }

    @Override
    public byte[] error(Refusal refusal) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("error", refusal.message());
            out.writeEndObject();
        });
    }

    @Override
    public byte[] inStream(byte[] error) {
        return line(error);
    }

    @Override
    public byte @Nullable [] comment(String words) {
        return null;
    }

    /// Writes one JSON object a line. Tool calls are whole objects here, so their pieces wait until the model has stopped,
    /// and go out on a line before the last.
    private final class Lines implements StreamWriter {
        private final ReplyHead head;
        private CollectedReply calls = new CollectedReply();
        private final CollectedReply ending = new CollectedReply();
        private LateFacts late = LateFacts.NONE;
        private boolean ended;

        Lines(ReplyHead head) {
            this.head = head;
        }

        @Override
        public byte @Nullable [] frame(ReplyEvent event) {
            return switch (event) {
                case ReplyEvent.Text _,ReplyEvent.Thinking _,ReplyEvent.Refusal _,ReplyEvent.Logprobs _ -> {
                    var only = new CollectedReply();
                    only.add(event);
                    yield line(piece(only));
                }
                case ReplyEvent.ToolCall _ -> {
                    calls.add(event);
                    yield null;
                }
                case ReplyEvent.Finish _ -> {
                    ending.add(event);
                    yield calls();
                }
                case ReplyEvent.Accounting _,ReplyEvent.Signature _,ReplyEvent.Ignored _ -> null;
                case ReplyEvent.Native raw -> {
                    ended |= raw.meaning().stream().anyMatch(ReplyEvent.Finish.class::isInstance);
                    yield line(raw.frame().bytes());
                }
            };
        }

        private byte @Nullable [] calls() {
            CollectedReply all = calls;
            calls = new CollectedReply();
            return all.calls().isEmpty() ? null : line(piece(all));
        }

        private byte[] piece(CollectedReply only) {
            return Json.bytes(out -> {
                out.writeStartObject();
                writeHead(out, head);
                writeMessage(out, head, only);
                writeLogprobs(out, only);
                out.writeBooleanField("done", false);
                out.writeEndObject();
            });
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
            return line(last(head, ending, doneReason(ending.finish()), late));
        }

        @Override
        public byte[] failure(Refusal refusal) {
            return line(error(refusal));
        }
    }

    static byte[] line(byte[] json) {
        byte[] whole = Arrays.copyOf(json, json.length + 1);
        whole[json.length] = '\n';
        return whole;
    }
}
