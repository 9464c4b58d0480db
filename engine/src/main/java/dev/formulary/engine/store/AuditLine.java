package dev.formulary.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One line of the audit log: JSON whose last member is the hash of all before it and of the line before.
///
/// @param json what it says, the hash among it
record AuditLine(String text, JsonNode json, Head head) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String HASH = ",\"hash\":\"";
    private static final int HASH_LENGTH = 64;
    private static final int TAIL = HASH.length() + HASH_LENGTH + 2;
    private static final int KIND = 5;

    /// Where the chain stands.
    record Head(long seq, byte[] hash) {
        static final Head NONE = new Head(0, Chain.START);
    }

    /// The line that follows.
    static AuditLine after(Head before, AuditLog.Entry entry, Instant at, Chain chain) throws IOException {
        ObjectNode json = JSON.createObjectNode().put("seq", before.seq() + 1).put("at", at.toString())
                .put("who", entry.who()).put("from", entry.from()).put("what", entry.what())
                .put("outcome", entry.outcome());
        json.set("about", JSON.valueToTree(new TreeMap<>(entry.about())));
        String body = JSON.writeValueAsString(json);
        byte[] hash = hash(before, before.seq() + 1, at, entry.what(), body, chain);
        String text = body.substring(0, body.length() - 1) + HASH + HexFormat.of().formatHex(hash) + "\"}";
        return new AuditLine(text, JSON.readTree(text), new Head(before.seq() + 1, hash));
    }

    private static byte[] hash(Head before, long seq, Instant at, String what, String body, Chain chain) {
        return chain.next(before.hash(), seq, KIND, at.toEpochMilli(), what, body.getBytes(StandardCharsets.UTF_8),
                List.of());
    }

    /// Reads a line; null when it is none.
    static @Nullable AuditLine read(String text) {
        if (text.length() <= TAIL || !text.startsWith(HASH, text.length() - TAIL)) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(text);
            String hash = text.substring(text.length() - HASH_LENGTH - 2, text.length() - 2);
            byte[] bytes = HexFormat.of().parseHex(hash);
            return HexFormat.of().formatHex(bytes).equals(hash) && text.endsWith("\"}")
                    ? new AuditLine(text, json, new Head(json.path("seq").asLong(), bytes))
                    : null;
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    /// Whether it follows that one as it was written.
    boolean follows(Head before, Chain chain) {
        try {
            Instant at = Instant.parse(json.path("at").asText());
            String body = text.substring(0, text.length() - TAIL) + "}";
            return head.seq() == before.seq() + 1
                    && Arrays.equals(head.hash(),
                            hash(before, head.seq(), at, json.path("what").asText(), body, chain));
        } catch (DateTimeException e) {
            return false;
        }
    }
}
