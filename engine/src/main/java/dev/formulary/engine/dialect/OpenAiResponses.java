package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.ReplyEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/// OpenAI responses: `POST /v1/responses`.
public final class OpenAiResponses implements ChatDialect {
    private static final OpenAiChat CHAT = new OpenAiChat();

    private final InstantSource clock;
    private final boolean modelNeeded;

    /// The format of calls.
    public OpenAiResponses() {
        this(InstantSource.system(), true);
    }

    private OpenAiResponses(InstantSource clock, boolean modelNeeded) {
        this.clock = clock;
        this.modelNeeded = modelNeeded;
    }

    /// The format of questions whose tokens are only counted, and which may name no model.
    public static OpenAiResponses counted() {
        return new OpenAiResponses(InstantSource.system(), false);
    }

    static OpenAiResponses at(InstantSource clock) {
        return new OpenAiResponses(clock, true);
    }

    @Override
    public Dialect name() {
        return Dialect.OPENAI_RESPONSES;
    }

    @Override
    public Inquiry read(byte[] body) throws MalformedBodyException {
        return ResponsesRequest.read(body, modelNeeded);
    }

    /// As the stream ends: an answer is the same in both forms.
    @Override
    public byte[] whole(ReplyHead head, CollectedReply reply) {
        var stream = new ResponseStream(head, clock);
        stream.frame(new ReplyEvent.Thinking(reply.thinking()));
        if (reply.thoughtSignature() != null) {
            stream.frame(new ReplyEvent.Signature(reply.thoughtSignature(), ReplyEvent.Signature.THOUGHTS));
        }
        stream.frame(new ReplyEvent.Text(reply.text()));
        if (!reply.logprobs().isEmpty()) {
            stream.frame(new ReplyEvent.Logprobs(reply.logprobs()));
        }
        if (!reply.refusal().isEmpty()) {
            stream.frame(new ReplyEvent.Refusal(reply.refusal()));
        }
        for (CollectedReply.Called call : reply.calls()) {
            stream.frame(new ReplyEvent.ToolCall(call.index, call.id(head), call.name, call.arguments.toString()));
            if (call.signature != null) {
                stream.frame(new ReplyEvent.Signature(call.signature, call.index));
            }
        }
        stream.frame(new ReplyEvent.Finish(reply.finish()));
        stream.end(reply.usage());
        byte[] whole = stream.whole();
        return whole == null ? new byte[0] : whole;
    }

    @Override
    public StreamWriter stream(ReplyHead head, boolean includeUsage) {
        return new ResponseStream(head, clock);
    }

    @Override
    public String streamType() {
        return CHAT.streamType();
    }

    /// Here a model that nobody knows is a mistake in the body rather than a path that leads nowhere, and what was said is the
    /// `input`.
    @Override
    public Refusal adapted(Refusal refusal) {
        int status = refusal.code().equals("model_not_found") ? 400 : refusal.status();
        String param = "messages".equals(refusal.param()) ? "input" : refusal.param();
        return new Refusal(status, refusal.code(), refusal.message(), param, refusal.retryAfter());
    }

    @Override
    public byte[] error(Refusal refusal) {
        return CHAT.error(refusal);
    }

    /// In a stream an error is an event. Clients of different age look for its words in different places.
    static void writeError(ObjectNode event, Refusal refusal) {
        write(event, tree(CHAT.error(refusal)).path("error"));
    }

    private static void write(ObjectNode event, JsonNode error) {
        event.set("code", error.path("code"));
        event.set("message", error.path("message"));
        event.set("param", error.path("param"));
        event.set("error", error);
    }

    private static JsonNode tree(byte[] json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("it was written here", e);
        }
    }

    @Override
    public byte[] inStream(byte[] error) {
        ObjectNode event = Json.MAPPER.createObjectNode().put("type", "error").put("sequence_number", 0);
        write(event, tree(error).path("error"));
        return ResponseEvents.written("error", event);
    }

    @Override
    public byte[] comment(String words) {
        return (": " + words + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] loaded(ReplyHead head, boolean unloaded) {
        return whole(head, new CollectedReply());
    }
}
