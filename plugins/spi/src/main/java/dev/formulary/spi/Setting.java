package dev.formulary.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A setting that a kind of provider understands. The gateway checks the configuration against it, with file and line, before
/// the provider is made, and shows it to whoever asks what can be set. Immutable.
///
/// @param name as it stands in the configuration, in lower-case letters, digits and hyphens
/// @param type what its value is
/// @param required whether it must be given
/// @param fallback what holds without it, as a person would write it; empty when that is nothing
/// @param meaning one sentence
/// @param choices for [Type#CHOICE]: the words that there are
/// @param least for [Type#NUMBER] and [Type#WHOLE]: the smallest value
/// @param most for [Type#NUMBER] and [Type#WHOLE]: the largest value
public record Setting(String name, Type type, boolean required, String fallback, String meaning, List<String> choices,
        double least, double most) {

    /// What a value may be.
    public enum Type {
        /// Words.
        TEXT,
        /// An `http` or `https` address.
        URL,
        /// Words that are never shown: a reference such as `${NAME}` in the configuration.
        SECRET,
        /// Any number.
        NUMBER,
        /// A whole number.
        WHOLE,
        /// `true` or `false`.
        FLAG,
        /// A time such as `30s`, `5m`, `1h`.
        DURATION,
        /// One of the choices.
        CHOICE,
        /// A list.
        LIST,
        /// Names and values.
        MAP
    }

    public Setting {
        choices = List.copyOf(choices);
    }

    /// A setting that may be left out.
    ///
    /// @param fallback what holds without it, or null for nothing
    public static Setting of(String name, Type type, @Nullable String fallback, String meaning) {
        return new Setting(name, type, false, fallback == null ? "" : fallback, meaning, List.of(),
                Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /// One of some words.
    public static Setting choice(String name, List<String> choices, String fallback, String meaning) {
        return new Setting(name, Type.CHOICE, false, fallback, meaning, choices, 0, 0);
    }

    /// A number between two others, both included.
    public static Setting number(String name, Type type, double least, double most, String fallback, String meaning) {
        return new Setting(name, type, false, fallback, meaning, List.of(), least, most);
    }

    /// The same setting, which must be given.
    public Setting mandatory() {
        return new Setting(name, type, true, "", meaning, choices, least, most);
    }
}
