package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.Usage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes the object `response`, with every member that clients with typed models insist on. Immutable.
///
/// @param head what the answer says of itself
record ResponseDocument(ReplyHead head) {

    ResponseSettings settings() {
        ResponseSettings said = head.settings();
        return said == null ? ResponseSettings.NONE : said;
    }

    /// An answer that has begun.
    ObjectNode begun() {
        return write("in_progress", null, Json.MAPPER.createArrayNode(), null);
    }

    /// An answer that is there.
    ///
    /// @param at when
    ObjectNode ended(ArrayNode output, Reason reason, Usage usage, Instant at, LateFacts late) {
        boolean whole = whole(reason);
        ObjectNode response = write(whole ? "completed" : "incomplete", whole ? at : null, output, usage);
        if (!whole) {
            response.putObject("incomplete_details").put("reason",
                    reason == Reason.LENGTH ? "max_output_tokens" : "content_filter");
        }
        tell(late, response);
        return response;
    }

    /// Whether nothing is missing of an answer that ended so.
    static boolean whole(Reason reason) {
        return reason != Reason.LENGTH && reason != Reason.CONTENT_FILTER;
    }

    /// An answer that broke off.
    ObjectNode failed(ArrayNode output, Refusal why) {
        ObjectNode response = write("failed", null, output, null);
        response.putObject("error").put("code", "server_error").put("message", why.message());
        return response;
    }

    private ObjectNode write(String status, @Nullable Instant completed, ArrayNode output, @Nullable Usage usage) {
        ResponseSettings settings = settings();
        ObjectNode response = Json.MAPPER.createObjectNode();
        response.put("id", "resp_" + head.id()).put("object", "response");
        response.put("created_at", head.created().getEpochSecond());
        response.put("status", status);
        response.put("completed_at", completed == null ? null : completed.getEpochSecond());
        response.putNull("error").putNull("incomplete_details");
        response.put("model", head.model());
        response.set("output", output);
        response.setAll(settings.echo());
        response.put("store", settings.store());
        response.set("usage", usage == null ? null : usage(usage));
        return response;
    }

    private static ObjectNode usage(Usage usage) {
        ObjectNode all = Json.MAPPER.createObjectNode().put("input_tokens", usage.promptTokens());
        all.putObject("input_tokens_details").put("cached_tokens", usage.cachedTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens());
        all.put("output_tokens", usage.completionTokens());
        all.putObject("output_tokens_details").put("reasoning_tokens", usage.thinkingTokens());
        return all.put("total_tokens", usage.totalTokens());
    }

    private static void tell(LateFacts late, ObjectNode response) {
        if (late.equals(LateFacts.NONE)) {
            return;
        }
        ObjectNode told = response.putObject("formulary");
        if (!late.continuedBy().isEmpty()) {
            late.continuedBy().forEach(told.putArray("continued_by")::add);
        }
        if (!late.ignored().isEmpty()) {
            late.ignored().forEach(told.putArray("ignored")::add);
        }
    }
}
