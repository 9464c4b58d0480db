package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Question;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// The nearest minute in each other hour of the day, before or after; rules see only the hour.
final class TimeVariations {
    private static final int HOURS = 24;
    private static final int MINUTES = 24 * 60;
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private TimeVariations() {}

    static List<Variation> of(Instant now, Function<Instant, Question> at) {
        int minute = now.atOffset(ZoneOffset.UTC).getHour() * 60 + now.atOffset(ZoneOffset.UTC).getMinute();
        return IntStream.range(0, HOURS).filter(hour -> hour != minute / 60).mapToObj(hour -> minutes(minute, hour))
                .sorted(Comparator.comparingInt((Integer minutes) -> Math.abs(minutes))
                        .thenComparing(minutes -> minutes))
                .map(minutes -> variation(now, minutes, at)).toList();
    }

    /// How far away the hour is: to its beginning when time goes on, to its last minute when it goes back.
    private static int minutes(int minute, int hour) {
        int on = Math.floorMod(hour * 60 - minute, MINUTES);
        int back = Math.floorMod(minute - (hour * 60 + 59), MINUTES);
        return on < back ? on : -back;
    }

    private static Variation variation(Instant now, int minutes, Function<Instant, Question> at) {
        Instant then = now.truncatedTo(ChronoUnit.MINUTES).plus(minutes, ChronoUnit.MINUTES);
        return new Variation("situation.at", Variation.Kind.SITUATION, CLOCK.format(now), CLOCK.format(then),
                at.apply(then));
    }
}
