package dev.formulary.engine.facts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One metric of one resource over time, as rules that watch see it. What is unknown is -1, never 0.
///
/// @param metric what is measured
/// @param resource of what: a model, a provider, a budget, a line, a card; empty where there is but one
/// @param now the time of the tick that looks at it
/// @param recent the last hour or so, as it was measured
/// @param baseline what is usual; null while too little is known
/// @param trend where it goes; null while too little is known
public record Signal(Metric metric, String resource, Instant now, Samples recent, @Nullable Baseline baseline,
        @Nullable Trend trend) {

    private static final double LEAST_LEVEL = 1e-9;

    /// What was measured longer ago says nothing of now; the rarest measurements come once a minute.
    private static final long STALE_SECONDS = 120;

    /// Whether it was ever measured.
    public boolean known() {
        return recent.size() > 0;
    }

    /// What is measured; -1 when nothing was for two minutes.
    public double value() {
        return known() && silentSeconds() < STALE_SECONDS ? newest() : -1;
    }

    private double newest() {
        return recent.value(recent.size() - 1);
    }

    /// For how many seconds nothing was measured; -1 when nothing ever was.
    public long silentSeconds() {
        return known() ? (now.toEpochMilli() - recent.time(recent.size() - 1)) / 1_000 : -1;
    }

    /// The mean of the last so many seconds; -1 when nothing was measured in them.
    public double mean(long seconds) {
        double sum = 0;
        int first = from(seconds);
        for (int i = first; i < recent.size(); i++) {
            sum += recent.value(i);
        }
        return first == recent.size() ? -1 : sum / (recent.size() - first);
    }

    /// The most of the last so many seconds; -1 when nothing was measured in them.
    public double most(long seconds) {
        int first = from(seconds);
        double most = first == recent.size() ? -1 : recent.value(first);
        for (int i = first; i < recent.size(); i++) {
            most = Math.max(most, recent.value(i));
        }
        return most;
    }

    /// The least of the last so many seconds; -1 when nothing was measured in them.
    public double least(long seconds) {
        int first = from(seconds);
        double least = first == recent.size() ? -1 : recent.value(first);
        for (int i = first; i < recent.size(); i++) {
            least = Math.min(least, recent.value(i));
        }
        return least;
    }

    /// Whether it rose by at least so much within the last so many seconds.
    public boolean rose(double by, long seconds) {
        return change(seconds) >= by;
    }

    /// Whether it fell by at least so much within the last so many seconds.
    public boolean fell(double by, long seconds) {
        return change(seconds) <= -by;
    }

    private double change(long seconds) {
        int first = from(seconds);
        return first == recent.size() ? 0 : newest() - recent.value(first);
    }

    /// How many usual spreads the newest value lies above what is usual, below it when negative; 0 when that is unknown.
    public double deviation() {
        Baseline usual = baseline;
        return usual == null || value() < 0 ? 0 : usual.deviation(value());
    }

    /// What is usual, the middle of the past values; -1 when that is unknown.
    public double usual() {
        Baseline past = baseline;
        return past == null ? -1 : past.median();
    }

    /// By which share of its level a trend rises an hour, below 0 when it falls; 0 without a trend, and at a level of about 0.
    public double pace() {
        Trend way = trend;
        return way == null || !way.moving() || Math.abs(way.level()) < LEAST_LEVEL
                ? 0
                : way.slope() / Math.abs(way.level());
    }

    /// Whether a trend goes the way that is not good.
    public boolean worsening() {
        return going(metric.good() == GoodDirection.HIGHER ? -1 : 1);
    }

    /// Whether a trend goes the way that is good.
    public boolean improving() {
        return going(metric.good() == GoodDirection.HIGHER ? 1 : -1);
    }

    private boolean going(int sign) {
        Trend way = trend;
        return value() >= 0 && way != null && way.moving() && metric.good() != GoodDirection.NEITHER
                && way.slope() * sign > 0;
    }

    /// In how many hours it will have reached a threshold if it goes on so; -1 when it does not go there, or nobody knows.
    public double hoursUntil(double threshold) {
        Trend way = trend;
        return way == null ? -1 : way.hoursUntil(threshold);
    }

    private int from(long seconds) {
        return recent.from(now.toEpochMilli() - seconds * 1_000);
    }
}
