package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `keep_alive`: seconds as a number, or a duration as Go writes it, such as `5m` or `1h30m`; negative for ever.
final class KeepAlive {
    private static final Pattern PIECE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)");
    private static final Map<String, ChronoUnit> UNITS = Map.of("ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS, "m",
            ChronoUnit.MINUTES, "h", ChronoUnit.HOURS);
    private static final Duration FOR_EVER = Duration.ofSeconds(-1);

    private KeepAlive() {}

    static @Nullable Duration read(JsonNode value) throws MalformedBodyException {
        if (MemberReader.isAbsent(value)) {
            return null;
        }
        if (value.isNumber()) {
            return value.doubleValue() < 0 ? FOR_EVER : Duration.ofMillis((long) (value.doubleValue() * 1000));
        }
        String text = value.asText("");
        Duration whole = text.matches("-?\\d{1,9}")
                ? Duration.ofSeconds(Long.parseLong(text))
                : pieces(text.startsWith("-") ? text.substring(1) : text);
        return text.startsWith("-") ? FOR_EVER : whole;
    }

    private static Duration pieces(String text) throws MalformedBodyException {
        Duration whole = Duration.ZERO;
        Matcher matcher = PIECE.matcher(text);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            double millis = Double.parseDouble(matcher.group(1)) * unit(matcher.group(2)).getDuration().toMillis();
            whole = whole.plusMillis((long) millis);
            end = matcher.end();
        }
        if (text.isEmpty() || end < text.length()) {
            throw MemberReader.wrong("keep_alive", "seconds, or a time such as \"5m\"; -1 for ever, 0 for not at all");
        }
        return whole;
    }

    private static ChronoUnit unit(String name) {
        return UNITS.getOrDefault(name, ChronoUnit.SECONDS);
    }
}
