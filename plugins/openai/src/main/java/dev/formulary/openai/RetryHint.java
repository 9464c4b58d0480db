package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.wire.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How long a vendor asks to wait, wherever it says so.
final class RetryHint {
    private static final long FIRST_MILLIS_OF_THIS_CENTURY = 946_684_800_000L;
    private static final Pattern SAID = Pattern
            .compile("(?:try again in|retry after) ((?:[0-9.]{1,12}(?:ms|[smhd](?![a-z])))+|[0-9]{1,7}(?= seconds?))");
    private static final RetryAfter PLAIN = new RetryAfter(InstantSource.system());

    private RetryHint() {}

    static @Nullable Duration of(Response response) {
        Duration plain = PLAIN.of(response);
        return plain == null ? reset(response) : plain;
    }

    /// The reset of the limit that is used up; of all of them the longest.
    private static @Nullable Duration reset(Response response) {
        Duration longest = null;
        for (String limit : new String[]{"-requests", "-tokens", ""}) {
            String left = response.header("x-ratelimit-remaining" + limit).orElse("0");
            if (left.strip().equals("0")) {
                longest = RetryAfter.longer(longest, span(response.header("x-ratelimit-reset" + limit).orElse("")));
            }
        }
        return longest;
    }

    /// What an error's own words say: a header that a proxy wrote into it, or `try again in 1.2s`.
    ///
    /// @param words the message in lower case
    static @Nullable Duration of(JsonNode error, String words) {
        Duration named = span(error.path("metadata").path("headers").path("X-RateLimit-Reset").asText(""));
        if (named != null) {
            return named;
        }
        Matcher said = SAID.matcher(words);
        return said.find() ? span(said.group(1)) : null;
    }

    /// `6m0s`, `120ms`, `1.5` seconds, or a moment in seconds or milliseconds since 1970.
    private static @Nullable Duration span(String value) {
        String text = value.strip();
        if (text.isEmpty()) {
            return null;
        }
        Duration plain = RetryAfter.number(text, 1000);
        if (plain == null) {
            return units(text);
        }
        long number = plain.toSeconds();
        if (number > FIRST_MILLIS_OF_THIS_CENTURY) {
            return PLAIN.until(Instant.ofEpochMilli(number));
        }
        return number > FIRST_MILLIS_OF_THIS_CENTURY / 1000 ? PLAIN.until(Instant.ofEpochSecond(number)) : plain;
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
            Duration part = RetryAfter.number(text.substring(at, end), 1);
            if (part == null || factor == 0) {
                return null;
            }
            millis += Double.parseDouble(text.substring(at, end)) * factor;
            at = unitEnd;
        }
        return Duration.ofMillis((long) Math.ceil(millis));
    }
}
