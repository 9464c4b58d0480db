package dev.formulary.engine.chores;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A task of the schema `formulary.tasks/1`.
///
/// @param priority `low`, `normal` or `high`
/// @param due a day, `2026-12-24`; null when nobody said
/// @param confidence 0 to 1
record Chore(String summary, String priority, @Nullable String due, double confidence, String evidence) {

    /// All tasks of a document that follows the schema, in its order.
    static List<Chore> of(JsonNode document) {
        List<Chore> all = new ArrayList<>();
        for (JsonNode each : document.path("tasks")) {
            all.add(new Chore(each.path("summary").asText(), each.path("priority").asText(),
                    each.path("due").isTextual() ? each.path("due").asText() : null,
                    each.path("confidence").asDouble(), each.path("evidence").asText()));
        }
        return all;
    }

    /// The same for all ways to write it: letters and digits, in lower case.
    static String key(String summary) {
        return summary.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }
}
