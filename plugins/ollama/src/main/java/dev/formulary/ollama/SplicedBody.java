package dev.formulary.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.WireBody;
import dev.formulary.wire.Json;
import dev.formulary.wire.Members;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The caller's own bytes with few members replaced: those that policy wants otherwise.
final class SplicedBody {
    private final ChatRequest request;
    private final WireBody source;
    private final Tuning tuning;
    private final @Nullable String keepAlive;
    private final Map<String, String> changes = new LinkedHashMap<>();

    /// @param keepAlive JSON, or null to say nothing
    SplicedBody(ChatRequest request, WireBody source, Tuning tuning, @Nullable String keepAlive) {
        this.request = request;
        this.source = source;
        this.tuning = tuning;
        this.keepAlive = keepAlive;
    }

    byte[] write(int contextTokens) {
        changes.put("model", Json.quote(request.model()));
        changes.put("stream", Boolean.toString(request.stream()));
        ObjectNode options = Members.value(source, "options") instanceof ObjectNode own
                ? own
                : Json.TREES.createObjectNode();
        if (request.sampling().contextTokens() != null || !options.has("num_ctx")) {
            options.put("num_ctx", contextTokens);
        }
        tuning.options(options);
        changes.put("options", options.toString());
        if (!source.has("truncate")) {
            changes.put("truncate", "false");
        }
        think();
        probabilities();
        keepAlive();
        return source.with(changes);
    }

    private void think() {
        Effort asked = request.options().effort();
        if (asked == null || asked == said(Members.value(source, "think"))) {
            return;
        }
        String think = tuning.think();
        if (think != null) {
            changes.put("think", think);
        }
    }

    /// What the caller's own word means to the gateway.
    private static @Nullable Effort said(@Nullable JsonNode think) {
        if (think == null) {
            return null;
        }
        if (think.isBoolean()) {
            return think.booleanValue() ? Effort.MEDIUM : Effort.NONE;
        }
        String word = think.asText("").toUpperCase(Locale.ROOT);
        for (Effort effort : Effort.values()) {
            if (effort.name().equals(word)) {
                return effort;
            }
        }
        return null;
    }

    private void probabilities() {
        Integer top = request.options().topLogprobs();
        if (top != null && !source.has("logprobs")) {
            changes.put("logprobs", "true");
            changes.put("top_logprobs", top.toString());
        }
    }

    private void keepAlive() {
        Duration asked = request.options().keepAlive();
        JsonNode own = Members.value(source, "keep_alive");
        boolean silent = own == null || own.isNull();
        if (asked != null && (own == null || !asked.equals(KeepAlive.read(own)))) {
            changes.put("keep_alive", KeepAlive.json(asked));
        } else if (silent && keepAlive != null) {
            changes.put("keep_alive", keepAlive);
        }
    }
}
