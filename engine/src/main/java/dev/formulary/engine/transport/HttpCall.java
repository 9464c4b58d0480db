package dev.formulary.engine.transport;

import dev.formulary.engine.facts.Arrival;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One HTTP request with its whole body. Thread-safe.
public interface HttpCall {

    /// For example `POST`.
    String method();

    /// The path with its percent signs resolved, without the query.
    String path();

    /// What stands behind the question mark, as it came, or null.
    @Nullable
    String query();

    /// The request in the words of all ways in; `via` is `http`.
    Arrival arrival();

    /// Shows every header as it came, names in the sender's spelling.
    void eachHeader(BiConsumer<String, String> visitor);
}
