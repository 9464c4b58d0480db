package dev.formulary.engine.admission;

import dev.formulary.engine.facts.LearnedLimit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What vendors say of their own limits in the heads of their answers: `x-ratelimit-remaining-requests` and the like (OpenAI,
/// Groq and others; a reset is a duration such as `6m0s`, or seconds) and `anthropic-ratelimit-requests-remaining` and the like
/// (a reset is a time, RFC 3339); and for how long they want no calls. Thread-safe.
final class VendorLimits {
    /// Models of which something is remembered; what a vendor says of others is not looked at until some are forgotten.
    private static final int MOST_MODELS = 1_000;
    private static final Duration LONGEST = Duration.ofDays(31);
    private static final Duration UNSAID = Duration.ofMinutes(1);
    private static final List<String> UNITS = List.of("requests", "tokens", "input-tokens", "output-tokens");
    private static final Pattern DURATION = Pattern
            .compile(
                    "(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m(?!s))?(?:(\\d{1,9}(?:\\.\\d{1,9})?)s)?(?:(\\d{1,9})ms)?");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");
    private static final Pattern COUNT = Pattern.compile("\\d{1,15}");

    private final Clock clock;
    private final Map<String, List<LearnedLimit>> byModel = new ConcurrentHashMap<>();
    private final Map<String, Instant> resting = new ConcurrentHashMap<>();

    VendorLimits(Clock clock) {
        this.clock = clock;
    }

    /// A model has answered, or refused to.
    ///
    /// @param header its headers
    void heard(String model, Function<String, Optional<String>> header) {
        var heard = new ArrayList<LearnedLimit>(2);
        Instant now = clock.instant();
        for (String unit : UNITS) {
            LearnedLimit limit = limit(model, unit, header, now);
            if (limit != null) {
                heard.add(limit);
            }
        }
        if (!heard.isEmpty() && room(byModel, model)) {
            byModel.put(model, List.copyOf(heard));
        }
    }

    private static @Nullable LearnedLimit limit(String model, String unit, Function<String, Optional<String>> header,
            Instant now) {
        long left = count(header.apply("x-ratelimit-remaining-" + unit));
        if (left >= 0) {
            return new LearnedLimit(model, unit, count(header.apply("x-ratelimit-limit-" + unit)), left, now,
                    now.plus(header.apply("x-ratelimit-reset-" + unit).flatMap(VendorLimits::duration).orElse(UNSAID)));
        }
        left = count(header.apply("anthropic-ratelimit-" + unit + "-remaining"));
        return left < 0
                ? null
                : new LearnedLimit(model, unit, count(header.apply("anthropic-ratelimit-" + unit + "-limit")), left,
                        now, header.apply("anthropic-ratelimit-" + unit + "-reset")
                                .flatMap(text -> time(text, now)).orElse(now.plus(UNSAID)));
    }

    private static long count(Optional<String> text) {
        return text.filter(each -> COUNT.matcher(each).matches()).map(Long::parseLong).orElse(-1L);
    }

    private static Optional<Instant> time(String text, Instant now) {
        try {
            Instant time = Instant.parse(text);
            return time.isAfter(now.plus(LONGEST)) ? Optional.empty() : Optional.of(time);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /// A duration as Go writes it, or seconds.
    static Optional<Duration> duration(String text) {
        if (SECONDS.matcher(text).matches()) {
            return bounded(seconds(text));
        }
        Matcher matcher = DURATION.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            return Optional.empty();
        }
        return bounded(86_400 * seconds(matcher.group(1)) + 3_600 * seconds(matcher.group(2))
                + 60 * seconds(matcher.group(3)) + seconds(matcher.group(4)) + seconds(matcher.group(5)) / 1_000);
    }

    private static double seconds(@Nullable String text) {
        return text == null ? 0 : Double.parseDouble(text);
    }

    private static Optional<Duration> bounded(double seconds) {
        return seconds > LONGEST.toSeconds()
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(
                        (long) Math.ceil(seconds * 1_000)));
    }

    /// The vendor wants no calls of that model for so long.
    void rest(String model, Duration wait) {
        if (room(resting, model)) {
            resting.put(model, clock.instant().plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST));
        }
    }

    /// How long the vendor still wants no calls of a model; zero when it may be asked.
    Duration resting(String model) {
        Instant until = resting.get(model);
        if (until == null) {
            return Duration.ZERO;
        }
        Duration wait = clock.instant().until(until);
        if (wait.isPositive()) {
            return wait;
        }
        resting.remove(model, until);
        return Duration.ZERO;
    }

    private <T> boolean room(Map<String, T> map, String model) {
        if (map.size() >= MOST_MODELS && !map.containsKey(model)) {
            Instant now = clock.instant();
            resting.values().removeIf(until -> !until.isAfter(now));
            byModel.values().removeIf(limits -> limits.stream().allMatch(each -> each.leftAt(now) < 0));
        }
        return map.size() < MOST_MODELS || map.containsKey(model);
    }

    /// How many calls a model may get: as many as requests are left, none when no tokens of some kind are; -1 when nobody
    /// knows.
    long left(String model) {
        Instant now = clock.instant();
        long calls = -1;
        for (LearnedLimit limit : byModel.getOrDefault(model, List.of())) {
            long left = limit.leftAt(now);
            if (left == 0 || (left > 0 && calls < 0 && limit.unit().equals("requests"))) {
                calls = left;
            }
        }
        return calls;
    }

    /// All that is known and not over.
    List<LearnedLimit> snapshot() {
        Instant now = clock.instant();
        return byModel.values().stream().flatMap(List::stream).filter(each -> each.leftAt(now) >= 0)
                .sorted(Comparator.comparing(LearnedLimit::model).thenComparing(LearnedLimit::unit)).toList();
    }
}
