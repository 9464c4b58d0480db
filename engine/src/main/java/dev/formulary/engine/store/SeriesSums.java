package dev.formulary.engine.store;

import dev.formulary.engine.store.SeriesReport.Point;
import dev.formulary.engine.store.SeriesReport.Summary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// Sums up hours and days (UTC).
final class SeriesSums {
    private static final double PERCENTILE = 0.95;

    private SeriesSums() {}

    /// @param points in the order of time
    /// @param resolution how long one lasts, in milliseconds
    static List<Summary> of(List<Point> points, SeriesQuery query, long resolution) {
        long span = Objects.requireNonNull(query.summary()).toMillis();
        var summaries = new ArrayList<Summary>();
        int first = 0;
        for (int i = 1; i <= points.size(); i++) {
            long number = Math.floorDiv(points.get(first).at().toEpochMilli(), span);
            if (i == points.size() || Math.floorDiv(points.get(i).at().toEpochMilli(), span) != number) {
                summaries.add(sum(Instant.ofEpochMilli(number * span), points.subList(first, i), query.above(),
                        resolution / 1_000));
                first = i;
            }
        }
        return summaries;
    }

    /// @param seconds how long each point lasts
    static Summary sum(Instant at, List<Point> points, List<Double> above, long seconds) {
        double[] medians = points.stream().mapToDouble(Point::median).toArray();
        Arrays.sort(medians);
        int p95 = (int) Math.ceil(PERCENTILE * medians.length) - 1;
        return new Summary(at, points.stream().mapToDouble(Point::least).min().orElseThrow(),
                (medians[(medians.length - 1) / 2] + medians[medians.length / 2]) / 2, medians[p95],
                points.stream().mapToDouble(Point::most).max().orElseThrow(),
                points.stream().mapToLong(Point::count).sum(), points.size() * seconds,
                above.stream().map(limit -> seconds * points.stream().filter(each -> each.median() > limit).count())
                        .toList());
    }
}
