package dev.formulary.engine.statistics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Trend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is found in series of which it is known what is in them. The table that this gives stands in `rules/README.md`; when it
/// no longer does, the failure shows it.
class DetectionQualityTest {
    /// Raised by hand for surer figures.
    private static final int SERIES = Integer.getInteger("formulary.quality.series", 200);
    private static final int DAYS_SERIES = Math.max(1, SERIES / 20);
    private static final Path README = Path.of("../rules/README.md");
    private static final double LEVEL = 40;
    private static final double UNUSUAL = 6;
    private static final int DAY = 144;
    private static final long TEN_MINUTES = 600_000;
    private static final int HORIZON_HOURS = 4;
    private static final int SAMPLES = 120;
    private static final int WINDOW = 120;
    private static final double ROUNDING = 1e-6;
    private static final int SHORT_SEASON = 20;

    private final Random random = new Random(20_261_130);

    @Test
    void theDocumentedFiguresAreThoseThatAreFound() throws IOException {
        String table = Stream.concat(Arrays.stream(Noise.values()).map(this::row), recorded())
                .collect(Collectors.joining("\n"));
        String expected = HEAD + table;
        if (SERIES != 200) {
            System.out.println(expected);
            return;
        }
        assertThat(Files.readString(README).contains(expected)).as("rules/README.md must say\n%s", expected).isTrue();
    }

    private static final String HEAD = """
        | series | spike: precision | recall | incident: precision | recall | trend: precision | recall | threshold in 4 h: precision | recall | interval holds |
        |---|---|---|---|---|---|---|---|---|---|
        """;

    private String row(Noise noise) {
        Score spikes = anomalies(noise, Anomalies.SPIKES);
        Score incidents = anomalies(noise, Anomalies.INCIDENTS);
        Score trend = trends(noise);
        var ahead = new Ahead();
        for (int i = 0; i < SERIES; i++) {
            forecast(noise, ahead);
        }
        return "| " + String.join(" | ", noise.words(), spikes.precision(), spikes.recall(),
                incidents.precision(), incidents.recall(), trend.precision(),
                trend.recall(), ahead.score.precision(), ahead.score.recall(), Score.share(ahead.held, ahead.reached))
                + " |";
    }

    /// Ten days of a sample every ten minutes; the last two are judged, each sample by those before it.
    private Score anomalies(Noise noise, Anomalies kind) {
        var score = new Score();
        for (int i = 0; i < DAYS_SERIES; i++) {
            IntToDoubleFunction noisy = noise.of(random, DAY);
            long[] times = new long[10 * DAY];
            double[] values = new double[10 * DAY];
            int kept = 0;
            for (int at = 0; at < values.length; at++) {
                double value = noisy.applyAsDouble(at);
                if (random.nextDouble() <= noise.kept()) {
                    times[kept] = Series.START + at * TEN_MINUTES;
                    values[kept++] = LEVEL + value;
                }
            }
            double[] all = Arrays.copyOf(values, kept);
            boolean[] odd = kind.put(all, 0, 1, random);
            boolean[] called = new boolean[kept];
            for (int at = kept * 4 / 5; at < kept; at++) {
                var past = new Samples(Arrays.copyOf(times, at), Arrays.copyOf(all, at));
                Baseline usual = requireNonNull(
                        Baselines.at(Metric.SAFETY_CRISES, past, Instant.ofEpochMilli(times[at]), 1));
                called[at] = Math.abs(usual.deviation(all[at])) >= UNUSUAL;
            }
            score.add(kind.score(odd, called, kept * 4 / 5));
        }
        return score;
    }

    /// Two hours of a sample every minute; every second series rises by 2 to 8 spreads.
    private Score trends(Noise noise) {
        var score = new Score();
        for (int i = 0; i < SERIES; i++) {
            boolean there = i % 2 == 0;
            double rise = there ? 2 * Math.pow(4, random.nextDouble()) : 0;
            Trend trend = Trends.of(samples(noise, rise / SAMPLES));
            score.add(there, trend != null && trend.moving() && (!there || trend.slope() > 0));
        }
        return score;
    }

    private Samples samples(Noise noise, double aMinute) {
        IntToDoubleFunction values = noise.of(random, SHORT_SEASON);
        long[] times = new long[SAMPLES];
        double[] all = new double[SAMPLES];
        int kept = 0;
        for (int at = 0; at < SAMPLES; at++) {
            double value = LEVEL + aMinute * at + values.applyAsDouble(at);
            if (at == SAMPLES - 1 || random.nextDouble() <= noise.kept()) {
                times[kept] = Series.START + at * 60_000L;
                all[kept++] = value;
            }
        }
        return new Samples(Arrays.copyOf(times, kept), Arrays.copyOf(all, kept));
    }

    /// How well it is said when a threshold is reached.
    private static final class Ahead {
        private final Score score = new Score();
        private int reached;
        private int held;
    }

    /// After two hours in which a series rose by 4 to 12 spreads: does it reach, within 4 hours, a threshold that it reaches
    /// after half an hour to 12 hours? Every third series does not rise at all, and has a threshold 10 spreads above it.
    private void forecast(Noise noise, Ahead ahead) {
        boolean rises = random.nextInt(3) > 0;
        double aMinute = rises ? (4 + 8 * random.nextDouble()) / SAMPLES : 0;
        double hours = 0.5 + 11.5 * random.nextDouble();
        Trend trend = requireNonNull(Trends.of(samples(noise, aMinute)));
        double now = LEVEL + aMinute * (SAMPLES - 1);
        double threshold = rises ? now + aMinute * 60 * hours : LEVEL + 10;
        double said = trend.hoursUntil(threshold);
        ahead.score.add(rises && hours <= HORIZON_HOURS, said >= 0 && said <= HORIZON_HOURS);
        if (rises && said >= 0) {
            ahead.reached++;
            ahead.held += trend.soonest(threshold) <= hours + ROUNDING && hours <= trend.latest(threshold) + ROUNDING
                    ? 1
                    : 0;
        }
    }

    /// What was measured, with spikes and rises that are put into it; whatever else happened then counts as a false alarm.
    private Stream<String> recorded() {
        return Recorded.all().map(recorded -> {
            var spikes = new Score();
            var incidents = new Score();
            var trend = new Score();
            for (int i = 0; i < SERIES; i++) {
                if (i % 20 == 0) {
                    spikes.add(anomalies(recorded, Anomalies.SPIKES));
                    incidents.add(anomalies(recorded, Anomalies.INCIDENTS));
                }
                rise(recorded, i % 2 == 0, trend);
            }
            return "| " + String.join(" | ", "recorded: " + recorded.words(), spikes.precision(), spikes.recall(),
                    incidents.precision(), incidents.recall(), trend.precision(), trend.recall(), "–", "–", "–")
                    + " |";
        });
    }

    private Score anomalies(Recorded recorded, Anomalies kind) {
        int size = recorded.samples().size();
        long[] times = recorded.samples().times();
        double[] values = recorded.samples().values();
        boolean[] odd = kind.put(values, size / 2, recorded.spread(), random);
        boolean[] called = new boolean[size];
        for (int at = size / 2; at < size; at++) {
            var past = new Samples(Arrays.copyOfRange(times, at - WINDOW, at),
                    Arrays.copyOfRange(values, at - WINDOW, at));
            called[at] = requireNonNull(Baselines.of(past, 1)).deviation(values[at]) >= UNUSUAL;
        }
        return kind.score(odd, called, size / 2);
    }

    private void rise(Recorded recorded, boolean there, Score score) {
        int from = random.nextInt(recorded.samples().size() - SAMPLES);
        double rise = there ? recorded.spread() * 2 * Math.pow(4, random.nextDouble()) : 0;
        double[] values = Arrays.copyOfRange(recorded.samples().values(), from, from + SAMPLES);
        for (int i = 0; i < SAMPLES; i++) {
            values[i] += rise * i / SAMPLES;
        }
        Trend trend = requireNonNull(Trends
                .of(new Samples(Arrays.copyOfRange(recorded.samples().times(), from, from + SAMPLES), values)));
        score.add(there, trend.moving() && (!there || trend.slope() > 0));
    }

    @Test
    void aSeriesThatOnlyWandersIsSeldomCalledATrend() {
        var score = new Score();
        for (int i = 0; i < SERIES; i++) {
            double[] at = {LEVEL};
            Trend trend = Trends.of(Series.of(SAMPLES, _ -> at[0] += random.nextGaussian()));
            score.add(false, requireNonNull(trend).moving());
        }
        assertThat(score.falseAlarms()).isLessThan(0.1);
    }

}
