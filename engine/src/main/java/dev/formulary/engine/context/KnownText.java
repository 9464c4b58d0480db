package dev.formulary.engine.context;

import dev.formulary.engine.facts.SensitiveKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A text with what was found in it so far, each thing looked for when it is first asked for. Thread-safe: two threads may
/// look at once, and find the same.
final class KnownText {
    private static final int NOT_YET = -1;

    private final String text;
    private final Counting counting;
    private volatile long tokens = NOT_YET;
    private volatile @Nullable Set<SensitiveKind> sensitive;
    private volatile @Nullable String language;
    private volatile Complexity.@Nullable Marks marks;
    private volatile @Nullable Signs signs;

    /// @param lexicon the hash of the lexicon by which they were found
    private record Signs(String lexicon, List<Reading.Meaning> meanings) {}

    KnownText(String text, Counting counting) {
        this.text = text;
        this.counting = counting;
    }

    String text() {
        return text;
    }

    /// As [Counting#in] finds.
    long tokens() {
        long known = tokens;
        if (known == NOT_YET) {
            known = counting.in(text);
            tokens = known;
        }
        return known;
    }

    /// What [SensitiveData] finds in the whole text.
    Set<SensitiveKind> sensitive() {
        Set<SensitiveKind> known = sensitive;
        if (known == null) {
            EnumSet<SensitiveKind> found = EnumSet.noneOf(SensitiveKind.class);
            SensitiveData.in(text, found);
            known = Set.copyOf(found);
            sensitive = known;
        }
        return known;
    }

    /// As [Language#of] tells.
    String language() {
        String known = language;
        if (known == null) {
            known = Language.of(text);
            language = known;
        }
        return known;
    }

    /// What of the whole text counts for its complexity.
    Complexity.Marks marks() {
        Complexity.Marks known = marks;
        if (known == null) {
            known = Complexity.Marks.of(text, text.length());
            marks = known;
        }
        return known;
    }

    /// What a lexicon finds. Remembered for the latest lexicon only.
    List<Reading.Meaning> meanings(Lexicon lexicon) {
        Signs known = signs;
        if (known == null || !known.lexicon().equals(lexicon.hash())) {
            known = new Signs(lexicon.hash(), lexicon.read(text));
            signs = known;
        }
        return known.meanings();
    }
}
