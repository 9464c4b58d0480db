package dev.formulary.engine.statistics;

import dev.formulary.engine.facts.CallGroup;
import dev.formulary.engine.statistics.Difference.Interval;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.jspecify.annotations.Nullable;

/// How two models, rule sets or kinds of calls compare, by what was recorded of them. It claims nothing that chance explains, and
/// says where there are too few calls.
///
/// @param differences in latency, cost and failures
/// @param notes what a reader must know before he believes them
public record Comparison(List<Difference> differences, List<String> notes) {
    private static final double Z = 1.959963984540054;
    /// For a power of 80 %.
    private static final double POWER = 0.8416212335729143;
    private static final String NOT_BY_LOT = "calls were not given to the sides by lot unless your rules did so (call.bucket"
            + " does): what differs may come of the calls";

    /// Compares two sides.
    public static Comparison of(CallGroup a, CallGroup b) {
        List<String> notes = new ArrayList<>(List.of(NOT_BY_LOT));
        Difference prompts = ranked("prompt", "tokens", a.promptTokens(), b.promptTokens());
        if (prompts.p() != null && prompts.p() < 0.01) {
            notes.add(
                    "the calls are not alike: prompts have " + Math.round(number(prompts.a())) + " tokens on the first"
                            + " side and " + Math.round(number(prompts.b())) + " on the second (medians)");
        }
        if (a.calls() >= CallGroup.MOST || b.calls() >= CallGroup.MOST) {
            notes.add("only the latest " + CallGroup.MOST + " calls of a side were looked at");
        }
        return new Comparison(List.of(ranked("latency", "ms", a.latencyMs(), b.latencyMs()),
                costs(a.costMicros(), b.costMicros()), failures(a, b)), List.copyOf(notes));
    }

    private static double number(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    private static boolean few(int a, int b) {
        return Math.min(a, b) < Difference.LEAST;
    }

    private static Difference ranked(String measure, String unit, double[] a, double[] b) {
        String method = "median; Hodges-Lehmann interval of the shift, Mann-Whitney test";
        if (few(a.length, b.length)) {
            return Difference.none(measure, unit, a.length == 0 ? null : Robust.median(a),
                    b.length == 0 ? null : Robust.median(b), a.length, b.length, method);
        }
        MannWhitneyUTest.Result test = MannWhitneyUTest.withDefaults().test(a, b);
        double order = test.getStatistic() / ((double) a.length * b.length) - 0.5;
        return Difference.of(measure, unit, Robust.median(a), Robust.median(b), a.length, b.length,
                new Shift(a, b).interval(Z), test.getPValue(), method,
                needed((Z + POWER) * (Z + POWER) / (6 * order * order)));
    }

    private static Difference costs(double[] a, double[] b) {
        String method = "mean; bootstrap interval of the difference, permutation test";
        if (few(a.length, b.length)) {
            return Difference.none("cost", "micro-dollars", a.length == 0 ? null : Means.mean(a),
                    b.length == 0 ? null : Means.mean(b), a.length, b.length, method);
        }
        Interval interval = Means.difference(a, b);
        double apart = interval.middle();
        return Difference.of("cost", "micro-dollars", Means.mean(a), Means.mean(b), a.length, b.length, interval,
                Means.p(a, b), method,
                needed((Z + POWER) * (Z + POWER) * (variance(a) + variance(b)) / (apart * apart)));
    }

    private static double variance(double[] values) {
        double mean = Means.mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum / (values.length - 1);
    }

    private static Difference failures(CallGroup a, CallGroup b) {
        String method = "share; Newcombe interval of the difference, Fisher's exact test";
        Double shareA = a.calls() == 0 ? null : Double.valueOf(a.failed() / (double) a.calls());
        Double shareB = b.calls() == 0 ? null : Double.valueOf(b.failed() / (double) b.calls());
        if (few(a.calls(), b.calls()) || shareA == null || shareB == null) {
            return Difference.none("failures", "share", shareA, shareB, a.calls(), b.calls(), method);
        }
        double apart = shareB - shareA;
        return Difference.of("failures", "share", shareA, shareB, a.calls(), b.calls(),
                Proportions.difference(a.failed(), a.calls(), b.failed(), b.calls(), Z),
                Proportions.p(a.failed(), a.calls(), b.failed(), b.calls()), method,
                needed((Z + POWER) * (Z + POWER) * (shareA * (1 - shareA) + shareB * (1 - shareB)) / (apart * apart)));
    }

    /// Null where the sides are as good as the same.
    private static @Nullable Long needed(double calls) {
        return Double.isFinite(calls) && calls < 1e9
                ? Long.valueOf(Math.max(Difference.LEAST, (long) Math.ceil(calls)))
                : null;
    }
}
