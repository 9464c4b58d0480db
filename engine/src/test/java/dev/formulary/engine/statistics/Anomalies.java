package dev.formulary.engine.statistics;

import java.util.Random;

/// Puts spikes, or incidents of some samples, into series, and scores what was called odd.
///
/// @param lasting how many samples one lasts: 1 for spikes
/// @param apart about how many samples lie between two
record Anomalies(int lasting, int apart) {
    static final Anomalies SPIKES = new Anomalies(1, 30);
    static final Anomalies INCIDENTS = new Anomalies(6, 60);
    private static final int IN_A_ROW = 3;

    /// @param spread of the series
    /// @param from where the first may begin
    /// @return which samples were changed: by 5 to 50 spreads
    boolean[] put(double[] values, int from, double spread, Random random) {
        boolean[] odd = new boolean[values.length];
        for (int at = from; at < values.length; at++) {
            if (random.nextInt(apart) == 0) {
                double height = spread * 5 * Math.pow(10, random.nextDouble());
                for (int end = Math.min(values.length, at + lasting); at < end; at++) {
                    values[at] += height;
                    odd[at] = true;
                }
            }
        }
        return odd;
    }

    /// Each sample by itself where they are spikes; else by runs: an incident is found when three samples in a row are called odd
    /// in it, and three in a row outside of one are a false alarm.
    Score score(boolean[] odd, boolean[] called, int from) {
        var score = new Score();
        if (lasting == 1) {
            for (int at = from; at < odd.length; at++) {
                score.add(odd[at], called[at]);
            }
            return score;
        }
        for (int at = from; at < odd.length; at++) {
            int end = at;
            while (end < odd.length && odd[end] == odd[at]) {
                end++;
            }
            if (odd[at] && end - at >= IN_A_ROW) {
                score.add(true, runs(called, at, end) > 0);
            } else if (!odd[at]) {
                for (int run = runs(called, at, end); run > 0; run--) {
                    score.add(false, true);
                }
            }
            at = end - 1;
        }
        return score;
    }

    private static int runs(boolean[] called, int from, int to) {
        int runs = 0;
        int length = 0;
        for (int at = from; at < to; at++) {
            length = called[at] ? length + 1 : 0;
            runs += length == IN_A_ROW ? 1 : 0;
        }
        return runs;
    }
}
