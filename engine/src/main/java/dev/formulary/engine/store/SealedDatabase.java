package dev.formulary.engine.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/// A file of what people said, sealed row by row, opened when it is first used. What is deleted in it is overwritten, and a
/// damaged one begins anew. Not thread-safe.
final class SealedDatabase implements Closeable {
    /// So much is given back to the file system at once, in steps; the rest next time.
    private static final int STEPS = 64;
    private static final List<String> PARTS = List.of("", "-wal", "-shm");

    private final Path file;
    private final Database.Schema schema;
    private final Path cache;
    private final Consumer<Exception> broken;
    private @Nullable Connection connection;

    /// @param broken told that the whole file was damaged, and has been deleted
    SealedDatabase(Path file, Database.Schema schema, Path cache, Consumer<Exception> broken) {
        this.file = file;
        this.schema = schema;
        this.cache = cache;
        this.broken = broken;
    }

    /// What is done in one transaction.
    interface Work<T> {
        T in(Connection open) throws SQLException, IOException;
    }

    /// Makes the file where there is none.
    void make() throws IOException {
        opened("written");
    }

    /// Does all of some work or, when it throws, nothing. Makes no file where there is none.
    ///
    /// @param what becomes of the file, for a message
    /// @param none what is given where there is no file, or a damaged one
    <T> T transact(String what, T none, Work<T> work) throws IOException {
        if (connection == null && !Files.isRegularFile(file)) {
            return none;
        }
        Connection open = opened(what);
        try {
            T made = work.in(open);
            open.commit();
            return made;
        } catch (SQLException e) {
            if (!beganAnew(e)) {
                throw failed(what, e);
            }
            return none;
        } catch (IOException | RuntimeException e) {
            Database.rollBack(open, e);
            throw e;
        }
    }

    private Connection opened(String what) throws IOException {
        Connection open = connection;
        if (open != null) {
            return open;
        }
        try {
            open = fresh();
        } catch (SQLException e) {
            if (!beganAnew(e)) {
                throw failed(what, e);
            }
            try {
                open = fresh();
            } catch (SQLException again) {
                throw failed(what, again);
            }
        }
        connection = open;
        return open;
    }

    private Connection fresh() throws SQLException {
        try {
            Connection open = Database.write(file, cache, schema);
            try {
                Database.number(open, "pragma secure_delete=on");
                open.commit();
                return open;
            } catch (SQLException e) {
                open.close();
                throw e;
            }
        } catch (FlywayException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    /// A damaged file is not moved aside: what was said in sessions must not outlast its time there.
    ///
    /// @return whether it was damaged, and has been deleted
    private boolean beganAnew(SQLException why) throws IOException {
        if (!Database.isDamaged(why)) {
            return false;
        }
        close();
        for (String part : PARTS) {
            Files.deleteIfExists(Path.of(file + part));
        }
        broken.accept(why);
        return true;
    }

    /// What was deleted is out of the file, and out of what was written on the way there.
    ///
    /// @param turns how many
    int sweep(int turns) throws IOException {
        Connection open = connection;
        if (turns > 0 && open != null) {
            try {
                for (int i = 0; i < STEPS && Database.number(open, "pragma freelist_count") > 0; i++) {
                    Database.shrink(open);
                }
                open.commit();
                open.setAutoCommit(true);
                Database.number(open, "pragma wal_checkpoint(truncate)");
                open.setAutoCommit(false);
            } catch (SQLException e) {
                throw failed("changed", e);
            }
        }
        return turns;
    }

    private IOException failed(String what, SQLException e) {
        return Database.failed(file, what, e, this);
    }

    @Override
    public void close() throws IOException {
        Connection open = connection;
        connection = null;
        Database.close(file, open);
    }
}
