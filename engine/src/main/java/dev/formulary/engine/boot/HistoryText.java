package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Lists what changed, the latest first: as JSON, or a line each.
record HistoryText(Terminal terminal) {
    private static final int SHORT = 12;

    /// @param none what is said when there is nothing
    /// @param show says one as text
    /// @return the exit code
    <T> int list(List<T> changes, boolean json, String none, Consumer<T> show) {
        if (json) {
            terminal.out().println(new String(AdminJson.write(changes), StandardCharsets.UTF_8));
        } else if (changes.isEmpty()) {
            terminal.out().println(none);
        } else {
            changes.forEach(show);
        }
        return Exit.OK;
    }

    /// Number, time, event, the beginning of the hash, who, and what there is to say of it.
    void line(long number, Instant at, Enum<?> event, String hash, String who, String what) {
        terminal.out()
                .println("%-4d %s  %-11s  %s  %s  %s".formatted(number, at, words(event), shortened(hash), who, what)
                        .stripTrailing());
    }

    /// `ROLLED_BACK` is `rolled back`.
    static String words(Enum<?> event) {
        return event.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// As much of a hash as people compare.
    static String shortened(String hash) {
        return hash.substring(0, SHORT);
    }
}
