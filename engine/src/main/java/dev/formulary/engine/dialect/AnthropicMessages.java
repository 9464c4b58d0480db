package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Anthropic messages: `POST /v1/messages`. Source: the API reference and the official client 1.14.
public final class AnthropicMessages implements ChatDialect {
    private static final String TOO_LONG = "prompt is too long";

    private final boolean needsLimit;

    private AnthropicMessages(boolean needsLimit) {
        this.needsLimit = needsLimit;
    }

    /// As messages are asked for.
    public AnthropicMessages() {
        this(true);
    }

    /// As it is asked how many tokens messages have (`POST /v1/messages/count_tokens`): the answer needs no limit.
    public static AnthropicMessages counting() {
        return new AnthropicMessages(false);
    }

    @Override
    public Dialect name() {
        return Dialect.ANTHROPIC_MESSAGES;
    }

    @Override
    public Inquiry read(byte[] body) throws MalformedBodyException {
        return AnthropicRequest.read(body, needsLimit);
    }

    /// Clients that did not ask for thoughts take the first block of an answer for its text.
    @Override
    public boolean tellsThoughts(ChatRequest request) {
        String thinking = AnthropicSource.member(request.source(), "thinking");
        return (thinking.contains("\"enabled\"") || thinking.contains("\"adaptive\""))
                && !thinking.contains("\"omitted\"");
    }

    @Override
    public byte[] whole(ReplyHead head, CollectedReply reply) {
        WireBody original = reply.original();
        return original != null && original.format().equals(WireBody.ANTHROPIC_MESSAGES)
                ? original.bytes()
                : Json.bytes(out -> writeWhole(out, head, reply));
    }

    private static void writeWhole(JsonGenerator out, ReplyHead head, CollectedReply reply) throws IOException {
        out.writeStartObject();
        writeHead(out, head);
        out.writeArrayFieldStart("content");
        writeThoughts(out, head, reply);
        String said = reply.text() + reply.refusal();
        if (!said.isEmpty()) {
            out.writeStartObject();
            out.writeStringField("type", "text");
            out.writeStringField("text", said);
            out.writeEndObject();
        }
        for (CollectedReply.Called call : reply.calls()) {
            writeCall(out, head, call);
        }
        out.writeEndArray();
        writeStop(out, reply.finish(), reply.refusal());
        writeUsage(out, reply.usage());
        out.writeEndObject();
    }

    static void writeHead(JsonGenerator out, ReplyHead head) throws IOException {
        out.writeStringField("id", "msg_" + head.id());
        out.writeStringField("type", "message");
        out.writeStringField("role", "assistant");
        out.writeStringField("model", head.model());
    }

    private static void writeThoughts(JsonGenerator out, ReplyHead head, CollectedReply reply) throws IOException {
        String signature = reply.thoughtSignature();
        if (!head.thoughts() || (reply.thinking().isEmpty() && signature == null)) {
            return;
        }
        out.writeStartObject();
        out.writeStringField("type", "thinking");
        out.writeStringField("thinking", reply.thinking());
        out.writeStringField("signature", signature == null ? "" : AnthropicBlocks.outward(signature));
        out.writeEndObject();
    }

    private static void writeCall(JsonGenerator out, ReplyHead head, CollectedReply.Called call) throws IOException {
        out.writeStartObject();
        writeCallHead(out, call.id(head), call.name, call.signature);
        out.writeFieldName("input");
        OllamaChat.writeArguments(out, call.json());
        out.writeEndObject();
    }

    /// The signature of a call stands where clients that give blocks back as they were keep it.
    static void writeCallHead(JsonGenerator out, String id, String name, @Nullable String signature)
            throws IOException {
        out.writeStringField("type", "tool_use");
        out.writeStringField("id", id.replaceAll("[^a-zA-Z0-9_-]", "_"));
        out.writeStringField("name", name);
        if (signature != null) {
            out.writeStringField(AnthropicBlocks.SIGNATURE, signature);
        }
    }

    /// Which of its stop sequences ended an answer nobody tells but the vendor itself.
    static void writeStop(JsonGenerator out, Reason reason, String refusal) throws IOException {
        boolean declined = !refusal.isEmpty() || reason == Reason.CONTENT_FILTER;
        out.writeStringField("stop_reason", declined ? "refusal" : word(reason));
        out.writeNullField("stop_sequence");
        if (declined) {
            out.writeObjectFieldStart("stop_details");
            out.writeStringField("type", "refusal");
            out.writeNullField("category");
            out.writeStringField("explanation", refusal.isEmpty() ? null : refusal);
            out.writeEndObject();
        }
    }

    private static String word(Reason reason) {
        return switch (reason) {
            case STOP -> "end_turn";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER -> "refusal";
        };
    }

    /// Tokens that the vendor's cache had or took are not among `input_tokens` here.
    static void writeUsage(JsonGenerator out, Usage usage) throws IOException {
        int cache = usage.cachedTokens() + usage.cacheWriteTokens();
        out.writeObjectFieldStart("usage");
        out.writeNumberField("input_tokens", Math.max(0, usage.promptTokens() - cache));
        out.writeNumberField("cache_creation_input_tokens", usage.cacheWriteTokens());
        if (usage.longCacheWriteTokens() > 0) {
            out.writeObjectFieldStart("cache_creation");
            out.writeNumberField("ephemeral_5m_input_tokens",
                    usage.cacheWriteTokens() - usage.longCacheWriteTokens());
            out.writeNumberField("ephemeral_1h_input_tokens", usage.longCacheWriteTokens());
            out.writeEndObject();
        }
        out.writeNumberField("cache_read_input_tokens", usage.cachedTokens());
        out.writeNumberField("output_tokens", usage.completionTokens());
        if (usage.thinkingTokens() > 0) {
            out.writeObjectFieldStart("output_tokens_details");
            out.writeNumberField("thinking_tokens", usage.thinkingTokens());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    @Override
    public StreamWriter stream(ReplyHead head, boolean includeUsage) {
        return new AnthropicStream(head);
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public byte[] error(Refusal refusal) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("type", "error");
            out.writeObjectFieldStart("error");
            out.writeStringField("type", type(refusal.status()));
            out.writeStringField("message", message(refusal));
            out.writeStringField("code", refusal.code());
            if (refusal.param() != null) {
                out.writeStringField("param", refusal.param());
            }
            out.writeEndObject();
            out.writeEndObject();
        });
    }

    /// Clients know by these words that they have to shorten the conversation.
    private static String message(Refusal refusal) {
        boolean known = refusal.message().contains(TOO_LONG) || refusal.message().contains("exceed context limit");
        return refusal.code().equals("context_length_exceeded") && !known
                ? TOO_LONG + ": " + refusal.message()
                : refusal.message();
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503, 529 -> "overloaded_error";
            case 504 -> "timeout_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }

    /// An error that [#error] wrote, with the id of its request.
    public static byte[] identified(byte[] error, String id) {
        try {
            return Json.members(WireBody.ANTHROPIC_MESSAGES, error).source().with(Map.of("request_id",
                    '"' + id + '"'));
        } catch (MalformedBodyException e) {
            return error;
        }
    }

    @Override
    public byte[] inStream(byte[] error) {
        return AnthropicStream.event("error", error);
    }

    /// The words stand beside a `ping`, which tells clients that they still wait.
    @Override
    public byte[] comment(String words) {
        return (": " + words + "\nevent: ping\ndata: {\"type\":\"ping\"}\n\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] loaded(ReplyHead head, boolean unloaded) {
        return whole(head, new CollectedReply());
    }

    /// What a request says of its tools, as it stands there, for whoever counts its tokens; empty when it has none.
    public static String tools(ChatRequest request) {
        return AnthropicSource.member(request.source(), "tools");
    }
}
