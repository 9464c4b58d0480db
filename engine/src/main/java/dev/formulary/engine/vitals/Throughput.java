package dev.formulary.engine.vitals;

import java.util.List;

/// Makes rates of two counts that only rise.
final class Throughput {
    private boolean known;
    private long first;
    private long second;
    private long at;

    /// What both rose a second since the last time; -1 each when that is unknown, or a count began anew.
    ///
    /// @param nanos when they were read, by a clock like [System#nanoTime]
    List<Double> since(long oneNow, long otherNow, long nanos) {
        double seconds = (nanos - at) / 1e9;
        boolean good = known && seconds > 0;
        List<Double> rates = List.of(good ? rate(oneNow - first, seconds) : -1,
                good ? rate(otherNow - second, seconds) : -1);
        known = true;
        first = oneNow;
        second = otherNow;
        at = nanos;
        return rates;
    }

    private static double rate(long more, double seconds) {
        return more < 0 ? -1 : more / seconds;
    }
}
