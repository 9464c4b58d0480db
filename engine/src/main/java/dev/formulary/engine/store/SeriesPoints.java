package dev.formulary.engine.store;

import dev.formulary.engine.store.SeriesReport.Point;
import dev.formulary.engine.store.SeriesReport.Summary;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Points of a series from the finest spans that are kept for the time that is asked for, or brought together to longer ones.
///
/// @param base the spans that are read, in milliseconds; 0 for samples
/// @param step those that are given
record SeriesPoints(Connection open, SeriesQuery query, long base, long step) {
    /// Rows of a step lie on a grid, so each is found by its key, and those of other series between are not read.
    private static final String GRID = "with recursive t(at) as (select ? union all select at + ? from t where at + ? < ?)"
            + " select r.at, r.least, r.median, r.most, r.count from t cross join rollup r"
            + " on r.step = ? and r.at = t.at and r.series = ?";
    private static final String SAMPLES = "select at, value, value, value, 1 from sample where at >= ? and at < ?"
            + " and series = ?";

    static SeriesPoints of(Connection open, SeriesQuery query) throws SQLException {
        if (query.summary() == null) {
            return new SeriesPoints(open, query, base(query.step().toMillis()), query.step().toMillis());
        }
        long base = finest(open, query, query.summary().toMillis());
        return new SeriesPoints(open, query, base, base);
    }

    /// The longest spans that are kept of which a step is a multiple.
    private static long base(long step) {
        long longest = 0;
        for (long each : SeriesRollups.STEPS) {
            longest = step > 0 && step % each == 0 ? each : longest;
        }
        return longest;
    }

    /// The shortest spans that are kept from then on; of days not shorter than five minutes.
    private static long finest(Connection open, SeriesQuery query, long summed) throws SQLException {
        long coarsest = Database.number(open, "select min(at) from rollup");
        for (long each : SeriesRollups.STEPS) {
            long first = Database.number(open, "select min(at) from rollup where step = " + each);
            boolean goesBack = first > 0 && first <= Math.max(coarsest + SeriesRollups.HOUR,
                    query.from().toEpochMilli());
            if (goesBack && (summed <= SeriesRollups.HOUR || each > SeriesRollups.MINUTE)) {
                return each;
            }
        }
        return SeriesRollups.HOUR;
    }

    /// How long the spans last of which it is made, in milliseconds.
    long resolution() {
        return base;
    }

    List<Point> of(long series) throws SQLException {
        List<Point> found = base == 0 ? samples(series) : grid(series);
        return base == step ? found : together(found);
    }

    private List<Point> samples(long series) throws SQLException {
        try (PreparedStatement select = open.prepareStatement(SAMPLES)) {
            select.setLong(1, query.from().toEpochMilli());
            select.setLong(2, query.to().toEpochMilli());
            select.setLong(3, series);
            return read(select);
        }
    }

    private List<Point> grid(long series) throws SQLException {
        long first = Math.floorDiv(query.from().toEpochMilli(), step) * step;
        // of what is not kept any more nothing need be looked for
        long kept = Database.number(open, "select min(at) from rollup where step = " + base);
        first = kept > first ? first + (kept - first) / base * base : first;
        try (PreparedStatement select = open.prepareStatement(GRID)) {
            select.setLong(1, first);
            select.setLong(2, base);
            select.setLong(3, base);
            select.setLong(4, query.to().toEpochMilli());
            select.setLong(5, base);
            select.setLong(6, series);
            return read(select);
        }
    }

    private static List<Point> read(PreparedStatement select) throws SQLException {
        var points = new ArrayList<Point>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                points.add(new Point(Instant.ofEpochMilli(rows.getLong(1)), rows.getDouble(2), rows.getDouble(3),
                        rows.getDouble(4), rows.getLong(5)));
            }
        }
        return points;
    }

    private List<Point> together(List<Point> points) {
        var longer = new ArrayList<Point>();
        int first = 0;
        for (int i = 1; i <= points.size(); i++) {
            if (i == points.size() || span(points.get(i)) != span(points.get(first))) {
                longer.add(together(span(points.get(first)), points.subList(first, i)));
                first = i;
            }
        }
        return longer;
    }

    private long span(Point point) {
        return Math.floorDiv(point.at().toEpochMilli(), step);
    }

    private Point together(long span, List<Point> points) {
        Summary all = SeriesSums.sum(Instant.ofEpochMilli(span * step), points, List.of(), 0);
        return new Point(all.at(), all.least(), all.median(), all.most(), all.count());
    }
}
