package dev.formulary.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How long the vendor asks to wait. It says so in the body (`RetryInfo.retryDelay`), in seconds such as `48s` or
/// `34.4s`; a proxy may use the header. Whole seconds, rounded up.
final class RetryHint {
    private static final Pattern SECONDS = Pattern.compile("([0-9]{1,7}(?:\\.[0-9]{1,9})?)s?");

    private RetryHint() {}

    static @Nullable Duration of(JsonNode details) {
        for (JsonNode detail : details) {
            Duration delay = seconds(detail.path("retryDelay").asText(""));
            if (delay != null) {
                return delay;
            }
        }
        return null;
    }

    static @Nullable Duration seconds(String text) {
        Matcher found = SECONDS.matcher(text.strip());
        return found.matches()
                ? Duration.ofSeconds(new BigDecimal(found.group(1)).setScale(0, RoundingMode.CEILING).longValueExact())
                : null;
    }
}
