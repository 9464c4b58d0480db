package dev.formulary.engine.schema;

import java.util.ArrayDeque;
import java.util.Deque;

/// Which brackets of JSON are open.
final class Brackets {
    private Brackets() {}

    /// What closes the brackets that are open at the end.
    ///
    /// @return empty when none is, or when more than brackets is missing: the text ends within a value, or before another
    static String missing(String json) {
        String text = json.stripTrailing();
        char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
        // a number may lack digits, and behind a comma or a colon something was to come
        if (last != '}' && last != ']' && last != '"') {
            return "";
        }
        Deque<Character> open = new ArrayDeque<>();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                i += c == '\\' ? 1 : 0;
                quoted = c != '"';
            } else {
                quoted = c == '"';
                follow(c, open);
            }
        }
        var closing = new StringBuilder();
        if (!quoted) {
            open.forEach(closing::append);
        }
        return closing.toString();
    }

    private static void follow(char c, Deque<Character> open) {
        switch (c) {
            case '{' -> open.push('}');
            case '[' -> open.push(']');
            case '}', ']' -> open.poll();
            default -> {
                // no bracket
            }
        }
    }
}
