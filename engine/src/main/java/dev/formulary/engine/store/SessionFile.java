package dev.formulary.engine.store;

import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.SessionRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteException;

/// Sessions in a file, opened when it is first used. What was written outlives a killed process; a machine that loses power
/// may lose the last writes. A damaged file is moved aside. Not thread-safe.
public final class SessionFile implements Closeable {
    /// The file, in the data folder.
    public static final String FILE = "sessions.db";

    private static final Logger LOG = LoggerFactory.getLogger(SessionFile.class);
    private static final int VERSION = 1;
    private static final String TABLE = "create table if not exists session (key text primary key, model text not null,"
            + " in_row integer not null, calls integer not null, switches integer not null,"
            // milliseconds since 1970, or null for never
            + " touched integer not null, answered integer, moderate integer, high integer, critical integer,"
            // names, the latest last
            + " emotions text not null) without rowid";
    private static final String INDEX = "create index if not exists session_touched on session (touched)";
    private static final String COLUMNS = "key, model, in_row, calls, switches, touched, answered, moderate, high,"
            + " critical, emotions";

    private final Path data;
    private final Path cache;
    private final Clock clock;
    private @Nullable Connection connection;

    /// @param data the data folder
    /// @param cache where the database driver may unpack its library
    public SessionFile(Path data, Path cache, Clock clock) {
        this.data = data;
        this.cache = cache;
        this.clock = clock;
    }

    /// The sessions with the latest calls, the oldest of them first. Makes no file where there is none.
    ///
    /// @param most how many at most; others go
    /// @param since those whose last call came before go, too
    /// @throws IOException when the file can't be read; the message is for the user
    public List<SessionRecord> youngest(int most, Instant since) throws IOException {
        if (!Files.isRegularFile(data.resolve(FILE))) {
            return List.of();
        }
        var records = new ArrayList<SessionRecord>();
        try {
            Connection open = open();
            prune(open, since, most);
            open.commit();
            try (PreparedStatement select = open.prepareStatement("select " + COLUMNS
                    + " from session order by touched"); ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    records.add(record(rows));
                }
            }
        } catch (SQLException e) {
            throw failed("read", e);
        }
        return records;
    }

    private static SessionRecord record(ResultSet row) throws SQLException {
        return new SessionRecord(row.getString(1), row.getString(2), row.getInt(3), row.getInt(4), row.getInt(5),
                Instant.ofEpochMilli(row.getLong(6)), time(row, 7), time(row, 8), time(row, 9), time(row, 10),
                emotions(row.getString(11)));
    }

    /// A feeling that this version does not know is left out.
    private static List<EmotionalState> emotions(String names) {
        return Stream.of(names.split(",", -1)).flatMap(name -> Stream.of(EmotionalState.values())
                .filter(each -> each.name().equals(name))).toList();
    }

    private static @Nullable Instant time(ResultSet row, int column) throws SQLException {
        long ms = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(ms);
    }

    /// Writes in one transaction: all or, when it throws, nothing.
    ///
    /// @param changed take the place of what was kept under their keys
    /// @param gone keys of those that go
    /// @param since those whose last call came before go, too
    /// @param most how many stay at most, those with the latest calls
    /// @throws IOException when the file can't be written; the message is for the user
    public void write(List<SessionRecord> changed, Collection<String> gone, Instant since, int most)
            throws IOException {
        try {
            Connection open = open();
            try {
                replace(open, changed);
                delete(open, gone);
                prune(open, since, most);
                open.commit();
            } catch (SQLException e) {
                open.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw failed("written", e);
        }
    }

    private static void replace(Connection open, List<SessionRecord> changed) throws SQLException {
        try (PreparedStatement replace = open.prepareStatement("replace into session (" + COLUMNS
                + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (SessionRecord record : changed) {
                replace.setString(1, record.key());
                replace.setString(2, record.model());
                replace.setInt(3, record.inRow());
                replace.setInt(4, record.calls());
                replace.setInt(5, record.switches());
                replace.setLong(6, record.touched().toEpochMilli());
                set(replace, 7, record.answered());
                set(replace, 8, record.moderate());
                set(replace, 9, record.high());
                set(replace, 10, record.critical());
                replace.setString(11, record.emotions().stream().map(EmotionalState::name)
                        .collect(Collectors.joining(",")));
                replace.addBatch();
            }
            replace.executeBatch();
        }
    }

    private static void set(PreparedStatement statement, int column, @Nullable Instant time) throws SQLException {
        if (time == null) {
            statement.setNull(column, Types.INTEGER);
        } else {
            statement.setLong(column, time.toEpochMilli());
        }
    }

    private static void delete(Connection open, Collection<String> gone) throws SQLException {
        try (PreparedStatement delete = open.prepareStatement("delete from session where key = ?")) {
            for (String key : gone) {
                delete.setString(1, key);
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    private static void prune(Connection open, Instant since, int most) throws SQLException {
        Database.execute(open, "delete from session where touched < " + since.toEpochMilli());
        long above = Database.number(open, "select count(*) from session") - most;
        if (above > 0) {
            Database.execute(open, "delete from session where key in (select key from session order by touched limit "
                    + above + ")");
        }
    }

    private Connection open() throws IOException, SQLException {
        Connection open = connection;
        if (open == null) {
            open = prepared(data.resolve(FILE));
            connection = open;
        }
        return open;
    }

    private Connection prepared(Path file) throws IOException, SQLException {
        try {
            return prepare(Database.single(file, cache));
        } catch (SQLiteException e) {
            if (!Database.isDamaged(e)) {
                throw e;
            }
            Path aside = data.resolve(FILE + ".broken-" + clock.instant().toEpochMilli());
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
            LOG.error("sessions are damaged, new ones begin movedTo={}", aside.getFileName(), e);
            return prepare(Database.single(file, cache));
        }
    }

    private static Connection prepare(Connection fresh) throws SQLException {
        try {
            long version = Database.number(fresh, "pragma user_version");
            if (version > VERSION) {
                throw new SQLException("they were kept by a newer version, whose format is " + version + " and not "
                        + VERSION);
            }
            Database.execute(fresh, TABLE);
            Database.execute(fresh, INDEX);
            Database.execute(fresh, "pragma user_version=" + VERSION);
            fresh.setAutoCommit(false);
            return fresh;
        } catch (SQLException e) {
            fresh.close();
            throw e;
        }
    }

    private IOException failed(String what, SQLException e) {
        return Database.failed(data.resolve(FILE), what, e, this);
    }

    @Override
    public void close() throws IOException {
        Connection open = connection;
        connection = null;
        Database.close(data.resolve(FILE), open);
    }
}
