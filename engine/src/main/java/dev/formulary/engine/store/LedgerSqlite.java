package dev.formulary.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file of SQLite.
///
/// @param cache where the driver may unpack its library
record LedgerSqlite(Path file, Path cache) implements LedgerPlace {
    static final Database.Schema SCHEMA = new Database.Schema("bookings", "ledger", 3);
    private static final Logger LOG = LoggerFactory.getLogger(LedgerSqlite.class);

    @Override
    public Connection write() throws SQLException {
        return Database.write(file, cache, SCHEMA);
    }

    @Override
    public Connection read() throws SQLException {
        return Database.read(file, cache);
    }

    @Override
    public boolean exists() {
        return Files.isRegularFile(file);
    }

    @Override
    public void settle(Connection open) throws SQLException {
        Database.number(open, "pragma wal_checkpoint(passive)");
        open.commit();
    }

    @Override
    public boolean exceeds(Connection open, long bytes) throws SQLException {
        return Database.size(open) > bytes;
    }

    @Override
    public void shrink(Connection open) throws SQLException {
        Database.shrink(open);
    }

    @Override
    public boolean putAside(SQLException problem, long millis) throws IOException {
        if (!Database.isDamaged(problem)) {
            return false;
        }
        Path aside = file.resolveSibling(file.getFileName() + ".broken-" + millis);
        Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
        LOG.error("ledger is damaged; a new one begins movedTo={}", aside.getFileName(), problem);
        return true;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
