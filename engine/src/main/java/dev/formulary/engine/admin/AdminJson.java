package dev.formulary.engine.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;

/// Writes documents as the management API does. Thread-safe.
public final class AdminJson {
    private AdminJson() {}

    /// @param document maps, lists, records and values that [Sources] may give
    public static byte[] write(Object document) {
        try {
            return Json.write(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a document can't be written", e);
        }
    }
}
