package dev.formulary.engine.facts;

import java.util.List;

/// Patterns for names of models, in which a star stands for any characters, also none: `ollama/*`, `*/llama-*`. Case counts.
public final class ModelPatterns {
    private ModelPatterns() {}

    /// Whether one of the patterns matches; all models are allowed where there are no patterns.
    ///
    /// @param model `provider/model`
    public static boolean allow(List<String> patterns, String model) {
        if (patterns.isEmpty()) {
            return true;
        }
        for (String pattern : patterns) {
            if (matches(pattern, model)) {
                return true;
            }
        }
        return false;
    }

    /// Goes back to the last star only, so it takes at most the product of both lengths.
    private static boolean matches(String pattern, String text) {
        int at = 0;
        int star = -1;
        int behind = 0;
        int i = 0;
        while (i < text.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                behind = i;
            } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++behind;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }
}
