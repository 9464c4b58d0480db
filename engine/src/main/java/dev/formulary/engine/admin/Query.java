package dev.formulary.engine.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A path and what follows its question mark.
record Query(String path, @Nullable String parameters) {
    private static final int MOST = 20;

    static Query of(String pathAndQuery) {
        int mark = pathAndQuery.indexOf('?');
        return mark < 0
                ? new Query(pathAndQuery, null)
                : new Query(pathAndQuery.substring(0, mark), pathAndQuery.substring(mark + 1));
    }

    /// A whole number, held within 1 and the most; the preset when it is missing or none.
    int number(String name, int preset, int most) {
        try {
            return Math.clamp(Long.parseLong(text(name, "")), 1, most);
        } catch (NumberFormatException e) {
            return preset;
        }
    }

    /// The first value of a parameter, or the preset when it is missing or can't be read.
    String text(String name, String preset) {
        if (parameters == null) {
            return preset;
        }
        for (String pair : parameters.split("&", MOST)) {
            if (pair.startsWith(name + "=")) {
                try {
                    return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    return preset;
                }
            }
        }
        return preset;
    }

    /// A part of a path without percent encoding, or as it is when that is wrong.
    static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return part;
        }
    }
}
