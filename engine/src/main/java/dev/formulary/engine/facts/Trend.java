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
/// @param pivotHours how many hours before the newest sample the middle of the samples lies: about it the line turns as far as
///        its slope is unsure, so a steeper line is also higher by now
public record Trend(double level, double slope, double slopeLow, double slopeHigh, double p, boolean moving,
        double volatility, double pivotHours) {

    /// A line whose level by now is sure.
    public Trend(double level, double slope, double slopeLow, double slopeHigh, double p, boolean moving,
            double volatility) {
        this(level, slope, slopeLow, slopeHigh, p, moving, volatility, 0);
    }

    /// In how many hours the line reaches a threshold; 0 when it lies there, -1 when it does not go there, or no trend was found.
    public double hoursUntil(double threshold) {
        return moving ? hours(threshold - level, slope) : -1;
    }

    /// The earliest end of the interval. -1 as with [#hoursUntil].
    public double soonest(double threshold) {
        double expected = hoursUntil(threshold);
        return expected <= 0 ? expected : Math.min(expected, turned(threshold, slope > 0 ? slopeHigh : slopeLow));
    }

    /// The latest end of the interval; infinity when that never reaches it. -1 as with [#hoursUntil].
    public double latest(double threshold) {
        double expected = hoursUntil(threshold);
        return expected <= 0 ? expected : Math.max(expected, turned(threshold, slope > 0 ? slopeLow : slopeHigh));
    }

    /// When the line reaches the threshold that has another slope and goes through the same middle of the samples; at once where
    /// it is past it by now, infinity where it goes elsewhere.
    private double turned(double threshold, double other) {
        double hours = hours(threshold - (level - slope * pivotHours), other);
        return hours < 0 ? Double.POSITIVE_INFINITY : Math.max(0, hours - pivotHours);
    }

    private static double hours(double way, double anHour) {
        if (way == 0) {
            return 0;
        }
        return anHour == 0 || way > 0 != anHour > 0 ? -1 : way / anHour;
    }
}
