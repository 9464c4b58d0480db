package dev.formulary.engine.config;

import java.util.List;

/// Which alerts are meant. Each pattern is a whole word, or the beginning of one with a star; an empty list means any.
///
/// @param codes which codes
/// @param resources what is concerned: a model, a provider, a budget. An alert of none has the rest of its code behind a colon, if
///     there is one
/// @param rules ids of rules
public record AlertScope(List<String> codes, List<String> resources, List<String> rules) {
    /// All alerts.
    public static final AlertScope ALL = new AlertScope(List.of(), List.of(), List.of());

    public AlertScope {
        codes = List.copyOf(codes);
        resources = List.copyOf(resources);
        rules = List.copyOf(rules);
    }

    /// Alerts of some codes.
    public static AlertScope of(List<String> codes) {
        return new AlertScope(codes, List.of(), List.of());
    }

    /// Whether an alert is meant.
    public boolean covers(String rule, String code, String resource) {
        return any(codes, code) && any(rules, rule) && any(resources, concerned(code, resource));
    }

    /// What an alert concerns; empty where there is but one.
    public static String concerned(String code, String resource) {
        return resource.isEmpty()
                ? code.substring(code.indexOf(':') < 0 ? code.length() : code.indexOf(':') + 1)
                : resource;
    }

    /// Whether a word fits one of some patterns, or there are none.
    static boolean any(List<String> patterns, String word) {
        return patterns.isEmpty() || patterns.stream().anyMatch(each -> fits(each, word));
    }

    private static boolean fits(String pattern, String word) {
        return pattern.endsWith("*")
                ? word.startsWith(pattern.substring(0, pattern.length() - 1))
                : word.equals(pattern);
    }
}
