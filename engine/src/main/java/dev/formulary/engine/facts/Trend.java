package dev.formulary.engine.facts;

/// Where a metric goes: the slope of Theil and Sen, and whether Mann and Kendall's test calls it a trend.
///
/// @param level the value on the fitted line at the newest sample
/// @param slope what it rises an hour, falls when negative
/// @param slopeLow the lower end of the slope's 90 % confidence interval
/// @param slopeHigh the upper end
/// @param p the two-sided probability of so clear an order by chance
/// @param moving whether it is a trend
/// @param volatility the spread around the line as a share of the level; -1 when the level is about 0
public record Trend(double level, double slope, double slopeLow, double slopeHigh, double p, boolean moving,
        double volatility) {

    /// In how many hours the line reaches a threshold; -1 when it does not go there, or no trend was found.
    public double hoursUntil(double threshold) {
        return moving ? hours(threshold, slope) : -1;
    }

    /// The earliest end of the interval. -1 as with [#hoursUntil].
    public double soonest(double threshold) {
        return hoursUntil(threshold) < 0 ? -1 : hours(threshold, threshold >= level ? slopeHigh : slopeLow);
    }

    /// The latest end of the interval; infinity when that never reaches it. -1 as with [#hoursUntil].
    public double latest(double threshold) {
        if (hoursUntil(threshold) < 0) {
            return -1;
        }
        double slowest = hours(threshold, threshold >= level ? slopeLow : slopeHigh);
        return slowest < 0 ? Double.POSITIVE_INFINITY : slowest;
    }

    private double hours(double threshold, double anHour) {
        double way = threshold - level;
        if (way == 0) {
            return 0;
        }
        return anHour == 0 || way > 0 != anHour > 0 ? -1 : way / anHour;
    }
}
