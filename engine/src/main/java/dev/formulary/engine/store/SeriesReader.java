package dev.formulary.engine.store;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Usual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads what was measured, whether a gateway runs or not. Thread-safe. Every method throws an [IOException], whose message is
/// for the user, when it can't be read; where there is no file yet, nothing was measured.
public final class SeriesReader {
    private static final long WEEK_MS = 7 * 24 * SeriesRollups.HOUR;
    private static final int MOST_RESOURCES = 50;

    private final Path file;
    private final Path cache;

    /// @param data the data folder
    /// @param cache where the database driver may unpack its library
    public SeriesReader(Path data, Path cache) {
        file = data.resolve(SeriesFile.FILE);
        this.cache = cache;
    }

    /// A series, and what was noted last.
    ///
    /// @param value null when nothing was in the last hour that is kept
    /// @param at when that was
    public record Listed(Metric metric, String resource, @Nullable Double value, @Nullable Instant at) {}

    /// What is known after a restart.
    ///
    /// @param recent as it was noted, of the last hour
    /// @param medians of five minutes, of the last seven days
    /// @param usual null when nothing was found yet
    public record Remembered(Metric metric, String resource, Samples recent, Samples medians, @Nullable Usual usual) {}

    /// What was usual.
    ///
    /// @param found when it was found
    public record Known(Usual usual, Instant found) {}

    private record Name(long no, Metric metric, String resource) {}

    private interface Reading<T> {
        T of(Connection open) throws SQLException;
    }

    private <T> T read(T none, Reading<T> reading) throws IOException {
        if (!Files.isRegularFile(file)) {
            return none;
        }
        try (Connection open = Database.read(file, cache)) {
            return Database.number(open, "select count(*) from sqlite_master where name = 'baseline'") == 0
                    ? none
                    : reading.of(open);
        } catch (SQLException e) {
            throw new IOException(file + " can't be read: " + e.getMessage(), e);
        }
    }

    /// All series that are kept, by metric and resource.
    public List<Listed> list() throws IOException {
        return read(List.of(), open -> {
            Map<Long, Listed> latest = new HashMap<>();
            List<Name> names = names(open, null, null);
            Map<Long, Name> known = new HashMap<>();
            names.forEach(each -> known.put(each.no(), each));
            long newest = Database.number(open, "select max(at) from sample");
            try (PreparedStatement select = open.prepareStatement(
                    "select at, series, value from sample where at >= ? order by at")) {
                select.setLong(1, newest - SeriesRollups.HOUR);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        Name name = known.get(rows.getLong(2));
                        if (name != null) {
                            latest.put(name.no(), new Listed(name.metric(), name.resource(), rows.getDouble(3),
                                    Instant.ofEpochMilli(rows.getLong(1))));
                        }
                    }
                }
            }
            return names.stream().map(each -> latest.getOrDefault(each.no(),
                    new Listed(each.metric(), each.resource(), null, null))).toList();
        });
    }

    /// A metric that this version does not know is left out.
    private static List<Name> names(Connection open, @Nullable Metric metric, @Nullable String resource)
            throws SQLException {
        var names = new ArrayList<Name>();
        try (PreparedStatement select = open
                .prepareStatement("select no, metric, resource from series order by metric, resource");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                Optional<Metric> known = Metric.of(rows.getString(2));
                String name = rows.getString(3);
                long no = rows.getLong(1);
                known.filter(each -> (metric == null || each == metric) && (resource == null || name.equals(resource)))
                        .ifPresent(each -> names.add(new Name(no, each, name)));
            }
        }
        return names;
    }

    /// What was measured, in points or summed up.
    ///
    /// @throws IllegalArgumentException when there is no such resource; the message is for the user
    public SeriesReport read(SeriesQuery query) throws IOException {
        return read(new SeriesReport(query, Duration.ZERO, List.of()), open -> {
            List<Name> names = names(open, query.metric(), query.resource());
            if (names.isEmpty() && query.resource() != null) {
                List<Name> others = names(open, query.metric(), null);
                throw new IllegalArgumentException("nothing was measured of '" + query.resource() + "'; there are: "
                        + String.join(", ",
                                others.stream().limit(MOST_RESOURCES).map(each -> "'" + each.resource() + "'")
                                        .toList()));
            }
            if (names.size() > MOST_RESOURCES) {
                throw new IllegalArgumentException("there are " + names.size() + " of them; name one as 'resource'");
            }
            return report(open, query, names);
        });
    }

    private static SeriesReport report(Connection open, SeriesQuery query, List<Name> names) throws SQLException {
        SeriesPoints points = SeriesPoints.of(open, query);
        var lines = new ArrayList<SeriesReport.Line>();
        for (Name name : names) {
            List<SeriesReport.Point> found = points.of(name.no());
            if (!found.isEmpty()) {
                lines.add(query.summary() == null
                        ? new SeriesReport.Line(name.resource(), found, List.of())
                        : new SeriesReport.Line(name.resource(), List.of(), SeriesSums.of(found, query,
                                points.resolution())));
            }
        }
        return new SeriesReport(query, Duration.ofMillis(points.resolution()), lines);
    }

    /// What was usual, by version, of each series.
    public List<Known> usual() throws IOException {
        return read(List.of(), open -> {
            var all = new ArrayList<Known>();
            for (Name name : names(open, null, null)) {
                all.addAll(usual(open, name));
            }
            return all;
        });
    }

    private static List<Known> usual(Connection open, Name name) throws SQLException {
        var all = new ArrayList<Known>();
        try (PreparedStatement select = open.prepareStatement("select version, since, median, spread, count, found"
                + " from baseline where series = ? order by version")) {
            select.setLong(1, name.no());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    int version = rows.getInt(1);
                    double median = rows.getDouble(3);
                    Baseline found = rows.wasNull()
                            ? null
                            : new Baseline(median, rows.getDouble(4), rows.getInt(5), version);
                    all.add(new Known(new Usual(name.metric(), name.resource(), version, rows.getLong(2), found),
                            Instant.ofEpochMilli(rows.getLong(6))));
                }
            }
        }
        return all;
    }

    /// @param now milliseconds of the epoch
    List<Remembered> remembered(long now) throws IOException {
        return read(List.of(), open -> {
            Map<Long, SamplesSoFar> recent = gathered(open, "select series, at, value from sample where at > "
                    + (now - SeriesRollups.HOUR) + " and at <= " + now + " order by at");
            Map<Long, SamplesSoFar> medians = gathered(open, "select series, at, median from rollup where step = "
                    + SeriesRollups.FIVE_MINUTES + " and at > " + (now - WEEK_MS) + " and at <= " + now
                    + " order by at");
            var all = new ArrayList<Remembered>();
            for (Name name : names(open, null, null)) {
                List<Known> usual = usual(open, name);
                SamplesSoFar hour = recent.get(name.no());
                SamplesSoFar week = medians.get(name.no());
                if (hour != null || week != null) {
                    all.add(new Remembered(name.metric(), name.resource(), hour == null ? Samples.NONE : hour.all(),
                            week == null ? Samples.NONE : week.all(),
                            usual.isEmpty() ? null : usual.getLast().usual()));
                }
            }
            return all;
        });
    }

    private static Map<Long, SamplesSoFar> gathered(Connection open, String sql) throws SQLException {
        Map<Long, SamplesSoFar> all = new HashMap<>();
        try (PreparedStatement select = open.prepareStatement(sql); ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                all.computeIfAbsent(rows.getLong(1), _ -> new SamplesSoFar()).add(rows.getLong(2), rows.getDouble(3));
            }
        }
        return all;
    }

    private static final class SamplesSoFar {
        private long[] times = new long[64];
        private double[] values = new double[64];
        private int count;

        private void add(long at, double value) {
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            times[count] = at;
            values[count++] = value;
        }

        private Samples all() {
            return new Samples(Arrays.copyOf(times, count), Arrays.copyOf(values, count));
        }
    }
}
