package dev.formulary.engine.dispatch;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts two texts together where the second was written to go on where the first ends, and may repeat the end of the first
/// or all of it. What it repeats is taken away; nothing is ever added. Takes the second text in pieces, and holds them back
/// only until it is known what they repeat. Not thread-safe.
///
/// A repetition begins at the beginning of a word of the first text and ends with it. It is the longest that there is.
final class Seam {
    /// How far before the end of the first text a repetition may begin, in characters, other than at its beginning.
    static final int REACH = 4_096;
    /// A second text that is like the first from its beginning for so many characters, and then is not, is another answer.
    static final int ANEW = 24;
    /// A model that goes on by itself does not repeat; so many words that are the same are no accident.
    private static final int WORDS_NO_ACCIDENT = 3;
    private static final String BEFORE_A_WORD = "\"“‘«‹([{*_`#>¿¡";
    private static final String INSIDE_WORDS = "-'’_";
    private static final Set<UnicodeScript> WITHOUT_SPACES = EnumSet.of(UnicodeScript.HAN, UnicodeScript.HIRAGANA,
            UnicodeScript.KATAKANA, UnicodeScript.THAI, UnicodeScript.LAO, UnicodeScript.KHMER,
            UnicodeScript.MYANMAR);

    private final String first;
    /// Blanks at the end of the first text.
    private final String blanks;
    private final boolean expected;
    private final StringBuilder second = new StringBuilder();
    private final List<Integer> starts = new ArrayList<>();
    private int blanksBefore = -1;
    private int compared;
    private boolean wasWhole;
    private boolean open = true;
    private boolean anew;

    /// @param said the first text
    /// @param expected whether the second may well repeat some of it, so that a single word is a repetition
    Seam(String said, boolean expected) {
        first = said.stripTrailing();
        blanks = said.substring(first.length());
        this.expected = expected;
    }

    /// Whether it is not known yet how the texts go together.
    boolean open() {
        return open;
    }

    /// Whether the second text is another answer and not the rest of the first.
    boolean anew() {
        return anew;
    }

    /// Takes the next piece of the second text.
    ///
    /// @return what comes after the first text, as far as it is known; empty while it is not, or when the text is another
    ///     answer
    String accept(String piece) {
        if (!open) {
            return anew ? "" : piece;
        }
        second.append(piece);
        return decided(false);
    }

    /// No more comes before something else does.
    ///
    /// @return what was held back and belongs behind the first text
    String end() {
        return open ? decided(true) : "";
    }

    private String decided(boolean last) {
        if (blanksBefore < 0 && !begin(last)) {
            return "";
        }
        Integer repeated = repeated(last);
        if (repeated == null) {
            return "";
        }
        open = false;
        if (anew) {
            return "";
        }
        return repeated > 0
                ? withoutBlanks(second.substring(blanksBefore + repeated))
                : withoutBlanks(second.toString());
    }

    /// Finds where a repetition could begin, once there is a first letter.
    private boolean begin(boolean last) {
        int at = 0;
        while (at < second.length() && Character.isWhitespace(second.charAt(at))) {
            at++;
        }
        if (at == second.length() && !last) {
            return false;
        }
        blanksBefore = at;
        if (at < second.length() && !first.isEmpty()) {
            starts.add(0);
            for (int start = Math.max(1, first.length() - REACH); start < first.length(); start++) {
                if (first.charAt(start) == second.charAt(at) && beginsAWord(start)) {
                    starts.add(start);
                }
            }
        }
        return true;
    }

    private boolean beginsAWord(int start) {
        char before = first.charAt(start - 1);
        int letter = first.codePointAt(start);
        return !Character.isWhitespace(letter) && !Character.isLowSurrogate(first.charAt(start))
                && (Character.isWhitespace(before) || BEFORE_A_WORD.indexOf(before) >= 0
                        || (Character.isLetter(letter) && WITHOUT_SPACES.contains(UnicodeScript.of(letter))));
    }

    /// @return how long the repetition is, 0 when there is none, or null when more has to come to know it
    private @Nullable Integer repeated(boolean last) {
        compare();
        int there = second.length() - blanksBefore;
        for (int start : starts) {
            int length = first.length() - start;
            if (length >= there && !last) {
                // it may become one, or the letter behind it has to be seen
                return null;
            }
            if (length <= there && isRepetition(start, length)) {
                return length;
            }
        }
        anew = expected && wasWhole;
        return 0;
    }

    /// Drops the beginnings behind which the texts differ.
    private void compare() {
        for (; compared < second.length() - blanksBefore; compared++) {
            char next = second.charAt(blanksBefore + compared);
            int at = compared;
            boolean whole = !starts.isEmpty() && starts.getFirst() == 0;
            starts.removeIf(start -> start + at < first.length() && first.charAt(start + at) != next);
            boolean still = !starts.isEmpty() && starts.getFirst() == 0;
            wasWhole |= whole && !still && at >= ANEW;
        }
    }

    private boolean isRepetition(int start, int length) {
        boolean goesOn = blanksBefore + length < second.length()
                && letter(first.codePointBefore(first.length()))
                && inWord(second.codePointAt(blanksBefore + length));
        if (goesOn && !blanks.isEmpty()) {
            // the last word was said to its end, and this is a longer one
            return false;
        }
        int least = !expected ? WORDS_NO_ACCIDENT : goesOn && blanksBefore > 0 ? 2 : 1;
        return words(start) >= least;
    }

    /// A letter of a script whose words are parted by blanks.
    private static boolean letter(int codePoint) {
        return Character.isLetterOrDigit(codePoint) && !WITHOUT_SPACES.contains(UnicodeScript.of(codePoint));
    }

    private static boolean inWord(int codePoint) {
        return letter(codePoint) || INSIDE_WORDS.indexOf(codePoint) >= 0;
    }

    private int words(int start) {
        int words = 0;
        for (int at = start; at < first.length() && words < WORDS_NO_ACCIDENT; at++) {
            words += at == start || beginsAWord(at) ? 1 : 0;
        }
        return words;
    }

    /// The same blanks do not stand there twice.
    private String withoutBlanks(String rest) {
        for (int length = Math.min(blanks.length(), rest.length()); length > 0; length--) {
            if (rest.startsWith(blanks.substring(blanks.length() - length))) {
                return rest.substring(length);
            }
        }
        return rest;
    }
}
