package dev.formulary.engine.decision;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lengths of time as authors of rules and scenarios write them: `90s`, `5m`, `2h`, `1d`.
final class Spans {
    /// What is told where something else was written.
    static final String RIGHT = "how long, such as \"90s\", \"5m\", \"2h\" or \"1d\", 30d at most";

    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Pattern SPAN = Pattern.compile("(\\d{1,7})([smhd])");
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Spans() {}

    /// Null where that is no length of time, or too long a one.
    static @Nullable Duration read(String text) {
        Matcher span = SPAN.matcher(text);
        if (!span.matches()) {
            return null;
        }
        long unit = switch (span.group(2)) {
            case "s" -> 1;
            case "m" -> MINUTE;
            case "h" -> HOUR;
            default -> DAY;
        };
        Duration read = Duration.ofSeconds(Long.parseLong(span.group(1)) * unit);
        return read.compareTo(LONGEST) > 0 ? null : read;
    }

    /// The shortest form that [#read] understands, of whole seconds.
    static String show(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds == 0) {
            return "0s";
        }
        return seconds % DAY == 0
                ? seconds / DAY + "d"
                : seconds % HOUR == 0
                        ? seconds / HOUR + "h"
                        : seconds % MINUTE == 0
                                ? seconds / MINUTE + "m"
                                : seconds + "s";
    }
}
