package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Remembers the thoughts before a call of a tool by the call's id, for callers that do not keep them. Of the calls used the
/// longest time ago it forgets those that are too many. Thread-safe.
final class ThoughtMemory {
    private record Kept(List<ObjectNode> blocks, long characters) {}

    private final int mostCalls;
    private final long mostCharacters;
    private final Map<String, Kept> byCall = new LinkedHashMap<>(16, 0.75f, true);
    private long characters;

    /// @param mostCalls how many calls are remembered at most
    /// @param mostCharacters how long all that is remembered may be together
    ThoughtMemory(int mostCalls, long mostCharacters) {
        this.mostCalls = mostCalls;
        this.mostCharacters = mostCharacters;
    }

    synchronized void keep(String call, List<ObjectNode> blocks) {
        forget(call);
        long length = call.length();
        for (ObjectNode block : blocks) {
            length += block.toString().length();
        }
        if (length > mostCharacters / 4) {
            return;
        }
        byCall.put(call, new Kept(List.copyOf(blocks), length));
        characters += length;
        while (byCall.size() > mostCalls || characters > mostCharacters) {
            forget(byCall.keySet().iterator().next());
        }
    }

    /// The thoughts before that call; none when it is not known.
    synchronized List<ObjectNode> before(String call) {
        Kept kept = byCall.get(call);
        return kept == null ? List.of() : kept.blocks();
    }

    private void forget(String call) {
        Kept kept = byCall.remove(call);
        characters -= kept == null ? 0 : kept.characters();
    }
}
