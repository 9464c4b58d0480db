package dev.formulary.engine.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Opens the files in which decisions, sessions and turns are kept.
final class Database {
    /// The tables of decisions.
    static final Schema DECISIONS = new Schema("decisions", "migration", 1);
    /// The tables of turns.
    static final Schema TURNS = new Schema("turns", "history", 1);
    /// The tables of answers that can be followed.
    static final Schema RESPONSES = new Schema("responses", "responses", 1);
    /// The tables of events of alerts.
    static final Schema DELIVERIES = new Schema("events of alerts", "outbox", 1);
    /// The tables of what was measured.
    static final Schema SERIES = new Schema("measurements", "series", 1);
    private static final String MIGRATIONS = "classpath:dev/formulary/engine/store/";

    private Database() {}

    /// The tables of a file.
    ///
    /// @param what they hold, for messages
    /// @param folder where the migrations lie
    /// @param version the newest of them
    record Schema(String what, String folder, int version) {}

    /// Opens it to write; makes or migrates it. In WAL mode readers do not wait for the writer. What was committed outlives
    /// a killed process; a machine that loses power may lose the last commits, but not the file.
    static Connection write(Path file, Path cache, Schema schema) throws SQLException {
        Connection connection = single(file, cache);
        try {
            migrate(connection, file, schema);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// What an owner of a connection throws that can't use it any more, and has closed it: the next use tries a new one.
    ///
    /// @param what was to be done, for the message
    static IOException failed(Path file, String what, SQLException e, Closeable owner) {
        try {
            owner.close();
        } catch (IOException closing) {
            e.addSuppressed(closing);
        }
        return new IOException(file + " can't be " + what + ": " + e.getMessage(), e);
    }

    /// Closes a connection, if there is one.
    static void close(Path file, @Nullable Connection open) throws IOException {
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            throw new IOException(file + " did not close cleanly", e);
        }
    }

    /// Opens a file in the same manner, whatever tables it holds.
    static Connection single(Path file, Path cache) throws SQLException {
        Connection connection = open(file, cache, false);
        try {
            // counts only before the first table
            execute(connection, "pragma auto_vacuum=incremental");
            execute(connection, "pragma journal_mode=wal");
            execute(connection, "pragma synchronous=normal");
            execute(connection, "pragma cache_size=-1024");
            execute(connection, "pragma journal_size_limit=4194304");
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    static Connection read(Path file, Path cache) throws SQLException {
        return open(file, cache, true);
    }

    private static Connection open(Path file, Path cache, boolean readOnly) throws SQLException {
        if (Files.isDirectory(cache)) {
            // the driver unpacks its library; not into a folder that everybody may write
            System.setProperty("org.sqlite.tmpdir", cache.toString());
        }
        var properties = new Properties();
        properties.setProperty("busy_timeout", "5000");
        // the driver would compile a statement after each insert, to ask for a key that nobody wants
        properties.setProperty("jdbc.get_generated_keys", "false");
        if (readOnly) {
            properties.setProperty("open_mode", "1");
        }
        // the driver manager would load all other drivers, too, when it is first asked
        return JDBC.createConnection("jdbc:sqlite:" + file, properties);
    }

    /// The migration tool costs more than all else here, so it is asked only when there is something to do.
    private static void migrate(Connection connection, Path file, Schema schema) throws SQLException {
        long version = number(connection, "pragma user_version");
        if (version > schema.version()) {
            throw new SQLException("the " + schema.what() + " were kept by a newer version, whose format is " + version
                    + " and not " + schema.version());
        }
        if (version < schema.version()) {
            Flyway.configure(Database.class.getClassLoader())
                    .dataSource("jdbc:sqlite:" + file, null, null)
                    .locations(MIGRATIONS + schema.folder())
                    .load()
                    .migrate();
            execute(connection, "pragma user_version=" + schema.version());
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// The first column of the first row; 0 when there is none.
    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /// Bytes that entries take; what is free in the file does not count.
    static long size(Connection connection) throws SQLException {
        return number(connection, "pragma page_size")
                * (number(connection, "pragma page_count") - number(connection, "pragma freelist_count"));
    }

    /// Gives free pages back to the file system, 1,000 at a time.
    static void shrink(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // the driver takes but one step, and so one page, of what it does not know to give rows when that is not an update
            statement.executeUpdate("pragma incremental_vacuum(1000)");
        }
        connection.commit();
    }

    /// Whether a file is none of a database's, or a damaged one.
    static boolean isDamaged(SQLException problem) {
        return problem instanceof SQLiteException sqlite && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_NOTADB
                || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CORRUPT);
    }

    /// Undoes what was not committed. A database that has undone it by itself, or is gone, has nothing to undo; why it was to be
    /// undone is what matters.
    static void rollBack(Connection open, Exception cause) {
        try {
            open.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }
}
