package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.GoodDirection;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Trend;
import dev.formulary.engine.statistics.Insight.Evidence;
import dev.formulary.engine.statistics.Insight.Gain;
import dev.formulary.engine.statistics.Insight.Kind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What a signal shows by itself.
final class Findings {
    /// How many spreads from what is usual are unusual: normal noise lies so far above it once in a billion samples.
    static final double UNUSUAL = 6;
    private static final double BEGINS = 3;
    private static final int IN_A_ROW = 3;
    private static final double UNSTEADY = 0.3;
    private static final int DAY_HOURS = 24;

    private final Advice advice;

    Findings(Advice advice) {
        this.advice = advice;
    }

    Stream<Insight> of(Signal signal) {
        return signal.metric().good() == GoodDirection.NEITHER
                ? Stream.empty()
                : Stream.of(threshold(signal), unusual(signal), worsening(signal), unsteady(signal))
                        .flatMap(Optional::stream).limit(1);
    }

    private Optional<Insight> threshold(Signal signal) {
        Double limit = advice.limit(signal.metric());
        Trend trend = signal.trend();
        if (limit == null || trend == null || !signal.worsening()) {
            return Optional.empty();
        }
        double hours = trend.hoursUntil(limit);
        if (hours < 0 || hours > DAY_HOURS) {
            return Optional.empty();
        }
        String latest = Double.isInfinite(trend.latest(limit))
                ? "perhaps never"
                : "at the latest in "
                        + shown(trend.latest(limit)) + " h";
        return Optional.of(insight(Kind.THRESHOLD, signal, name(signal) + " is " + shown(trend.level())
                + " and reaches " + shown(limit) + " in " + shown(hours) + " h if it goes on so (at the soonest in "
                + shown(trend.soonest(limit)) + " h, " + latest + ")", began(signal), gain(signal)));
    }

    /// Not for a moment only: the last three samples are.
    private Optional<Insight> unusual(Signal signal) {
        Baseline usual = signal.baseline();
        int size = signal.recent().size();
        if (usual == null || size < IN_A_ROW) {
            return Optional.empty();
        }
        for (int i = size - IN_A_ROW; i < size; i++) {
            if (badness(signal, i, usual) < UNUSUAL) {
                return Optional.empty();
            }
        }
        int first = size - IN_A_ROW;
        while (first > 0 && badness(signal, first - 1, usual) >= BEGINS) {
            first--;
        }
        return Optional.of(insight(Kind.UNUSUAL, signal, name(signal) + " is " + shown(signal.value())
                + "; usual is " + shown(usual.median()) + " ± " + shown(usual.spread()),
                Instant.ofEpochMilli(signal.recent().time(first)), gain(signal)));
    }

    private static double badness(Signal signal, int sample, Baseline usual) {
        double deviation = usual.deviation(signal.recent().value(sample));
        return signal.metric().good() == GoodDirection.HIGHER ? -deviation : deviation;
    }

    private Optional<Insight> worsening(Signal signal) {
        Trend trend = signal.trend();
        return trend == null || !signal.worsening()
                ? Optional.empty()
                : Optional.of(insight(Kind.WORSENING, signal,
                        name(signal) + (trend.slope() > 0 ? " rises by " : " falls by ")
                                + shown(Math.abs(trend.slope())) + " " + signal.metric().unit() + " an hour",
                        began(signal),
                        gain(signal)));
    }

    private Optional<Insight> unsteady(Signal signal) {
        Trend trend = signal.trend();
        boolean latency = signal.metric() == Metric.MODEL_LATENCY || signal.metric() == Metric.MODEL_FIRST_BYTE;
        return trend == null || !latency || trend.volatility() < UNSTEADY
                ? Optional.empty()
                : Optional.of(insight(Kind.UNSTEADY, signal, name(signal) + " varies by "
                        + Math.round(100 * trend.volatility()) + " % of its level", began(signal), gain(signal)));
    }

    private Insight insight(Kind kind, Signal signal, String cause, Instant since, Gain gain) {
        Baseline usual = signal.baseline();
        Trend trend = signal.trend();
        return new Insight(kind, word(signal), signal.resource(), cause, since,
                new Evidence(began(signal), Instant.ofEpochMilli(signal.recent().time(signal.recent().size() - 1)),
                        signal.recent().size(), signal.metric().unit(), signal.value(),
                        usual == null ? null : usual.median(), usual == null ? null : usual.deviation(signal.value()),
                        trend == null ? null : trend.slope(), trend == null ? null : trend.slopeLow(),
                        trend == null ? null : trend.slopeHigh(), trend == null ? null : trend.p()),
                advice.action(kind, signal.metric().name(), signal.resource(), ""), gain);
    }

    /// Back to what is usual is all that can be gained: with the usual spread as its interval.
    private static Gain gain(Signal signal) {
        Baseline usual = signal.baseline();
        if (usual == null) {
            return Gain.unknown("nothing is known of how it was before");
        }
        double sign = signal.metric().good() == GoodDirection.HIGHER ? -1 : 1;
        double gain = sign * (signal.value() - usual.median());
        return gain <= 2 * usual.spread()
                ? Gain.unknown("it is not yet far from what is usual, so what is to be gained is that it stays so")
                : new Gain(signal.metric().unit(), gain, gain - 2 * usual.spread(), gain + 2 * usual.spread(),
                        "back to what is usual: the median of " + usual.count() + " samples, two spreads either way");
    }

    private static Instant began(Signal signal) {
        return Instant.ofEpochMilli(signal.recent().time(0));
    }

    private static String word(Signal signal) {
        return signal.metric().name().toLowerCase(Locale.ROOT);
    }

    private static String name(Signal signal) {
        return word(signal).replace('_', ' ') + (signal.resource().isEmpty() ? "" : " of " + signal.resource());
    }

    /// With three digits that count.
    static String shown(double value) {
        return Math.abs(value) >= 1_000
                ? String.format(Locale.ROOT, "%,.0f", value)
                : new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros()
                        .toPlainString();
    }
}
