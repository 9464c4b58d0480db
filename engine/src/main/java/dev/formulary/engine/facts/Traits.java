package dev.formulary.engine.facts;

import java.util.Set;

/// What the content of a call shows by its form.
///
/// @param modalities what it consists of
/// @param complexity how demanding the question is, 0 (a greeting) to 10
/// @param sensitive kinds of personal data that were found
/// @param language the language of the person's words, a BCP 47 tag; empty when it can't be told
public record Traits(Set<Modality> modalities, double complexity, Set<SensitiveKind> sensitive, String language) {
    /// Plain text of which nothing is known.
    public static final Traits UNKNOWN = new Traits(Set.of(Modality.TEXT), 0, Set.of(), "");

    public Traits {
        modalities = Set.copyOf(modalities);
        sensitive = Set.copyOf(sensitive);
    }

    /// Whether it contains that.
    public boolean has(Modality modality) {
        return modalities.contains(modality);
    }

    /// Whether it contains data of that kind.
    public boolean has(SensitiveKind kind) {
        return sensitive.contains(kind);
    }
}
