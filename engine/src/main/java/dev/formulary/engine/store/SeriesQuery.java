package dev.formulary.engine.store;

import dev.formulary.engine.config.DurationText;
import dev.formulary.engine.facts.Metric;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is asked of what was measured.
///
/// @param resource null for all
/// @param step how long a point lasts; zero for samples as they were noted
/// @param summary null for points; or an hour or a day, each of which is summed up
/// @param above thresholds of a summary
public record SeriesQuery(Metric metric, @Nullable String resource, Instant from, Instant to, Duration step,
        @Nullable Duration summary, List<Double> above) {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LONGEST_STEP = Duration.ofDays(31);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MOST_THRESHOLDS = 10;
    private static final int MOST_POINTS = 5_000;

    public SeriesQuery {
        above = List.copyOf(above);
    }

    /// Reads parameters: `resource`, `from`, `to`, `step`, `summary` and `above`. Without times it is the last day.
    ///
    /// @param asked gives a parameter's value, empty where nothing is said
    /// @throws IllegalArgumentException when one is wrong; the message is for the user
    public static SeriesQuery of(Metric metric, UnaryOperator<String> asked, Instant now) {
        Instant to = time("to", asked.apply("to"), now, now);
        Instant from = time("from", asked.apply("from"), now, to.minus(DAY));
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("'from' must be before 'to'");
        }
        Duration span = Duration.between(from, to);
        String resource = asked.apply("resource");
        Duration summary = summary(asked.apply("summary"));
        Duration step = summary == null ? step(asked.apply("step"), span) : summary;
        if (span.toMillis() / Math.max(5_000, step.toMillis()) > MOST_POINTS) {
            throw new IllegalArgumentException("that would be more than " + MOST_POINTS
                    + " points; ask for a longer 'step', or less time");
        }
        return new SeriesQuery(metric, resource.isEmpty() ? null : resource, from, to, step,
                summary, above(asked.apply("above")));
    }

    /// About two hundred points or more, as far as they are kept.
    private static Duration preset(Duration span) {
        return span.compareTo(Duration.ofHours(6)) <= 0
                ? MINUTE
                : span.compareTo(Duration.ofDays(7)) <= 0
                        ? MINUTE.multipliedBy(5)
                        : span.compareTo(Duration.ofDays(200)) <= 0 ? Duration.ofHours(1) : Duration.ofDays(1);
    }

    private static Duration step(String text, Duration span) {
        if (text.isEmpty()) {
            return preset(span);
        }
        if (text.equals("raw")) {
            return Duration.ZERO;
        }
        Duration step = DurationText.read(text);
        if (step == null || step.compareTo(MINUTE) < 0 || step.toMillis() % MINUTE.toMillis() != 0
                || step.compareTo(LONGEST_STEP) > 0) {
            throw new IllegalArgumentException("'step' must be raw, or whole minutes such as 1m, 5m, 1h or 1d");
        }
        return step;
    }

    private static @Nullable Duration summary(String word) {
        return switch (word) {
            case "" -> null;
            case "hour" -> Duration.ofHours(1);
            case "day" -> DAY;
            default -> throw new IllegalArgumentException("'summary' must be hour or day");
        };
    }

    private static List<Double> above(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        try {
            List<Double> numbers = Stream.of(text.split(",", -1)).map(String::strip).map(Double::valueOf).toList();
            if (numbers.size() <= MOST_THRESHOLDS && numbers.stream().allMatch(Double::isFinite)) {
                return numbers;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("'above' must be up to " + MOST_THRESHOLDS
                + " numbers with commas between, such as 0.9,0.95");
    }

    /// A time, a day, or how long ago.
    private static Instant time(String name, String text, Instant now, Instant preset) {
        if (text.isEmpty()) {
            return preset;
        }
        Duration ago = DurationText.read(text);
        if (ago != null) {
            return now.minus(ago);
        }
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + name + "' must be a time such as 2026-11-30T18:00:00Z, a day (UTC)"
                    + " such as 2026-11-30, or how long ago, such as 6h", e);
        }
    }
}
