package dev.formulary.engine.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// How settings may be shown: without what looks like a secret.
final class Shown {
    private static final String STARS = "****";
    private static final List<String> SECRET = List.of("key", "token", "password", "secret", "credential", "auth");

    private Shown() {}

    static boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SECRET.stream().anyMatch(lower::contains);
    }

    static String map(Map<?, ?> map) {
        return map.entrySet().stream().map(entry -> {
            String name = String.valueOf(entry.getKey());
            return name + "=" + (isSecret(name) ? STARS : value(entry.getValue()));
        }).collect(Collectors.joining(", ", "{", "}"));
    }

    private static String value(Object value) {
        return switch (value) {
            case Map<?, ?> map -> map(map);
            case List<?> list -> list.stream().map(Shown::value).collect(Collectors.joining(", ", "[", "]"));
            default -> withoutUser(String.valueOf(value));
        };
    }

    /// A URL may carry a password before the host.
    static String withoutUser(String text) {
        int scheme = text.indexOf("://");
        int at = text.indexOf('@', scheme + 1);
        return scheme < 0 || at < 0 ? text : text.substring(0, scheme + 3) + STARS + text.substring(at);
    }
}
