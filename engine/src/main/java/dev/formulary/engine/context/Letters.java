package dev.formulary.engine.context;

import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How letters are read: without case and accents, and without the disguises that people put over words.
final class Letters {
    /// Latin letters with and without accents end here.
    private static final int LATIN = 0x250;
    private static final char[] FOLDED = new char[LATIN];
    private static final String LEET_FROM = "013457@$!";
    private static final String LEET_TO = "oieastasi";

    static {
        for (char c = 0; c < LATIN; c++) {
            FOLDED[c] = Character.isLetterOrDigit(c) ? folded(c) : 0;
        }
    }

    private Letters() {}

    private static char folded(char c) {
        String lower = String.valueOf(c).toLowerCase(Locale.ROOT);
        char plain = Normalizer.normalize(lower, Normalizer.Form.NFKD).charAt(0);
        return switch (plain) {
            case 'ø' -> 'o';
            case 'ß' -> 's';
            case 'ł' -> 'l';
            case 'ı' -> 'i';
            default -> plain;
        };
    }

    /// The letter or digit that a character stands for, or 0 when it stands for none.
    static char fold(char c) {
        if (c < LATIN) {
            return FOLDED[c];
        }
        return Character.isLetterOrDigit(c) ? Character.toLowerCase(c) : 0;
    }

    /// Whether a character leaves no trace: zero-width ones, soft hyphens, accents that stand by themselves.
    static boolean traceless(char c) {
        return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF
                || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0x300 && c <= 0x36F);
    }

    /// Whether a character may stand inside a word without ending it, as in `don't` and `k*ll`.
    static boolean inner(char c) {
        return c == '\'' || c == '’' || c == '‘' || c == '`' || c == '´' || c == '*';
    }

    /// Whether a character is used in place of a letter.
    static boolean leet(char c) {
        return LEET_FROM.indexOf(c) >= 0;
    }

    /// The text with letters of other alphabets' shapes (full width, mathematical) as plain ones. Most text is returned
    /// as it is.
    static String plain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x370 && (c < 0x2000 || c > 0x206F)) {
                return Normalizer.normalize(text, Normalizer.Form.NFKC);
            }
        }
        return text;
    }

    /// A word as the lexicon writes it.
    static String word(String written) {
        String text = plain(written);
        var word = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char letter = fold(c);
            if (letter != 0) {
                word.append(letter);
            } else if (Character.isSurrogate(c)) {
                word.append(c);
            }
        }
        return word.toString();
    }

    /// A disguised word in another reading, or null when there is no such reading.
    ///
    /// @param reading 0 and up: leet as letters, runs of a letter as one, as two, both
    static @Nullable String reading(String word, int reading) {
        return switch (reading) {
            case 0 -> unleet(word, 'i');
            case 1 -> runs(word, 1);
            case 2 -> runs(word, 2);
            case 3 -> runs(unleet(word, 'i'), 1);
            case 4 -> unleet(word, 'l');
            default -> null;
        };
    }

    private static String unleet(String word, char one) {
        var plain = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            int at = LEET_FROM.indexOf(word.charAt(i));
            plain.append(at < 0 ? word.charAt(i) : word.charAt(i) == '1' ? one : LEET_TO.charAt(at));
        }
        return plain.toString();
    }

    private static String runs(String word, int most) {
        var plain = new StringBuilder(word.length());
        int i = 0;
        while (i < word.length()) {
            int end = i;
            while (end < word.length() && word.charAt(end) == word.charAt(i)) {
                end++;
            }
            int length = end - i;
            plain.repeat(word.charAt(i), length >= 3 ? most : length);
            i = end;
        }
        return plain.toString();
    }
}
