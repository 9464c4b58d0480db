package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/// What a call of `POST /v1/responses` says beside the question. Immutable as long as nobody changes the JSON, and nobody
/// may.
///
/// @param echo the members that the answer repeats, without `store`
/// @param items the conversation so far, as the format's items; earlier ones come before those of the call
/// @param previous the id of the answer that the call follows; empty for none
/// @param store whether the answer may be kept to be followed
/// @param summary whether thoughts are wanted as their summary
/// @param bytes what the conversation takes, roughly
public record ResponseSettings(ObjectNode echo, ArrayNode items, String previous, boolean store, boolean summary,
        long bytes) {
    /// Says nothing.
    static final ResponseSettings NONE = new ResponseSettings(ResponseEcho.of(Map.of()), Json.MAPPER.createArrayNode(),
            "", false, false, 0);

    /// The same, but for whether the answer is kept.
    public ResponseSettings storing(boolean other) {
        return new ResponseSettings(echo, items, previous, other, summary, bytes);
    }

    /// What it says is left out: it holds what people said.
    @Override
    public String toString() {
        return "ResponseSettings[items=" + items.size() + ", store=" + store + "]";
    }
}
