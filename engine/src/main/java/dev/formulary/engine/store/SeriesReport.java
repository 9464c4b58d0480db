package dev.formulary.engine.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What was measured, as it was asked for.
///
/// @param resolution how long the spans last of which it is made; zero for samples
/// @param lines one for each resource
public record SeriesReport(SeriesQuery query, Duration resolution, List<Line> lines) {
    public SeriesReport {
        lines = List.copyOf(lines);
    }

    /// One resource.
    ///
    /// @param points those that there are; where nothing was measured there is none
    /// @param summaries the same
    public record Line(String resource, List<Point> points, List<Summary> summaries) {
        public Line {
            points = List.copyOf(points);
            summaries = List.copyOf(summaries);
        }

        /// All points, of which there is one at least, summed up.
        ///
        /// @param resolution how long each lasts
        public Summary whole(Duration resolution) {
            return SeriesSums.sum(points.getFirst().at(), points, List.of(), resolution.toSeconds());
        }
    }

    /// A span of time.
    ///
    /// @param at when it begins, or when the sample was noted
    /// @param count how many samples
    public record Point(Instant at, double least, double median, double most, long count) {}

    /// An hour or a day.
    ///
    /// @param at when it begins
    /// @param least of all samples
    /// @param median of the medians of its spans
    /// @param p95 95 of 100 medians of its spans are not higher
    /// @param most of all samples
    /// @param knownSeconds for how long something was measured
    /// @param secondsAbove for how long the median of a span lay above each threshold
    public record Summary(Instant at, double least, double median, double p95, double most, long count,
            long knownSeconds, List<Long> secondsAbove) {
        public Summary {
            secondsAbove = List.copyOf(secondsAbove);
        }
    }
}
