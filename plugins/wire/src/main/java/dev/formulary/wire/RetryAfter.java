package dev.formulary.wire;

import dev.formulary.spi.HttpTransport.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// How long a server asks to wait: `Retry-After` in seconds, whole or not, or as a date (RFC 9110, 10.2.3), and `retry-after-ms`,
/// which some vendors prefer. Immutable.
///
/// @param clock tells how far away a date is
public record RetryAfter(InstantSource clock) {
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final int MOST_DIGITS = 17;

    /// The wait that the two headers ask for; null when they ask for none.
    public @Nullable Duration of(Response response) {
        Duration millis = number(response.header("retry-after-ms").orElse(""), 1);
        if (millis != null && !millis.isZero()) {
            return millis;
        }
        Duration plain = plain(response.header("retry-after").orElse(""));
        return plain == null ? millis : plain;
    }

    private @Nullable Duration plain(String value) {
        Duration seconds = number(value, 1000);
        if (seconds != null || value.isBlank()) {
            return seconds;
        }
        try {
            return until(ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// The time to a moment: zero when it has passed, null when it is more than 30 days away.
    public @Nullable Duration until(Instant moment) {
        Duration left = Duration.between(clock.instant(), moment);
        return left.isNegative() ? Duration.ZERO : left.compareTo(LONGEST) > 0 ? null : left;
    }

    /// A plain number of some unit, with or without a fraction, rounded up to milliseconds; null for anything else.
    ///
    /// @param millis how many one of the unit has
    public static @Nullable Duration number(String value, int millis) {
        String text = value.strip();
        boolean plain = !text.isEmpty() && text.length() <= MOST_DIGITS && !text.equals(".")
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.')
                && text.indexOf('.') == text.lastIndexOf('.');
        return plain ? Duration.ofMillis((long) Math.ceil(Double.parseDouble(text) * millis)) : null;
    }

    /// The longer of two waits; null when there is none.
    public static @Nullable Duration longer(@Nullable Duration one, @Nullable Duration other) {
        return one == null || (other != null && other.compareTo(one) > 0) ? other : one;
    }
}
