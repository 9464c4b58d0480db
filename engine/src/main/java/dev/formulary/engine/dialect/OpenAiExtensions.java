package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ReplyEvent.Logprobs;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an OpenAI body may carry beyond text and calls: probabilities, and what vendors signed, in the places where clients
/// keep it. Signatures of calls go where Google's OpenAI endpoint puts them (`extra_content.google.thought_signature`), those
/// of thoughts where OpenRouter does (`reasoning_details`).
final class OpenAiExtensions {
    private OpenAiExtensions() {}

    static void writeLogprobs(JsonGenerator out, List<Logprobs.Token> tokens) throws IOException {
        if (tokens.isEmpty()) {
            out.writeNullField("logprobs");
            return;
        }
        out.writeObjectFieldStart("logprobs");
        out.writeArrayFieldStart("content");
        for (Logprobs.Token token : tokens) {
            out.writeStartObject();
            writeToken(out, token);
            writeAlternatives(out, token);
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeNullField("refusal");
        out.writeEndObject();
    }

    static void writeToken(JsonGenerator out, Logprobs.Token token) throws IOException {
        out.writeStringField("token", token.text());
        out.writeNumberField("logprob", token.logprob());
        List<Integer> bytes = token.bytes();
        if (bytes == null) {
            out.writeNullField("bytes");
            return;
        }
        out.writeArrayFieldStart("bytes");
        for (int each : bytes) {
            out.writeNumber(each);
        }
        out.writeEndArray();
    }

    static void writeAlternatives(JsonGenerator out, Logprobs.Token token) throws IOException {
        out.writeArrayFieldStart("top_logprobs");
        for (Logprobs.Token alternative : token.alternatives()) {
            out.writeStartObject();
            writeToken(out, alternative);
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void writeCallSignature(JsonGenerator out, String signature) throws IOException {
        out.writeObjectFieldStart("extra_content");
        out.writeObjectFieldStart("google");
        out.writeStringField("thought_signature", signature);
        out.writeEndObject();
        out.writeEndObject();
    }

    /// @param thoughts the thoughts that were signed; empty when they went out before
    static void writeThoughtSignature(JsonGenerator out, String signature, String thoughts) throws IOException {
        out.writeArrayFieldStart("reasoning_details");
        out.writeStartObject();
        out.writeStringField("type", "reasoning.text");
        if (!thoughts.isEmpty()) {
            out.writeStringField("text", thoughts);
        }
        out.writeStringField("signature", signature);
        out.writeNumberField("index", 0);
        out.writeEndObject();
        out.writeEndArray();
    }

    static @Nullable String callSignature(JsonNode call) {
        JsonNode signature = call.path("extra_content").path("google").path("thought_signature");
        return signature.isTextual() ? signature.textValue() : null;
    }

    static @Nullable String thoughtSignature(JsonNode message) {
        for (JsonNode detail : message.path("reasoning_details")) {
            if (detail.path("signature").isTextual()) {
                return detail.path("signature").textValue();
            }
        }
        return null;
    }

    /// What the assistant thought, wherever the client keeps it; empty when it keeps nothing.
    static String thoughts(JsonNode message) {
        for (String name : List.of("reasoning_content", "reasoning")) {
            if (message.path(name).isTextual()) {
                return message.path(name).textValue();
            }
        }
        var text = new StringBuilder();
        for (JsonNode detail : message.path("reasoning_details")) {
            text.append(detail.path("text").asText(""));
        }
        return text.toString();
    }
}
