package dev.formulary.gemini;

import dev.formulary.spi.ChatRequest.ToolCall;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the vendor signed of its tool calls, kept by the calls' ids for clients that do not give it back. Bounded in number
/// and in size; the one that was used longest ago goes first. Thread-safe.
///
/// A model of generation 3 refuses a conversation in which the first call of a step has lost its signature.
final class Signatures {
    /// The kind of the provider, with which its signatures begin.
    static final String KIND = "gemini";
    /// What the vendor takes for a signature that nobody has. Source: the API's guide to thought signatures.
    static final String NONE = "skip_thought_signature_validator";

    private static final String PREFIX = KIND + ":";

    private final int most;
    private final long mostCharacters;
    private final Map<String, String> byCall = new LinkedHashMap<>(16, 0.75f, true);
    private long characters;

    /// @param most how many are kept
    /// @param mostCharacters how long all of them may be together, ids included
    Signatures(int most, long mostCharacters) {
        this.most = most;
        this.mostCharacters = mostCharacters;
    }

    /// As the contract carries it.
    static String outward(String signature) {
        return PREFIX + signature;
    }

    /// As the vendor made it; null when there is none, or another vendor made it.
    static @Nullable String own(@Nullable String carried) {
        return carried != null && carried.length() > PREFIX.length() && carried.startsWith(PREFIX)
                ? carried.substring(PREFIX.length())
                : null;
    }

    /// The signature of a call that comes back, as the vendor made it; null when nobody has it.
    @Nullable
    String of(ToolCall call) {
        String carried = own(call.signature());
        return carried != null || call.id().isEmpty() ? carried : recall(call.id());
    }

    private synchronized @Nullable String recall(String callId) {
        return byCall.get(callId);
    }

    synchronized void remember(String callId, String signature) {
        long size = size(callId, signature);
        if (size > mostCharacters) {
            return;
        }
        String before = byCall.put(callId, signature);
        characters += size - (before == null ? 0 : size(callId, before));
        Iterator<Map.Entry<String, String>> oldest = byCall.entrySet().iterator();
        while (byCall.size() > most || characters > mostCharacters) {
            Map.Entry<String, String> entry = oldest.next();
            characters -= size(entry.getKey(), entry.getValue());
            oldest.remove();
        }
    }

    private static long size(String callId, String signature) {
        return (long) callId.length() + signature.length();
    }

    synchronized int size() {
        return byCall.size();
    }

    synchronized long characters() {
        return characters;
    }
}
