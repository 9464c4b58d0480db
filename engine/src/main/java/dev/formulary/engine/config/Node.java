package dev.formulary.engine.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The file as a tree in which everything knows its place.
sealed interface Node {
    Place place();

    /// @param value a string, number or boolean; null for `key:` with nothing after it
    /// @param text the value as text, environment variables replaced
    /// @param written as it stands in the file: the form to show to people
    record Scalar(Place place, @Nullable Object value, String text, String written) implements Node {
        boolean isText() {
            return value instanceof String;
        }
    }

    record Items(Place place, List<Node> items) implements Node {}

    record Mapping(Place place, Map<String, Entry> entries) implements Node {}

    record Entry(Place key, Node value) {}
}
