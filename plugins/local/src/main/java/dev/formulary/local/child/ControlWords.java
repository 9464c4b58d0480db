package dev.formulary.local.child;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/// The words of a vocabulary that steer the model, such as `<|im_end|>`: in a conversation they mark where a turn ends and who
/// speaks next. What a person writes must not be able to do that. Immutable.
final class ControlWords {
    /// Shows nothing and means nothing; it only keeps two characters apart.
    private static final char APART = '\u200b';

    private final Set<String> words;
    private final Set<Character> beginnings = new HashSet<>();
    private final Set<Integer> lengths = new TreeSet<>();

    ControlWords(Collection<String> words) {
        this.words = new HashSet<>(words);
        this.words.removeIf(word -> word.length() < 2);
        this.words.forEach(word -> {
            beginnings.add(word.charAt(0));
            lengths.add(word.length());
        });
    }

    /// The text with every such word taken apart behind its first character, so that it is read as the letters that it is
    /// made of.
    String disarm(String text) {
        var out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            out.append(text.charAt(i));
            if (begins(text, i)) {
                out.append(APART);
            }
        }
        return out.length() == text.length() ? text : out.toString();
    }

    private boolean begins(String text, int at) {
        if (!beginnings.contains(text.charAt(at))) {
            return false;
        }
        for (int length : lengths) {
            if (at + length > text.length()) {
                return false;
            }
            if (words.contains(text.substring(at, at + length))) {
                return true;
            }
        }
        return false;
    }
}
