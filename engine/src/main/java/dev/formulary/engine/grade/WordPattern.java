package dev.formulary.engine.grade;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Words in a row: `a|b` for one of several, `*` at the end of a word for any ending, `NUMBER` for digits, `...` for up to six
/// others of the same sentence. All places at which it may go on are followed at once as bits, so that the time is bounded by
/// its length times that of the text. Immutable.
final class WordPattern {
    private static final String GAP = "...";
    private static final int GAP_WORDS = 6;

    private final List<Part> parts;

    private sealed interface Part {
        record Gap() implements Part {}

        record Any(List<Word> words) implements Part {
            boolean fits(String said) {
                return words.stream().anyMatch(word -> word.fits(said));
            }
        }
    }

    private sealed interface Word {
        boolean fits(String said);

        record Whole(String text) implements Word {
            @Override
            public boolean fits(String said) {
                return said.equals(text);
            }
        }

        record Beginning(String text) implements Word {
            @Override
            public boolean fits(String said) {
                return said.startsWith(text);
            }
        }

        record Digits() implements Word {
            @Override
            public boolean fits(String said) {
                return Character.isDigit(said.codePointAt(0));
            }
        }
    }

    private WordPattern(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /// @param pattern in the form that a set of questions may have
    static WordPattern of(String pattern) {
        var parts = new ArrayList<Part>();
        for (String part : pattern.split(" ", -1)) {
            parts.add(part.equals(GAP)
                    ? new Part.Gap()
                    : new Part.Any(List.of(part.split("\\|", -1)).stream()
                            .map(WordPattern::word).toList()));
        }
        return new WordPattern(parts);
    }

    private static Word word(String written) {
        if (written.equals("NUMBER")) {
            return new Word.Digits();
        }
        String plain = String.join("", Wording.of(written));
        return written.endsWith("*") ? new Word.Beginning(plain) : new Word.Whole(plain);
    }

    /// Whether a text has it.
    ///
    /// @param said of [Wording#of]
    boolean in(List<String> said) {
        var open = new BitSet(said.size() + 1);
        open.set(0, said.size());
        for (Part part : parts) {
            open = switch (part) {
                case Part.Gap() -> widened(open, said);
                case Part.Any any -> stepped(open, said, any);
            };
        }
        return !open.isEmpty();
    }

    private static BitSet stepped(BitSet open, List<String> said, Part.Any part) {
        var next = new BitSet(said.size() + 1);
        for (int at = open.nextSetBit(0); at >= 0 && at < said.size(); at = open.nextSetBit(at + 1)) {
            if (part.fits(said.get(at))) {
                next.set(at + 1);
            }
        }
        return next;
    }

    private static BitSet widened(BitSet open, List<String> said) {
        var wide = (BitSet) open.clone();
        for (int at = open.nextSetBit(0); at >= 0; at = open.nextSetBit(at + 1)) {
            for (int i = at; i < Math.min(at + GAP_WORDS, said.size()) && !said.get(i).equals(Wording.END); i++) {
                wide.set(i + 1);
            }
        }
        return wide;
    }
}
