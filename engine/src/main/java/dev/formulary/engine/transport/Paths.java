package dev.formulary.engine.transport;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads the path of a request.
final class Paths {
    private Paths() {}

    /// The path with its percent signs resolved; as it came when they make no sense, and empty when
    /// there is none.
    static String decoded(@Nullable String path) {
        if (path == null) {
            return "";
        }
        if (path.indexOf('%') < 0) {
            return path;
        }
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return path;
        }
    }
}
