package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// OpenAI chat completions: `POST /v1/chat/completions`.
public final class OpenAiChat implements ChatDialect {

    @Override
    public Dialect name() {
        return Dialect.OPENAI_CHAT;
    }

    @Override
    public Inquiry read(byte[] body) throws MalformedBodyException {
        return OpenAiRequest.read(body);
    }

    @Override
    public byte[] whole(ReplyHead head, CollectedReply reply) {
        WireBody original = reply.original();
        return original != null && original.format().equals(WireBody.OPENAI_CHAT)
                ? original.bytes()
                : Json.bytes(out -> writeWhole(out, head, reply));
    }

    private static void writeWhole(JsonGenerator out, ReplyHead head, CollectedReply reply) throws IOException {
        out.writeStartObject();
        writeHead(out, head, "chat.completion");
        out.writeArrayFieldStart("choices");
        out.writeStartObject();
        out.writeNumberField("index", 0);
        out.writeObjectFieldStart("message");
        out.writeStringField("role", "assistant");
        if (reply.text().isEmpty() && !(reply.calls().isEmpty() && reply.refusal().isEmpty())) {
            out.writeNullField("content");
        } else {
            out.writeStringField("content", reply.text());
        }
        out.writeStringField("refusal", reply.refusal().isEmpty() ? null : reply.refusal());
        if (!reply.thinking().isEmpty()) {
            out.writeStringField("reasoning_content", reply.thinking());
        }
        if (reply.thoughtSignature() != null) {
            OpenAiExtensions.writeThoughtSignature(out, reply.thoughtSignature(), reply.thinking());
        }
        if (!reply.calls().isEmpty()) {
            writeCalls(out, head, reply);
        }
        out.writeEndObject();
        OpenAiExtensions.writeLogprobs(out, reply.logprobs());
        out.writeStringField("finish_reason", finish(reply.finish()));
        out.writeEndObject();
        out.writeEndArray();
        writeUsage(out, reply.usage());
        out.writeEndObject();
    }

    private static void writeCalls(JsonGenerator out, ReplyHead head, CollectedReply reply) throws IOException {
        out.writeArrayFieldStart("tool_calls");
        for (CollectedReply.Called call : reply.calls()) {
            out.writeStartObject();
            out.writeStringField("id", call.id(head));
            out.writeStringField("type", "function");
            out.writeObjectFieldStart("function");
            out.writeStringField("name", call.name);
            out.writeStringField("arguments", call.json());
            out.writeEndObject();
            if (call.signature != null) {
                OpenAiExtensions.writeCallSignature(out, call.signature);
            }
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void writeHead(JsonGenerator out, ReplyHead head, String object) throws IOException {
        out.writeStringField("id", "chatcmpl-" + head.id());
        out.writeStringField("object", object);
        out.writeNumberField("created", head.created().getEpochSecond());
        out.writeStringField("model", head.model());
    }

    static void writeUsage(JsonGenerator out, Usage usage) throws IOException {
        out.writeObjectFieldStart("usage");
        out.writeNumberField("prompt_tokens", usage.promptTokens());
        out.writeNumberField("completion_tokens", usage.completionTokens());
        out.writeNumberField("total_tokens", usage.totalTokens());
        out.writeObjectFieldStart("prompt_tokens_details");
        out.writeNumberField("cached_tokens", usage.cachedTokens());
        writeCount(out, "cache_write_tokens", usage.cacheWriteTokens());
        writeCount(out, "image_tokens", usage.imageTokens());
        out.writeNumberField("audio_tokens", usage.audioInputTokens());
        out.writeEndObject();
        out.writeObjectFieldStart("completion_tokens_details");
        out.writeNumberField("reasoning_tokens", usage.thinkingTokens());
        out.writeNumberField("audio_tokens", usage.audioOutputTokens());
        out.writeEndObject();
        out.writeEndObject();
    }

    /// A member that some vendors have and others do not.
    private static void writeCount(JsonGenerator out, String name, int tokens) throws IOException {
        if (tokens > 0) {
            out.writeNumberField(name, tokens);
        }
    }

    static String finish(ReplyEvent.Finish.Reason reason) {
        return switch (reason) {
            case STOP -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
        };
    }

    @Override
    public StreamWriter stream(ReplyHead head, boolean includeUsage) {
        return new OpenAiStream(head, includeUsage);
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public byte[] error(Refusal refusal) {
        return Json.bytes(out -> writeError(out, refusal));
    }

    @Override
    public byte[] inStream(byte[] error) {
        return OpenAiStream.event(error);
    }

    @Override
    public byte[] comment(String words) {
        return (": " + words + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    static void writeError(JsonGenerator out, Refusal refusal) throws IOException {
        out.writeStartObject();
        out.writeObjectFieldStart("error");
        out.writeStringField("message", refusal.message());
        out.writeStringField("type", type(refusal.status()));
        out.writeStringField("param", refusal.param());
        out.writeStringField("code", refusal.code());
        out.writeEndObject();
        out.writeEndObject();
    }

    private static String type(int status) {
        return switch (status) {
            case 401, 403 -> "authentication_error";
            case 429 -> "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }

    @Override
    public byte[] loaded(ReplyHead head, boolean unloaded) {
        return whole(head, new CollectedReply());
    }
}
