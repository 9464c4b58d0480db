package dev.formulary.engine.store;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.facts.Usual;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was measured, in a file that is opened when it is first used. What was written outlives a killed process; a machine that
/// loses power may lose the last writes. A damaged file is deleted, and a new one begins. Not thread-safe.
final class SeriesFile implements Closeable {
    /// The file, in the data folder.
    static final String FILE = "series.db";
    /// Versions of what is usual that are kept of a series.
    static final int MOST_VERSIONS = 20;
    private static final Logger LOG = LoggerFactory.getLogger(SeriesFile.class);

    private final Path file;
    private final Path cache;
    private final SeriesNames names = new SeriesNames();
    private @Nullable Connection connection;

    /// What was measured at a time.
    ///
    /// @param at milliseconds of the epoch
    record Tick(long at, List<Reading> readings) {}

    /// @param cache where the database driver may unpack its library
    SeriesFile(Path data, Path cache) {
        file = data.resolve(FILE);
        this.cache = cache;
    }

    /// Writes all of it or, when it throws, nothing; and sums up what is over.
    ///
    /// @throws IOException when it can't be written; the message is for the user
    void write(List<Tick> ticks, List<Usual> usual, long now) throws IOException {
        transact(open -> {
            try (PreparedStatement insert = open.prepareStatement(
                    "insert into sample (at, series, value) values (?, ?, ?) on conflict do nothing")) {
                for (Tick tick : ticks) {
                    insert(open, insert, tick);
                }
            }
            for (Usual each : usual) {
                write(open, each, now);
            }
            SeriesRollups.sumUp(open);
        });
    }

    private void insert(Connection open, PreparedStatement insert, Tick tick) throws SQLException {
        insert.setLong(1, tick.at());
        for (Reading reading : tick.readings()) {
            insert.setLong(2, names.number(open, new SeriesNames.Name(reading.metric(), reading.resource()),
                    tick.at()));
            insert.setDouble(3, reading.value());
            insert.addBatch();
        }
        insert.executeBatch();
    }

    private void write(Connection open, Usual usual, long now) throws SQLException {
        long series = names.number(open, new SeriesNames.Name(usual.metric(), usual.resource()), now);
        try (PreparedStatement replace = open
                .prepareStatement("insert or replace into baseline (series, version, since,"
                        + " found, median, spread, count) values (?, ?, ?, ?, ?, ?, ?)")) {
            Baseline found = usual.baseline();
            replace.setLong(1, series);
            replace.setInt(2, usual.version());
            replace.setLong(3, usual.since());
            replace.setLong(4, now);
            if (found == null) {
                replace.setNull(5, Types.REAL);
                replace.setNull(6, Types.REAL);
                replace.setNull(7, Types.INTEGER);
            } else {
                replace.setDouble(5, found.median());
                replace.setDouble(6, found.spread());
                replace.setInt(7, found.count());
            }
            replace.executeUpdate();
        }
        Database.execute(open, "delete from baseline where series = " + series + " and version <= "
                + (usual.version() - MOST_VERSIONS));
    }

    /// Lets go of what is too old or too much.
    ///
    /// @throws IOException when it can't be written; the message is for the user
    void prune(SeriesRollups.Keep keep, long now) throws IOException {
        transact(open -> SeriesRollups.prune(open, keep, now));
        transact(Database::shrink);
        names.forget();
    }

    private interface Work {
        void in(Connection open) throws SQLException;
    }

    private void transact(Work work) throws IOException {
        try {
            Connection open = open();
            try {
                work.in(open);
                open.commit();
            } catch (SQLException | RuntimeException e) {
                names.forget();
                Database.rollBack(open, e);
                throw e;
            }
        } catch (SQLException e) {
            beginAnewIfDamaged(e);
            throw Database.failed(file, "written", e, this);
        }
    }

    private Connection open() throws SQLException {
        Connection open = connection;
        if (open == null) {
            try {
                open = Database.write(file, cache, Database.SERIES);
            } catch (FlywayException e) {
                throw new SQLException(e.getMessage(), e);
            }
            connection = open;
        }
        return open;
    }

    private void beginAnewIfDamaged(SQLException why) throws IOException {
        if (Database.isDamaged(why)) {
            LOG.error("what was measured is damaged; it is deleted and measured anew file={}", file, why);
            close();
            for (String part : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(Path.of(file + part));
            }
        }
    }

    @Override
    public void close() throws IOException {
        Connection open = connection;
        connection = null;
        names.forget();
        Database.close(file, open);
    }
}
