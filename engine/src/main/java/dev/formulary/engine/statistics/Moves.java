package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.HourlyUse;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.statistics.Difference.Interval;
import dev.formulary.engine.statistics.Insight.Evidence;
import dev.formulary.engine.statistics.Insight.Gain;
import dev.formulary.engine.statistics.Insight.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// What another model that can do the same would bring: it has all capabilities, as long a context, is measured to be as good and
/// as safe, and its prompts go no farther away.
final class Moves {
    private static final double Z = 1.959963984540054;
    private static final double HALF = 0.5;
    private static final double CHEAPER = 0.8;
    private static final int BLOCKS = 30;
    private static final int LEAST = 12;
    private static final long HOUR = 3_600_000;

    private final Advice advice;
    private final List<Candidate> candidates;

    Moves(Advice advice, List<Candidate> candidates) {
        this.advice = advice;
        this.candidates = candidates;
    }

    private Stream<Candidate> fit(String model) {
        return candidates.stream().filter(each -> each.id().equals(model)).findFirst()
                .map(from -> candidates.stream().filter(to -> fits(from, to))).orElse(Stream.empty());
    }

    private static boolean fits(Candidate from, Candidate to) {
        return !to.id().equals(from.id()) && to.breaker() == BreakerState.CLOSED
                && to.card().capabilities().containsAll(from.card().capabilities())
                && to.card().contextTokens() >= from.card().contextTokens()
                && (to.local() || !from.local()) && asGood(from.quality(), to.quality())
                && asGood(from.safety(), to.safety())
                && to.labels().containsAll(from.labels());
    }

    /// What nobody has measured is not known to be as good.
    private static boolean asGood(double from, double to) {
        return from >= 0 && to >= from;
    }

    /// A model whose time to answer is less than half.
    Stream<Insight> faster(List<Signal> signals) {
        Map<String, Signal> latencies = new HashMap<>();
        signals.stream().filter(each -> each.metric() == Metric.MODEL_LATENCY && each.value() >= 0
                && each.recent().size() >= LEAST)
                .forEach(each -> latencies.put(each.resource(), each));
        return latencies.values().stream().flatMap(slow -> fit(slow.resource()).map(to -> latencies.get(to.id()))
                .filter(Objects::nonNull).map(quick -> faster(slow, quick)).flatMap(Optional::stream)
                .max(Comparator.comparingDouble(each -> Objects.requireNonNull(each.gain().expected()))).stream());
    }

    private Optional<Insight> faster(Signal slow, Signal quick) {
        double[] from = Thinning.of(slow.recent(), BLOCKS).values();
        double[] to = Thinning.of(quick.recent(), BLOCKS).values();
        double was = Robust.median(from);
        double would = Robust.median(to);
        Interval gain = new Shift(to, from).interval(Z);
        if (would > HALF * was || gain.low() <= 0) {
            return Optional.empty();
        }
        Samples recent = slow.recent();
        return Optional.of(new Insight(Kind.FASTER, "model_latency", slow.resource(), slow.resource()
                + " takes " + Findings.shown(was) + " ms (95th percentile), " + quick.resource() + " "
                + Findings.shown(would) + " ms", null,
                new Evidence(Instant.ofEpochMilli(recent.time(0)), Instant.ofEpochMilli(recent.time(recent.size() - 1)),
                        recent.size(), "ms", was, would, null, null, null, null, null),
                advice.action(Kind.FASTER, "MODEL_LATENCY", slow.resource(), quick.resource()),
                new Gain("ms a call, of the 95th percentile", gain.middle(), gain.low(), gain.high(),
                        "the shift between " + from.length + " and " + to.length + " measurements of that time"
                                + " (Hodges and Lehmann); for calls that are moved, if they are alike")));
    }

    /// A model that would have cost at most four fifths for the same tokens.
    Stream<Insight> cheaper(List<HourlyUse> uses, Instant from, Instant to) {
        Map<String, List<HourlyUse>> byModel = new HashMap<>();
        uses.stream().filter(each -> each.unpriced() == 0)
                .forEach(each -> byModel.computeIfAbsent(each.model(), _ -> new ArrayList<>()).add(each));
        int hours = (int) Math.min(Projection.MOST_HOURS, Duration.between(from, to).toHours());
        return byModel.entrySet().stream().filter(each -> each.getValue().size() >= LEAST && hours > 0)
                .flatMap(each -> fit(each.getKey()).map(other -> cheaper(each.getKey(), other, each.getValue(), from,
                        hours)).flatMap(Optional::stream)
                        .max(Comparator.comparingDouble(found -> Objects.requireNonNull(found.gain().expected())))
                        .stream());
    }

    private Optional<Insight> cheaper(String model, Candidate other, List<HourlyUse> uses, Instant from, int hours) {
        double[] saved = new double[hours];
        double[] each = new double[hours];
        Arrays.fill(each, 1);
        double was = 0;
        double would = 0;
        long calls = 0;
        for (HourlyUse use : uses) {
            long price = other.costMicros(use.promptTokens(), use.answerTokens());
            int hour = (int) Math.floorDiv(use.hour().toEpochMilli() - from.toEpochMilli(), HOUR);
            if (price < 0) {
                return Optional.empty();
            }
            if (hour >= 0 && hour < hours) {
                saved[hour] += use.micros() - price;
                was += use.micros();
                would += price;
                calls += use.calls();
            }
        }
        Interval gain = Means.ratio(saved, each);
        if (would > CHEAPER * was || gain.low() <= 0 || calls == 0) {
            return Optional.empty();
        }
        return Optional.of(new Insight(Kind.CHEAPER, "cost_rate", model, model + " cost " + Findings.shown(was / calls)
                + " micro-dollars a call; for the same tokens " + other.id() + " would have cost "
                + Findings.shown(would / calls), null,
                new Evidence(from, from.plusSeconds(3_600L * hours), uses.size(), "micro-dollars a call", was / calls,
                        would / calls, null, null, null, null, null),
                advice.action(Kind.CHEAPER, "COST_RATE", model, other.id()),
                new Gain("micro-dollars an hour", gain.middle(), gain.low(), gain.high(), "all " + calls
                        + " calls of " + hours + " hours by the prices of " + other.id()
                        + " for the same tokens (bootstrap over hours); another model may need more or fewer")));
    }
}
