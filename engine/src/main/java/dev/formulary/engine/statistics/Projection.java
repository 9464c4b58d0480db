package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.HourlyUse;
import dev.formulary.engine.statistics.Difference.Interval;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What calls would cost at another load than that of the past: so many times as many calls, given to the models as before, each at
/// what a call of that model cost. Amounts are micro-dollars; intervals are of 95 %.
///
/// @param hours how many hours were looked at
/// @param by what was drawn again for the intervals: `day`, or `hour` where there is less than a week
/// @param models the dearest first
/// @param loads what all together would cost
/// @param notes what it does not know
public record Projection(int hours, String by, List<Model> models, List<Load> loads, List<String> notes) {
    /// With fewer hours in which there were calls nothing is foretold.
    public static final int LEAST_HOURS = 12;
    /// More hours are not looked at.
    public static final int MOST_HOURS = 24 * 92;
    private static final int DAY_HOURS = 24;
    private static final int WEEK_HOURS = 7 * DAY_HOURS;
    private static final int MONTH_DAYS = 30;

    /// What is known of a model.
    ///
    /// @param microsPerCall null where no price is known
    public record Model(String model, long calls, Range callsPerHour, @Nullable Range microsPerCall) {}

    /// What a load would cost.
    ///
    /// @param factor how many times as many calls
    public record Load(double factor, double callsPerHour, Range microsPerDay, Range microsPerMonth) {}

    /// An amount with its interval.
    public record Range(double expected, double low, double high) {
        static Range of(Interval interval, double factor) {
            return new Range(interval.middle() * factor, interval.low() * factor, interval.high() * factor);
        }
    }

    /// @param from the first hour
    /// @param to the hour after the last
    /// @param factors loads, as multiples of what it was
    /// @return without models and loads when there were calls in too few hours
    public static Projection of(List<HourlyUse> uses, Instant from, Instant to, List<Double> factors) {
        int hours = (int) Math.min(MOST_HOURS, Duration.between(from, to).toHours());
        var busy = new TreeSet<Instant>();
        uses.forEach(use -> busy.add(use.hour()));
        if (busy.size() < LEAST_HOURS) {
            return new Projection(hours, "hour", List.of(), List.of(), List.of("there were calls in " + busy.size()
                    + " hours of that time; a projection takes " + LEAST_HOURS));
        }
        int block = hours >= WEEK_HOURS ? DAY_HOURS : 1;
        var columns = new TreeMap<String, Columns>();
        var all = new Columns(hours, block);
        for (HourlyUse use : uses) {
            int hour = (int) Duration.between(from, use.hour()).toHours();
            if (hour >= 0 && hour < hours) {
                columns.computeIfAbsent(use.model(), _ -> new Columns(hours, block)).add(hour, use);
                all.add(hour, use);
            }
        }
        List<Model> models = columns.entrySet().stream()
                .sorted((one, other) -> Double.compare(other.getValue().spent(), one.getValue().spent()))
                .map(each -> each.getValue().model(each.getKey())).toList();
        Interval spend = Means.ratio(all.micros, all.hours);
        double calls = Arrays.stream(all.calls).sum() / hours;
        return new Projection(hours, block == 1 ? "hour" : "day", models,
                factors.stream().map(factor -> new Load(factor, factor * calls, Range.of(spend, factor * DAY_HOURS),
                        Range.of(spend, factor * DAY_HOURS * MONTH_DAYS))).toList(),
                notes(all.unpriced));
    }

    private static List<String> notes(long unpriced) {
        List<String> notes = new ArrayList<>();
        if (unpriced > 0) {
            notes.add(unpriced + " calls have no known price and are left out");
        }
        notes.add("calls are shared out among the models as before; what is free up to a limit, or local up to what the"
                + " machine can do, costs more once that is full");
        notes.add("what varies by the week or the month is not known from fewer of them");
        return List.copyOf(notes);
    }

    /// What a model comes to in each block of hours.
    private static final class Columns {
        private final int block;
        private final double[] calls;
        private final double[] priced;
        private final double[] micros;
        private final double[] hours;
        private long unpriced;

        Columns(int hours, int block) {
            this.block = block;
            int blocks = Math.ceilDiv(hours, block);
            calls = new double[blocks];
            priced = new double[blocks];
            micros = new double[blocks];
            this.hours = new double[blocks];
            for (int hour = 0; hour < hours; hour++) {
                this.hours[hour / block]++;
            }
        }

        void add(int hour, HourlyUse use) {
            calls[hour / block] += use.calls();
            priced[hour / block] += use.calls() - use.unpriced();
            micros[hour / block] += use.micros();
            unpriced += use.unpriced();
        }

        double spent() {
            return Arrays.stream(micros).sum();
        }

        Model model(String name) {
            return new Model(name, (long) Arrays.stream(calls).sum(), Range.of(Means.ratio(calls, hours), 1),
                    Arrays.stream(priced).sum() == 0 ? null : Range.of(Means.ratio(micros, priced), 1));
        }
    }
}
