package dev.formulary.engine.statistics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.HourlyUse;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.statistics.Insight.Kind;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InsightsTest {
    private static final Instant FROM = Instant.parse("2026-11-29T00:00:00Z");
    private static final Instant TO = FROM.plusSeconds(24 * 3_600);
    private final Random random = new Random(31);
    private final Insights insights = new Insights();

    private Signal signal(Metric metric, String resource, Baseline usual, DoubleUnaryOperator values) {
        Samples samples = Series.of(60, values);
        return new Signal(metric, resource, Instant.ofEpochMilli(samples.time(59)), samples, usual,
                Trends.of(metric, samples));
    }

    private static Candidate model(String provider, String name, long price, boolean local, double quality,
            Capability... can) {
        return Candidate.of(provider, new ModelCard(name, Set.of(can), 8_000, price, price, local, Set.of(), quality, 8,
                Map.of()), new Candidate.Vitals(BreakerState.CLOSED, 0, 10, -1, -1, 0, -1));
    }

    private List<Insight> found(List<Signal> signals, Candidate... models) {
        return insights.of(signals, List.of(models), List.of(), FROM, TO);
    }

    @Test
    void whereAllIsAsUsualThereIsNothingToSay() {
        assertThat(found(List.of(
                signal(Metric.HOST_CPU, "", new Baseline(0.3, 0.02, 100, 1), _ -> 0.3 + 0.02 * random.nextGaussian()),
                new Signal(Metric.HOST_MEMORY, "", FROM, Samples.NONE, null, null)))).isEmpty();
    }

    @Test
    void aDiskThatFillsIsToldWithWhenAndWhatToDo() {
        Insight disk = found(List.of(signal(Metric.HOST_DISK, "", new Baseline(0.5, 0.01, 100, 1),
                i -> 0.8 + 0.001 * i + 0.0005 * random.nextGaussian()))).getFirst();

        assertThat(disk.kind()).isEqualTo(Kind.THRESHOLD);
        assertThat(disk.cause()).contains("host disk is 0.859 and reaches 0.95 in 1.5");
        assertThat(disk.action()).contains("Free space");
        assertThat(disk.evidence().samples()).isEqualTo(60);
        assertThat(disk.evidence().slope()).isEqualTo(0.06, within(0.002));
        assertThat(disk.gain().expected()).isEqualTo(0.36, within(0.01));
    }

    @Test
    void whatIsUnusualIsToldFromWhenItBegan() {
        Signal slow = signal(Metric.MODEL_LATENCY, "cloud/big", new Baseline(1_000, 100, 200, 1),
                i -> i < 48 ? 1_000 : 9_000 + 50 * random.nextGaussian());
        Insight found = found(List.of(slow)).getFirst();

        assertThat(found.kind()).isEqualTo(Kind.UNUSUAL);
        assertThat(found.since()).isEqualTo(Instant.ofEpochMilli(slow.recent().time(48)));
        assertThat(found.cause()).startsWith("model latency of cloud/big is 9,0").contains("usual is 1,000 ± 100");
        assertThat(found.action()).contains("decision.avoid(cloud/big)");
        assertThat(requireNonNull(found.evidence().deviations())).isGreaterThan(70);
        assertThat(found.gain().low()).isEqualTo(requireNonNull(found.gain().expected()) - 200, within(1e-6));
    }

    @Test
    void aSingleSpikeIsNoInsight() {
        assertThat(found(List.of(signal(Metric.MODEL_FIRST_BYTE, "a/b", new Baseline(1_000, 100, 200, 1),
                i -> i == 59 ? 90_000 : 1_000)))).isEmpty();
    }

    @Test
    void goodNewsIsNoInsight() {
        assertThat(found(List.of(
                signal(Metric.MODEL_LATENCY, "a/b", new Baseline(1_000, 10, 200, 1), _ -> 100),
                signal(Metric.MODEL_ERROR_RATE, "a/b", new Baseline(0.3, 0.01, 200, 1), i -> 0.3 - 0.004 * i),
                signal(Metric.CALLS_IN_FLIGHT, "", new Baseline(3, 1, 200, 1), i -> i)))).isEmpty();
        assertThat(found(List.of(signal(Metric.PROVIDER_UP, "a", new Baseline(1, 0.05, 200, 1), i -> i < 50 ? 1 : 0)))
                .getFirst().kind()).isEqualTo(Kind.UNUSUAL);
    }

    @Test
    void whatCantBeComputedIsNotInvented() {
        Signal unknown = signal(Metric.QUEUE_OLDEST, "a", new Baseline(0, 1, 1, 1), i -> i);
        Insight found = found(List.of(
                new Signal(Metric.QUEUE_OLDEST, "a", unknown.now(), unknown.recent(), null, unknown.trend())))
                .getFirst();

        assertThat(found.kind()).isEqualTo(Kind.WORSENING);
        assertThat(found.gain().expected()).isNull();
        assertThat(found.gain().basis()).isEqualTo("nothing is known of how it was before");
    }

    @Test
    void anUnsteadyModelIsToldOf() {
        assertThat(found(List.of(signal(Metric.MODEL_FIRST_BYTE, "a/b", new Baseline(1_000, 600, 200, 1),
                _ -> 1_000 * Math.exp(0.6 * random.nextGaussian()))))).singleElement().extracting(Insight::kind)
                .isEqualTo(Kind.UNSTEADY);
    }

    private List<Signal> latencies() {
        return List.of(
                signal(Metric.MODEL_LATENCY, "cloud/slow", new Baseline(9_000, 500, 200, 1),
                        _ -> 9_000 + 500 * random.nextGaussian()),
                signal(Metric.MODEL_LATENCY, "home/quick", new Baseline(1_200, 80, 200, 1),
                        _ -> 1_200 + 80 * random.nextGaussian()));
    }

    @Test
    void aModelThatDoesTheSameInAFractionOfTheTimeIsToldWithItsGain() {
        Insight found = found(latencies(), model("cloud", "slow", 100, false, 7, Capability.CHAT),
                model("home", "quick", 0, true, 7, Capability.CHAT)).getFirst();

        assertThat(found.kind()).isEqualTo(Kind.FASTER);
        assertThat(found.action()).contains("decision.prefer(home/quick) over cloud/slow");
        assertThat(found.gain().expected()).isEqualTo(7_800, within(300.0));
        assertThat(requireNonNull(found.gain().low())).isLessThan(requireNonNull(found.gain().expected()));
        assertThat(requireNonNull(found.gain().high())).isGreaterThan(requireNonNull(found.gain().expected()));
    }

    @Test
    void aModelThatCanDoLessOrIsWorseOrFartherAwayIsNone() {
        Candidate slow = model("cloud", "slow", 100, false, 7, Capability.CHAT, Capability.VISION);

        assertThat(found(latencies(), slow, model("home", "quick", 0, true, 7, Capability.CHAT))).isEmpty();
        assertThat(found(latencies(), slow, model("home", "quick", 0, true, 5, Capability.CHAT, Capability.VISION)))
                .isEmpty();
        assertThat(found(latencies(), model("cloud", "slow", 100, true, 7, Capability.CHAT),
                model("home", "quick", 0, false, 7, Capability.CHAT))).isEmpty();
    }

    private static List<HourlyUse> uses(int hours, long micros) {
        List<HourlyUse> uses = new ArrayList<>();
        IntStream.range(0, hours).forEach(hour -> uses.add(new HourlyUse(FROM.plusSeconds(3_600L * hour), "cloud/slow",
                10 + hour % 5, 0, (10 + hour % 5) * micros, 1_000L * (10 + hour % 5), 0)));
        return uses;
    }

    @Test
    void aCheaperModelIsToldWithWhatItWouldHaveSaved() {
        Candidate dear = model("cloud", "slow", 10_000_000, false, 7, Capability.CHAT);
        Candidate cheap = model("cloud", "cheap", 1_000_000, false, 7, Capability.CHAT);
        Insight found = insights.of(List.of(), List.of(dear, cheap), uses(24, 10_000), FROM, TO).getFirst();

        assertThat(found.kind()).isEqualTo(Kind.CHEAPER);
        assertThat(found.cause())
                .isEqualTo("cloud/slow cost 10,000 micro-dollars a call; for the same tokens cloud/cheap"
                        + " would have cost 1,000");
        assertThat(found.gain().unit()).isEqualTo("micro-dollars an hour");
        assertThat(found.gain().expected()).isEqualTo(9_000 * 286 / 24.0, within(1.0));
        assertThat(requireNonNull(found.gain().low())).isPositive();
    }

    @Test
    void ofTooFewHoursOrUnknownPricesNoSavingIsClaimed() {
        Candidate dear = model("cloud", "slow", 10_000_000, false, 7, Capability.CHAT);

        assertThat(insights.of(List.of(), List.of(dear, model("cloud", "cheap", 1_000_000, false, 7, Capability.CHAT)),
                uses(5, 10_000), FROM, TO)).isEmpty();
        assertThat(insights.of(List.of(), List.of(dear, model("cloud", "new", -1, false, 7, Capability.CHAT)),
                uses(24, 10_000), FROM, TO)).isEmpty();
    }

    @Test
    void noMoreAreToldThanSomebodyReads() {
        List<Signal> many = IntStream.range(0, 50).mapToObj(each -> signal(Metric.MODEL_ERROR_RATE, "p/" + each,
                new Baseline(0, 0.01, 100, 1), _ -> 0.1 + each / 100.0)).toList();
        List<Insight> found = found(many);

        assertThat(found).hasSize(Insights.MOST);
        assertThat(found.getFirst().resource()).as("the worst first").isEqualTo("p/49");
    }

    /// What nobody has written an action for would be told without one.
    @Test
    void everyKindHasAnActionAndEveryLimitAMetric() {
        var advice = new Advice();
        for (Kind kind : Kind.values()) {
            assertThat(advice.action(kind, "", "a", "b")).as("%s", kind).isNotBlank();
        }
        assertThat(advice.limit(Metric.HOST_DISK)).isEqualTo(0.95);
        assertThat(advice.limit(Metric.HOST_NETWORK_IN)).isNull();
        for (Metric metric : Metric.values()) {
            assertThat(Resolution.of(metric)).as("%s", metric).isNotEqualTo(Resolution.UNKNOWN);
        }
    }
}
