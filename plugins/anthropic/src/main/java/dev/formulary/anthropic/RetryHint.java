package dev.formulary.anthropic;

import dev.formulary.spi.HttpTransport.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How long the vendor asks to wait, in whichever header it says so.
final class RetryHint {
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final List<String> LIMITS = List.of("requests", "tokens", "input-tokens", "output-tokens");

    private final InstantSource clock;

    RetryHint(InstantSource clock) {
        this.clock = clock;
    }

    @Nullable
    Duration of(Response response) {
        Duration millis = number(response.header("retry-after-ms").orElse(""), 1);
        if (millis != null && !millis.isZero()) {
            return millis;
        }
        Duration plain = retryAfter(response.header("retry-after").orElse(""));
        return plain == null ? reset(response) : plain;
    }

    private @Nullable Duration retryAfter(String value) {
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

    /// The reset of the limit that is used up, an RFC 3339 time; of several the last.
    private @Nullable Duration reset(Response response) {
        Duration longest = null;
        for (String limit : LIMITS) {
            String name = "anthropic-ratelimit-" + limit;
            if (!response.header(name + "-remaining").orElse("0").strip().equals("0")) {
                continue;
            }
            Duration reset = moment(response.header(name + "-reset").orElse(""));
            if (reset != null && (longest == null || reset.compareTo(longest) > 0)) {
                longest = reset;
            }
        }
        return longest;
    }

    private @Nullable Duration moment(String value) {
        try {
            return value.isBlank() ? null : until(OffsetDateTime.parse(value.strip()).toInstant());
        } catch (DateTimeException e) {
            return null;
        }
    }

    private @Nullable Duration until(Instant at) {
        Duration left = Duration.between(clock.instant(), at);
        return left.isNegative() ? Duration.ZERO : left.compareTo(LONGEST) > 0 ? null : left;
    }

    /// @param millis how many one of the unit has
    private static @Nullable Duration number(String value, int millis) {
        String text = value.strip();
        boolean plain = !text.isEmpty() && text.length() < 16 && !text.equals(".")
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.')
                && text.indexOf('.') == text.lastIndexOf('.');
        return plain ? Duration.ofMillis((long) Math.ceil(Double.parseDouble(text) * millis)) : null;
    }
}
