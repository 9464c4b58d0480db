package dev.formulary.engine.facts;

/// What is usual for a metric: found from its past without the newest sample, so a spike can't hide itself.
///
/// @param median the middle of the past values
/// @param spread the median absolute deviation from it, times 1.4826: for normal noise the standard deviation. Above 0
/// @param count how many samples it was found from
/// @param version counts how often the baseline was established anew, from 1
public record Baseline(double median, double spread, int count, int version) {

    /// How many spreads a value lies above the median, below it when negative: the robust z-score of Iglewicz and Hoaglin, How
    /// to Detect and Handle Outliers, 1993.
    public double deviation(double value) {
        return (value - median) / spread;
    }
}
