package dev.formulary.engine.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads durations, sizes and money. Each method gives null for what it cannot read.
final class Quantities {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9}) ?(B|KiB|MiB|GiB)");
    private static final Pattern MONEY = Pattern.compile("\\d{1,9}(\\.\\d{1,6})?");

    private Quantities() {}

    static @Nullable Duration duration(String text) {
        Matcher m = DURATION.matcher(text);
        if (!m.matches()) {
            return null;
        }
        long amount = Long.parseLong(m.group(1));
        return switch (m.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /// Bytes.
    static @Nullable Long size(String text) {
        Matcher m = SIZE.matcher(text);
        if (!m.matches()) {
            return null;
        }
        int thousands = "BKMG".indexOf(m.group(2).charAt(0));
        return Long.parseLong(m.group(1)) << (10 * thousands);
    }

    /// Micro-dollars.
    static @Nullable Long money(String text) {
        return MONEY.matcher(text).matches() ? new BigDecimal(text).movePointRight(6).longValueExact() : null;
    }

    /// The shortest exact form that [#duration] reads.
    static String show(Duration duration) {
        long ms = duration.toMillis();
        if (ms % 1000 != 0) {
            return ms + "ms";
        }
        long s = ms / 1000;
        return s % 86_400 == 0
                ? s / 86_400 + "d"
                : s % 3600 == 0 ? s / 3600 + "h" : s % 60 == 0 ? s / 60 + "m" : s + "s";
    }

    /// The shortest exact form that [#size] reads.
    static String show(long bytes) {
        int thousands = bytes == 0 ? 0 : Math.min(3, Long.numberOfTrailingZeros(bytes) / 10);
        return String.format(Locale.ROOT, "%d%s", bytes >> (10 * thousands),
                new String[]{"B", "KiB", "MiB", "GiB"}[thousands]);
    }
}
