package dev.formulary.engine.context;

import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An entry of the lexicon: words in a row, with gaps. It is found from its rarest word outwards; all ways of filling its
/// gaps are followed at once as bits, so that the time is bounded by its length times the reach of its gaps.
///
/// @param level for a sign; NONE for a frame
/// @param type for a sign; null for a frame
/// @param anchor which part is looked for first
/// @param alone whether it must be nearly all that is said
record Phrase(String id, String language, Frame frame, CrisisLevel level, @Nullable CrisisType type, List<Part> parts,
        int anchor, boolean alone) {
    /// No more words can lie between the anchor and either end.
    private static final int REACH = 62;
    private static final int BESIDE = 2;

    /// One word of several, or a gap.
    ///
    /// @param words their numbers; empty for a gap
    /// @param gap how many words may stand there, 0 for a word
    record Part(BitSet words, boolean optional, int gap) {}

    /// Where a phrase was found.
    ///
    /// @param end exclusive
    record Hit(Phrase phrase, int start, int end) {
        boolean covers(Hit other) {
            return start <= other.start && end >= other.end;
        }

        boolean touches(Hit other) {
            return start < other.end && other.start < end;
        }
    }

    /// @param at where a word of the anchor stands
    @Nullable
    Hit match(Utterance said, int at) {
        if (alone && said.count() > parts.size() + BESIDE) {
            return null;
        }
        int first = reach(said, at, -1);
        if (first < 0) {
            return null;
        }
        int last = reach(said, at, 1);
        return last < 0 ? null : new Hit(this, first, last + 1);
    }

    /// @return where the outermost word on that side stands, as near as can be; -1 when the words are not there
    private int reach(Utterance said, int at, int step) {
        // bit k: the next part may stand k + 1 words away from the anchor
        long open = 1;
        for (int i = anchor + step; i >= 0 && i < parts.size(); i += step) {
            Part part = parts.get(i);
            open = part.gap > 0 ? widened(open, part.gap) : stepped(said, at, step, part, open);
            if (open == 0) {
                return -1;
            }
        }
        return at + step * Long.numberOfTrailingZeros(open);
    }

    private static long widened(long open, int gap) {
        long wide = open;
        for (int i = 0; i < gap; i++) {
            wide |= wide << 1;
        }
        return wide;
    }

    private static long stepped(Utterance said, int at, int step, Part part, long open) {
        long next = part.optional ? open : 0;
        for (long left = open; left != 0; left &= left - 1) {
            int away = Long.numberOfTrailingZeros(left);
            int place = at + step * (away + 1);
            if (away < REACH && place >= 0 && place < said.count() && said.sentence(place) == said.sentence(at)
                    && part.words.get(said.word(place))) {
                next |= 1L << (away + 1);
            }
        }
        return next;
    }
}
