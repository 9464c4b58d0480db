package dev.formulary.engine.context;

import java.util.Locale;
import java.util.Optional;

/// What an entry of the lexicon is for, and how a sign was meant. From the one that says most about a sign to the one that
/// says least.
enum Frame {
    /// The person's own words about now.
    SIGN("signs.csv"),
    /// A means or a time that stands with a sign.
    IMMINENT("imminent.csv"),
    /// A way of speaking that means something else.
    IDIOM("idiom.csv"),
    /// A story.
    FICTION("fiction.csv"),
    /// Somebody else's words.
    QUOTATION("quotation.csv"),
    /// Between quotation marks, and nothing says whose words they are.
    QUOTED(""),
    /// Somebody else.
    OTHER("third-person.csv"),
    /// A way of speaking that only looks like a negation.
    AFFIRMED("affirmation.csv"),
    /// It is not so.
    NEGATED("negation.csv"),
    /// It was so.
    PAST("past.csv"),
    /// It may not be meant.
    JOKING("joking.csv");

    private final String file;

    Frame(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    /// Whether it says by itself how a sign is meant.
    boolean says() {
        return this != SIGN && this != IMMINENT && this != AFFIRMED;
    }

    /// As it stands behind an entry's id.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Frame> of(String file) {
        for (Frame frame : values()) {
            if (frame.file.equals(file)) {
                return Optional.of(frame);
            }
        }
        return Optional.empty();
    }
}
