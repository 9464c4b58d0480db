package dev.formulary.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.formulary.spi.LoadedModel;
import dev.formulary.wire.Json;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Brings models into memory and out of it: `POST /api/generate` without a prompt does no more than that.
final class ModelLoading {
    /// What the server calls a time without end lies centuries ahead.
    private static final long YEARS_OF_FOR_EVER = 50;

    /// @param running the answer to `/api/ps`
    List<LoadedModel> loaded(JsonNode running) {
        var loaded = new ArrayList<LoadedModel>();
        for (JsonNode model : running.path("models")) {
            String id = model.path("model").asText(model.path("name").asText(""));
            if (!id.isBlank()) {
                loaded.add(new LoadedModel(id, model.path("size").asLong(-1), model.path("size_vram").asLong(-1),
                        Math.max(0, model.path("context_length").asInt(0)),
                        until(model.path("expires_at").asText(""))));
            }
        }
        return loaded;
    }

    private static @Nullable Instant until(String moment) {
        try {
            Instant until = OffsetDateTime.parse(moment).toInstant();
            boolean forEver = until.isAfter(Instant.now().plus(365 * YEARS_OF_FOR_EVER, ChronoUnit.DAYS));
            return forEver ? null : until;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// @param embeds whether the model makes vectors only, for such a one holds no conversation
    /// @param contextTokens how much context to reserve
    /// @param keepAlive JSON, or null to say nothing
    byte[] load(String model, boolean embeds, int contextTokens, @Nullable String keepAlive) {
        ObjectNode body = Json.TREES.createObjectNode().put("model", model);
        if (embeds) {
            body.putArray("input");
        } else {
            body.put("stream", false).putObject("options").put("num_ctx", contextTokens);
        }
        if (keepAlive != null) {
            body.putRawValue("keep_alive", new RawValue(keepAlive));
        }
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    byte[] unload(String model) {
        ObjectNode body = Json.TREES.createObjectNode().put("model", model);
        return body.put("stream", false).put("keep_alive", 0).toString().getBytes(StandardCharsets.UTF_8);
    }
}
