package dev.formulary.anthropic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gives the calls of a conversation ids that the vendor takes (`^[a-zA-Z0-9_-]+$`, each once), and finds the call that a
/// result belongs to. For one request.
final class ToolIds {
    /// A call without a result so far.
    private record Pending(String id, String name) {}

    private final Map<String, String> byOriginal = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private final List<Pending> pending = new ArrayList<>();

    /// The results that come after this belong to calls that come after this.
    void turn() {
        pending.clear();
    }

    /// The id of the next call.
    ///
    /// @param original the caller's id; empty when it has none
    String call(String original, String name) {
        String wanted = original.isEmpty() ? "call_" + (used.size() + 1) : safe(original);
        String id = wanted;
        for (int again = 2; !used.add(id); again++) {
            id = wanted + "_" + again;
        }
        if (!original.isEmpty()) {
            byOriginal.put(original, id);
        }
        pending.add(new Pending(id, name));
        return id;
    }

    /// The id of the call that a result belongs to: by its id, else the first one of that name, else the first one.
    ///
    /// @param original the caller's id of the call, or null
    /// @param name the tool's name, or null
    String result(@Nullable String original, @Nullable String name) {
        if (original != null && !original.isEmpty()) {
            String id = byOriginal.getOrDefault(original, safe(original));
            pending.removeIf(call -> call.id().equals(id));
            return id;
        }
        int found = 0;
        for (int i = pending.size() - 1; i >= 0; i--) {
            found = pending.get(i).name().equals(name) ? i : found;
        }
        return pending.isEmpty() ? "unknown" : pending.remove(found).id();
    }

    private static String safe(String original) {
        return original.replaceAll("[^a-zA-Z0-9_-]", "_");
    }
}
