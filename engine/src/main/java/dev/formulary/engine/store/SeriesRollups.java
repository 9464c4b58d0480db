package dev.formulary.engine.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/// Sums up what was measured, minute by minute, five minutes by five, hour by hour, each from the samples themselves; and lets go
/// of what is too old or too much.
final class SeriesRollups {
    /// In milliseconds.
    static final long MINUTE = 60_000;
    static final long FIVE_MINUTES = 5 * MINUTE;
    static final long HOUR = 60 * MINUTE;
    static final List<Long> STEPS = List.of(MINUTE, FIVE_MINUTES, HOUR);
    /// So many spans are summed up at once; the others the next time.
    private static final int MOST_AT_ONCE = 200;
    /// About how far samples lie apart.
    private static final long SAMPLE = 5_000;
    private static final int SHARES = 10;
    private static final int MOST_SHARES = 40;

    private SeriesRollups() {}

    /// How long each is kept, in milliseconds, and in how many bytes all.
    record Keep(long raw, long minutes, long fiveMinutes, long hours, long bytes) {
        private long of(long step) {
            return step == MINUTE ? minutes : step == FIVE_MINUTES ? fiveMinutes : hours;
        }
    }

    /// Sums up each span that is over: a sample came that lies behind it.
    static void sumUp(Connection open) throws SQLException {
        long newest = Database.number(open, "select max(at) from sample");
        for (long step : STEPS) {
            long from = next(open, step);
            for (int i = 0; i < MOST_AT_ONCE; i++) {
                long first = Database.number(open, "select min(at) from sample where at >= " + from);
                long span = Math.floorDiv(first, step) * step;
                if (first == 0 || span + step > newest) {
                    break;
                }
                sumUp(open, step, span);
                from = span + step;
            }
        }
    }

    private static long next(Connection open, long step) throws SQLException {
        long last = Database.number(open, "select max(at) from rollup where step = " + step);
        return last == 0 ? 0 : last + step;
    }

    private static void sumUp(Connection open, long step, long span) throws SQLException {
        try (PreparedStatement select = open
                .prepareStatement("select series, value from sample where at >= ? and at < ?"
                        + " order by series, value");
                PreparedStatement insert = open.prepareStatement("insert into rollup (step, at, series, least, median,"
                        + " most, count) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing")) {
            insert.setLong(1, step);
            insert.setLong(2, span);
            select.setLong(1, span);
            select.setLong(2, span + step);
            var sorted = new Sorted();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    long series = rows.getLong(1);
                    if (series != sorted.series) {
                        sorted.insert(insert);
                        sorted.begin(series);
                    }
                    sorted.add(rows.getDouble(2));
                }
            }
            sorted.insert(insert);
            insert.executeBatch();
        }
        if (step == HOUR) {
            Database.execute(open,
                    "update series set seen = " + (span + step) + " where no in (select series from rollup"
                            + " where step = " + step + " and at = " + span + ")");
        }
    }

    /// The values of one series, in rising order.
    private static final class Sorted {
        private long series = -1;
        private double[] values = new double[64];
        private int count;

        private void begin(long another) {
            series = another;
            count = 0;
        }

        private void add(double value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            values[count++] = value;
        }

        private void insert(PreparedStatement insert) throws SQLException {
            if (count > 0) {
                insert.setLong(3, series);
                insert.setDouble(4, values[0]);
                insert.setDouble(5, (values[(count - 1) / 2] + values[count / 2]) / 2);
                insert.setDouble(6, values[count - 1]);
                insert.setInt(7, count);
                insert.addBatch();
            }
        }
    }

    static void prune(Connection open, Keep keep, long now) throws SQLException {
        // an hour is summed up from its samples when it is over
        long summedUp = next(open, HOUR);
        Database.execute(open, "delete from sample where at < " + Math.min(now - keep.raw(), summedUp));
        for (long step : STEPS) {
            Database.execute(open, "delete from rollup where step = " + step + " and at < " + (now - keep.of(step)));
        }
        for (int i = 0; i < MOST_SHARES && Database.size(open) > keep.bytes(); i++) {
            makeRoom(open);
        }
        Database.execute(open, "delete from series where seen < " + (now - keep.hours()));
        Database.execute(open, "delete from baseline where series not in (select no from series)");
    }

    /// The oldest tenth goes of what has most rows.
    private static void makeRoom(Connection open) throws SQLException {
        Extent most = Extent.of(open, "sample where at < " + next(open, HOUR), SAMPLE);
        for (long step : STEPS) {
            Extent each = Extent.of(open, "rollup where step = " + step, step);
            most = each.rows() > most.rows() ? each : most;
        }
        Database.execute(open, "delete from " + most.where + " and at <= " + (most.first + most.span / SHARES));
    }

    /// How far back something goes.
    private record Extent(String where, long first, long span, long every) {
        static Extent of(Connection open, String where, long every) throws SQLException {
            long first = Database.number(open, "select min(at) from " + where);
            return new Extent(where, first, Database.number(open, "select max(at) from " + where) - first, every);
        }

        long rows() {
            return span / every;
        }
    }
}
