package dev.formulary.engine.config;

import java.util.Locale;

/// How the log is written.
///
/// @param format of its lines
public record LogSettings(Format format) {
    /// Lines for people.
    public static final LogSettings USUAL = new LogSettings(Format.TEXT);

    /// How a line looks.
    public enum Format {
        /// `time LEVEL logger: message key=value`.
        TEXT,
        /// One JSON object a line, always with the same keys.
        JSON
    }

    static LogSettings read(Section s) {
        return new LogSettings(Format.valueOf(s.oneOf("format", "text", "text", "json").toUpperCase(Locale.ROOT)));
    }
}
