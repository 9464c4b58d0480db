package dev.formulary.openai;

import dev.formulary.spi.HttpTransport.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// How long a vendor asks to wait, in whichever header it says so.
final class RetryHint {
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final long FIRST_MILLIS_OF_THIS_CENTURY = 946_684_800_000L;

    private RetryHint() {}

    static @Nullable Duration of(Response response) {
        Duration best = number(response.header("retry-after-ms").orElse(""), 1);
        if (best == null || best.isZero()) {
            Duration plain = retryAfter(response.header("retry-after").orElse(""));
            best = plain == null ? best : plain;
        }
        return best == null ? reset(response) : best;
    }

    private static @Nullable Duration retryAfter(String value) {
        Duration seconds = number(value, 1000);
        if (seconds != null || value.isBlank()) {
            return seconds;
        }
        try {
            Instant at = ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            return until(at);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// The reset of the limit that is used up; of all of them the longest.
    private static @Nullable Duration reset(Response response) {
        Duration longest = null;
        for (String limit : new String[]{"-requests", "-tokens", ""}) {
            String left = response.header("x-ratelimit-remaining" + limit).orElse("0");
            Duration reset = left.strip().equals("0")
                    ? span(response.header("x-ratelimit-reset" + limit).orElse(""))
                    : null;
            if (reset != null && (longest == null || reset.compareTo(longest) > 0)) {
                longest = reset;
            }
        }
        return longest;
    }

    /// `6m0s`, `120ms`, `1.5` seconds, or a moment in seconds or milliseconds since 1970.
    private static @Nullable Duration span(String value) {
        String text = value.strip();
        if (text.isEmpty()) {
            return null;
        }
        Duration plain = number(text, 1000);
        if (plain == null) {
            return units(text);
        }
        long number = plain.toSeconds();
        if (number > FIRST_MILLIS_OF_THIS_CENTURY) {
            return until(Instant.ofEpochMilli(number));
        }
        return number > FIRST_MILLIS_OF_THIS_CENTURY / 1000 ? until(Instant.ofEpochSecond(number)) : plain;
    }

    private static @Nullable Duration units(String text) {
        double millis = 0;
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
                end++;
            }
            int unitEnd = end;
            while (unitEnd < text.length() && Character.isLetter(text.charAt(unitEnd))) {
                unitEnd++;
            }
            double factor = switch (text.substring(end, unitEnd)) {
                case "ms" -> 1;
                case "s" -> 1000;
                case "m" -> 60_000;
                case "h" -> 3_600_000;
                case "d" -> 86_400_000;
                default -> 0;
            };
            Duration part = number(text.substring(at, end), 1);
            if (part == null || factor == 0) {
                return null;
            }
            millis += Double.parseDouble(text.substring(at, end)) * factor;
            at = unitEnd;
        }
        return Duration.ofMillis((long) Math.ceil(millis));
    }

    private static @Nullable Duration until(Instant at) {
        Duration left = Duration.between(Instant.now(), at);
        return left.isNegative() ? Duration.ZERO : left.compareTo(LONGEST) > 0 ? null : left;
    }

    /// @param millis how many one of the unit has
    private static @Nullable Duration number(String value, int millis) {
        String text = value.strip();
        boolean plain = !text.isEmpty() && text.length() < 18
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.');
        if (!plain || text.indexOf('.') != text.lastIndexOf('.') || text.equals(".")) {
            return null;
        }
        return Duration.ofMillis((long) Math.ceil(Double.parseDouble(text) * millis));
    }
}
