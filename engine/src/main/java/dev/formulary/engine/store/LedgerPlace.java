package dev.formulary.engine.store;

import dev.formulary.engine.config.LedgerDatabase;
import dev.formulary.engine.config.LedgerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/// Where bookings are kept in the end. Printed, it says so to users, without anything secret. Thread-safe.
sealed interface LedgerPlace permits LedgerSqlite, LedgerPostgres {

    /// @param data the data folder
    /// @param cache where a database driver may unpack its library
    static LedgerPlace of(Path data, Path cache, LedgerSettings settings) {
        LedgerDatabase database = settings.database();
        return database == null
                ? new LedgerSqlite(data.resolve(LedgerFile.FILE), cache)
                : new LedgerPostgres(database);
    }

    /// Opens it to write, without committing by itself; makes or migrates the tables.
    Connection write() throws SQLException;

    /// Opens it to read.
    Connection read() throws SQLException;

    /// Whether anything can have been booked yet.
    boolean exists();

    /// Hands to the disk what was committed, so that what it was made of may go.
    void settle(Connection open) throws SQLException;

    /// Whether all takes more than so many bytes, where somebody has to care.
    boolean exceeds(Connection open, long bytes) throws SQLException;

    /// Gives back what was deleted.
    void shrink(Connection open) throws SQLException;

    /// Where it is damaged for good: puts it aside, so that a new one can begin.
    ///
    /// @param problem with which it could not be opened
    /// @return false where it is not, or can't be
    boolean putAside(SQLException problem, long millis) throws IOException;
}
