package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.Trend;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The alerts that come with the gateway, over a whole day.
class ShippedAlertsTest {
    private static final Path SHIPPED = Path.of("../rules");
    private static final Instant MIDNIGHT = Instant.parse("2026-05-01T00:00:00Z");
    /// Between two ticks; the gateway's own is 5.
    private static final long EVERY_MS = 1_000L * Integer.getInteger("watch.every-seconds", 120);
    private static final int HOUR = (int) (3_600_000 / EVERY_MS);

    private static final int FEW = 3;

    private final Random random = new Random(7);

    /// A series of a day with its noise, and what a statistician would say of it.
    private final class Series {
        private final Metric metric;
        private final String resource;
        private final double median;
        private final double spread;
        private final double least;
        private final double most;
        private final long[] times;
        private final double[] values;

        Series(Metric metric, String resource, double median, double spread, double least, double most) {
            this.metric = metric;
            this.resource = resource;
            this.median = median;
            this.spread = spread;
            this.least = least;
            this.most = most;
            int ticks = 24 * HOUR;
            times = new long[ticks];
            values = new double[ticks];
        }

        Signal at(int tick, Instant now) {
            times[tick] = now.toEpochMilli();
            // busier by day, and now and then an outlier
            double day = Math.sin(2 * Math.PI * tick / (24.0 * HOUR)) * spread;
            double noise = random.nextGaussian() * spread * (random.nextInt(500) == 0 ? 4 : 1);
            values[tick] = Math.clamp(median + day + noise, least, most);
            int from = Math.max(0, tick - HOUR);
            // one test of twenty finds a trend in noise
            boolean moving = tick / HOUR % 20 == 0;
            double slope = (random.nextBoolean() ? 1 : -1) * 0.03 * median;
            return new Signal(metric, resource, now,
                    new Samples(Arrays.copyOfRange(times, from, tick + 1),
                            Arrays.copyOfRange(values, from, tick + 1)),
                    new Baseline(median, spread, 1_000, 1),
                    new Trend(median, slope, slope, slope, moving ? 0.04 : 0.5, moving, 0.2));
        }
    }

    private List<Series> quiet() {
        return List.of(new Series(Metric.HOST_CPU, "", 0.35, 0.08, 0, 1),
                new Series(Metric.HOST_MEMORY, "", 0.62, 0.03, 0, 1),
                new Series(Metric.HOST_DISK, "", 0.55, 0.001, 0, 1),
                new Series(Metric.GPU_MEMORY, "card", 0.8, 0.02, 0, 1),
                new Series(Metric.GPU_BUSY, "card", 0.3, 0.1, 0, 1),
                new Series(Metric.MODEL_LATENCY, "home/small", 900, 120, 100, 1e6),
                new Series(Metric.MODEL_LATENCY, "cloud/large", 4_000, 700, 100, 1e6),
                new Series(Metric.MODEL_FIRST_BYTE, "cloud/large", 400, 60, 10, 1e6),
                new Series(Metric.MODEL_ERROR_RATE, "cloud/large", 0.008, 0.003, 0, 1),
                new Series(Metric.PROVIDER_UP, "cloud", 1, 1e-6, 1, 1),
                new Series(Metric.QUEUE_OLDEST, "cloud", 1, 1, 0, 1e6),
                new Series(Metric.QUEUE_WAITING, "cloud", 1, 1, 0, 1e6),
                new Series(Metric.COST_RATE, "", 0.4, 0.05, 0, 1e6),
                new Series(Metric.BUDGET_USED, "month", 0.4, 0.001, 0, 1),
                new Series(Metric.SAFETY_CRISES, "", 0, 1e-6, 0, 0),
                new Series(Metric.SAFETY_REFUSALS, "", 0, 1e-6, 0, 0));
    }

    /// Others use the machine, too.
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    @Test
    void aQuietDayTellsNothing() {
        var incidents = new Incidents();
        List<Series> series = quiet();
        List<Candidate> candidates = List.of(Rules.candidate("home/small"), Rules.candidate("cloud/large"));
        try (Policy policy = Rules.policy(SHIPPED)) {
            assertThat(policy.load().problems()).isEmpty();
            for (int tick = 0; tick < 24 * HOUR; tick++) {
                Instant now = MIDNIGHT.plusMillis(EVERY_MS * tick);
                int at = tick;
                var budget = new Budget("month", "total", 40, 0, 100, MIDNIGHT.plus(Duration.ofDays(3)));
                List<Notice> told = policy.watch(
                        new Situation(now, new Host(0.3, 0.6, 1L << 30, 0.5, 4), List.of(budget), 1, 0, Set.of()),
                        candidates, series.stream().map(one -> one.at(at, now)).toList());
                incidents.tick(told, Duration.ofMillis(EVERY_MS * tick));
            }
        }
        assertThat(incidents.all()).isEmpty();
    }

    /// With `-Dwatch.rounds=4000` it tells what a round costs.
    @Test
    void aRoundOfThirtyRulesOverTwoHundredSignalsIsHeardInFull(
            @TempDir Path folder) {
        var rules = new StringBuilder();
        Metric[] metrics = Metric.values();
        for (int i = 0; i < 30; i++) {
            rules.append(Rules.rule("rule-" + i, "$s : Signal( metric == Metric." + metrics[i % metrics.length]
                    + ", value >= 0.8, mean(300) >= 0.5 )",
                    "decision.alert(Severity.WARNING, \"code-" + i + "\", $s.resource(), \"it is \" + $s.value());"));
        }
        Rules.put(folder, "alert/a.drl", rules.toString());
        List<Signal> signals = IntStream.range(0, 200).mapToObj(i -> Signals.of(metrics[i % 30],
                "resource-" + i, IntStream.range(0, 720).mapToDouble(n -> i % 10 == 0 ? 0.9 : 0.3).toArray())).toList();
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            int rounds = Integer.getInteger("watch.rounds", FEW);
            var nanos = new ArrayList<Long>();
            for (int i = 0; i < rounds; i++) {
                long start = cpu();
                List<Notice> told = policy.watch(Rules.situation(), List.of(), signals);
                nanos.add(cpu() - start);
                assertThat(told).hasSizeBetween(20, 30);
            }
            if (rounds <= FEW) {
                return;
            }
            List<Long> last = nanos.subList(nanos.size() / 2, nanos.size()).stream().sorted().toList();
            System.out.println("a round of 30 rules over 200 signals, of the processor: median "
                    + last.get(last.size() / 2) / 1_000
                    + " us, 99th percentile " + last.get(last.size() * 99 / 100) / 1_000 + " us");
        }
    }
}
