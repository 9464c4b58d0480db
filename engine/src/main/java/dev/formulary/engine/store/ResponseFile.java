package dev.formulary.engine.store;

import dev.formulary.engine.config.Secret;
import dev.formulary.engine.facts.SessionName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Answers in a file, each packed and sealed by itself, and bound to its tenant, id and time. What was written outlives a killed
/// process; a machine that loses power may lose the last writes. What is deleted is overwritten in the file. Not thread-safe.
final class ResponseFile implements AutoCloseable {
    /// The file, in the data folder.
    static final String FILE = "responses.db";

    private static final String PURPOSE = "formulary responses";
    private static final byte[] FORMAT = "response 1".getBytes(StandardCharsets.US_ASCII);
    /// How many answers go at once where the file is too large.
    private static final int STEP = 10;

    private final Path data;
    private final @Nullable Secret key;
    private final SealedDatabase database;
    private final Packed packed = new Packed();
    private @Nullable Seal seal;
    /// Answers that were deleted one by one, of which something may be left beside the file.
    private int unswept;

    /// @param data the data folder
    /// @param cache where the database driver may unpack its library
    /// @param key null for the one beside the file of turns, whose secret it shares
    /// @param broken told that the file was damaged, and has been deleted
    ResponseFile(Path data, Path cache, @Nullable Secret key, Consumer<Exception> broken) {
        this.data = data;
        this.key = key;
        database = new SealedDatabase(data.resolve(FILE), Database.RESPONSES, cache, broken);
    }

    /// @param id of the answer
    record Name(String tenant, String id) {
        byte[] associated(long at) {
            byte[] whose = tenant.getBytes(StandardCharsets.UTF_8);
            byte[] which = id.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(FORMAT.length + 2 * Integer.BYTES + whose.length + which.length + Long.BYTES)
                    .put(FORMAT).putInt(whose.length).put(whose).putInt(which.length).put(which).putLong(at).array();
        }
    }

    /// Keeps an answer, as a whole or, when it throws, not at all.
    void put(Name name, byte[] document, Instant at) throws IOException {
        database.make();
        byte[] sealed = seal().seal(packed.pack(document), name.associated(at.toEpochMilli()));
        database.transact("written", 0, open -> {
            try (PreparedStatement insert = open.prepareStatement("insert or replace into response (tenant, id, at,"
                    + " sealed_by, sealed) values (?, ?, ?, ?, ?)")) {
                insert.setString(1, SessionName.tenantKey(name.tenant()));
                insert.setString(2, name.id());
                insert.setLong(3, at.toEpochMilli());
                insert.setString(4, seal().id());
                insert.setBytes(5, sealed);
                return insert.executeUpdate();
            }
        });
    }

    /// An answer; null when it is not there, or can't be opened.
    ///
    /// @param since older ones are left out
    byte @Nullable [] find(Name name, Instant since) throws IOException {
        byte[] nothing = new byte[0];
        byte[] plain = database.transact("read", nothing, open -> {
            try (PreparedStatement select = open.prepareStatement("select at, sealed from response where tenant = ?"
                    + " and id = ? and at >= ?")) {
                select.setString(1, SessionName.tenantKey(name.tenant()));
                select.setString(2, name.id());
                select.setLong(3, since.toEpochMilli());
                try (ResultSet rows = select.executeQuery()) {
                    byte[] opened = rows.next()
                            ? seal().open(rows.getBytes(2), name.associated(rows.getLong(1)))
                            : null;
                    return opened == null ? nothing : opened;
                }
            }
        });
        return plain.length == 0 ? null : Packed.unpack(plain);
    }

    /// Deletes an answer.
    ///
    /// @return how many there were
    int forget(Name name) throws IOException {
        return database.sweep(database.transact("changed", 0, open -> delete(open, "tenant = ? and id = ?",
                SessionName.tenantKey(name.tenant()), name.id())));
    }

    /// Deletes all answers of a tenant.
    ///
    /// @return how many there were
    int forgetTenant(String tenant) throws IOException {
        return database.sweep(database.transact("changed", 0, open -> delete(open, "tenant = ?",
                SessionName.tenantKey(tenant))));
    }

    /// How many there are of a tenant.
    long count(String tenant) throws IOException {
        return database.transact("read", 0L, open -> {
            try (PreparedStatement select = open.prepareStatement("select count(*) from response where tenant = ?")) {
                select.setString(1, SessionName.tenantKey(tenant));
                try (ResultSet rows = select.executeQuery()) {
                    return rows.next() ? rows.getLong(1) : 0L;
                }
            }
        });
    }

    /// Deletes what is too old, and the oldest where there are too many or all take too much.
    void prune(Instant since, int most, long mostBytes) throws IOException {
        unswept += database.transact("changed", 0, open -> delete(open, "at < cast(? as integer)",
                Long.toString(since.toEpochMilli())));
        unswept += database.transact("changed", 0, open -> oldest(open,
                Math.max(0, Database.number(open, "select count(*) from response") - most)));
        int step;
        do {
            step = database.transact("changed", 0, open -> Database.size(open) <= mostBytes ? 0 : oldest(open, STEP));
            unswept += step;
        } while (step > 0);
        database.sweep(unswept);
        unswept = 0;
    }

    private static int oldest(Connection open, long count) throws SQLException {
        return count == 0
                ? 0
                : delete(open, "rowid in (select rowid from response order by at, rowid limit cast(? as integer))",
                        Long.toString(count));
    }

    private static int delete(Connection open, String where, String... values) throws SQLException {
        try (PreparedStatement delete = open.prepareStatement("delete from response where " + where)) {
            for (int i = 0; i < values.length; i++) {
                delete.setString(i + 1, values[i]);
            }
            return delete.executeUpdate();
        }
    }

    private Seal seal() throws IOException {
        Seal ours = seal;
        if (ours == null) {
            Secret configured = key;
            ours = Seal.of(configured == null
                    ? OwnSecret.in(data.resolve(HistoryFile.KEY))
                    : configured.value().getBytes(StandardCharsets.UTF_8), PURPOSE);
            seal = ours;
        }
        return ours;
    }

    @Override
    public void close() throws IOException {
        packed.close();
        database.close();
    }
}
