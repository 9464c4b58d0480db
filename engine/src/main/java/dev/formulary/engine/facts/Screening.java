package dev.formulary.engine.facts;

import java.util.List;
import java.util.Set;

/// What the crisis screen found in the words of the person. It is a screen, not a diagnosis, and nobody was contacted.
///
/// @param level the gravest sign
/// @param types what the signs are about
/// @param signs for each sign the id of its entry in the lexicon and how it was framed, for example
///     `en-suicide-wish:negated`; never the person's words
/// @param lexicon the content hash of the lexicon, in hexadecimal; empty when nothing was screened
public record Screening(CrisisLevel level, Set<CrisisType> types, List<String> signs, String lexicon) {
    /// Nothing was screened.
    public static final Screening NONE = new Screening(CrisisLevel.NONE, Set.of(), List.of(), "");

    public Screening {
        types = Set.copyOf(types);
        signs = List.copyOf(signs);
    }

    /// Whether the signs are that grave or graver.
    public boolean atLeast(CrisisLevel other) {
        return level.atLeast(other);
    }

    /// Whether some sign is about that.
    public boolean about(CrisisType type) {
        return types.contains(type);
    }
}
