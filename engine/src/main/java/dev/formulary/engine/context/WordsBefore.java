package dev.formulary.engine.context;

import java.util.List;
import java.util.Locale;

/// The few words that stand before something, in lower case.
record WordsBefore(String text) {
    private static final int LOOKED_AT = 40;

    static WordsBefore of(String text, int at) {
        return new WordsBefore(text.substring(Math.max(0, at - LOOKED_AT), at).toLowerCase(Locale.ROOT));
    }

    /// Whether one of these is among them, as whole words: `tel` is not in `hotel` and not in `tell`.
    boolean any(List<String> words) {
        return words.stream().anyMatch(word -> has(word, true));
    }

    /// Whether one of them begins so.
    boolean begin(List<String> stems) {
        return stems.stream().anyMatch(stem -> has(stem, false));
    }

    private boolean has(String word, boolean whole) {
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            boolean begins = at == 0 || !Character.isLetter(text.charAt(at - 1));
            if (begins && (!whole || end == text.length() || !Character.isLetter(text.charAt(end)))) {
                return true;
            }
        }
        return false;
    }
}
