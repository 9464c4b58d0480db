package dev.formulary.engine.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Durations as the configuration writes them: `500ms`, `10s`, `5m`, `2h`, `1d`.
public final class DurationText {
    private DurationText() {}

    /// @return null when the text is not one
    public static @Nullable Duration read(String text) {
        return Quantities.duration(text);
    }
}
