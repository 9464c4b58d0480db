package dev.formulary.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `keep_alive`: how long a model stays loaded. A number of seconds, or a time as Go writes it, such as `5m` or `1h30m`;
/// negative for ever.
final class KeepAlive {
    static final Duration FOR_EVER = Duration.ofSeconds(-1);
    private static final Pattern WHOLE = Pattern.compile("-?(\\d{1,9}(\\.\\d{1,9})?(ms|s|m|h))+|-?\\d{1,9}");
    private static final Pattern PIECE = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|$)");

    private KeepAlive() {}

    /// @return null when it is no time
    static @Nullable Duration read(String text) {
        if (!WHOLE.matcher(text).matches()) {
            return null;
        }
        if (text.startsWith("-")) {
            return FOR_EVER;
        }
        double millis = 0;
        Matcher pieces = PIECE.matcher(text);
        while (pieces.find()) {
            millis += Double.parseDouble(pieces.group(1)) * millis(pieces.group(2));
        }
        return Duration.ofMillis((long) millis);
    }

    /// @return null when it is no time
    static @Nullable Duration read(JsonNode value) {
        if (!value.isNumber()) {
            return read(value.asText(""));
        }
        return value.doubleValue() < 0 ? FOR_EVER : Duration.ofMillis((long) (value.doubleValue() * 1000));
    }

    private static int millis(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 1000;
        };
    }

    /// JSON that every server of this kind understands.
    static String json(Duration time) {
        if (time.isNegative()) {
            return "-1";
        }
        boolean wholeSeconds = time.toMillis() % 1000 == 0;
        return wholeSeconds ? Long.toString(time.toSeconds()) : "\"" + time.toMillis() + "ms\"";
    }
}
