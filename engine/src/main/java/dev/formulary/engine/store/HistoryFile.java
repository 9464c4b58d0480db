package dev.formulary.engine.store;

import dev.formulary.engine.config.Secret;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.Turn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Turns in a file, each sealed by itself. What was written outlives a killed process; a machine that loses power may lose the
/// last writes. What is deleted is overwritten in the file. Not thread-safe.
final class HistoryFile implements AutoCloseable {
    /// The file, in the data folder.
    static final String FILE = "history.db";
    /// The key where none is configured, in the data folder.
    static final String KEY = "history.key";

    private static final String PURPOSE = "formulary history";
    /// How many turns go at once where the file is too large.
    private static final int STEP = 100;

    private final Path data;
    private final @Nullable Secret key;
    private final Losses losses;
    private final SealedDatabase database;
    private @Nullable Seal seal;
    private boolean keysCompared;
    /// Turns that were deleted, of which something may be left beside the file.
    private int unswept;

    /// @param data the data folder
    /// @param cache where the database driver may unpack its library
    /// @param key null for the one beside the file
    /// @param losses told of what can't be read
    HistoryFile(Path data, Path cache, @Nullable Secret key, Losses losses) {
        this.data = data;
        this.key = key;
        this.losses = losses;
        database = new SealedDatabase(data.resolve(FILE), Database.TURNS, cache, losses::broken);
    }

    /// Hears of turns that are lost.
    interface Losses {
        /// A turn is not what was written, and has been deleted.
        void damaged(String session, long no);

        /// So many turns were sealed with another key. Told once.
        void otherKey(long turns);

        /// The whole file was damaged, and has been deleted.
        void broken(Exception why);
    }

    /// What there is of a session, or of all sessions of a tenant.
    ///
    /// @param bytes that it takes
    /// @param oldest when the oldest turn was answered; null when there is none
    /// @param latest when the latest was
    record Stored(long turns, long bytes, @Nullable Instant oldest, @Nullable Instant latest) {
        static final Stored NOTHING = new Stored(0, 0, null, null);
    }

    /// The latest turns of a session, the oldest of them first. Turns that can't be opened are left out.
    ///
    /// @param since older ones are left out
    /// @param wanted asked of each, the latest first; the first that is not ends the search
    List<Turn> latest(SessionName name, Instant since, Predicate<Turn> wanted) throws IOException {
        return database.transact("read", List.of(), open -> {
            Seal ours = comparedSeal(open);
            var turns = new ArrayDeque<Turn>();
            var damaged = new ArrayList<Long>(0);
            try (PreparedStatement select = open.prepareStatement("select no, at, sealed from turn where session = ?"
                    + " and at >= ? and sealed_by = ? order by no desc")) {
                select.setString(1, name.key());
                select.setLong(2, since.toEpochMilli());
                select.setString(3, ours.id());
                try (ResultSet rows = select.executeQuery()) {
                    boolean more = true;
                    while (more && rows.next()) {
                        long no = rows.getLong(1);
                        Turn turn = SealedTurn.open(ours, rows.getBytes(3), name, no, rows.getLong(2));
                        if (turn == null) {
                            damaged.add(no);
                        } else {
                            more = wanted.test(turn);
                        }
                        if (turn != null && more) {
                            turns.addFirst(turn);
                        }
                    }
                }
            }
            takeAway(open, name, damaged);
            return List.copyOf(turns);
        });
    }

    /// They will never open, and are told only once.
    private void takeAway(Connection open, SessionName name, List<Long> damaged) throws SQLException {
        for (long no : damaged) {
            unswept += delete(open, "session = ? and no = " + no, name.key());
            losses.damaged(name.key(), no);
        }
    }

    /// Adds a turn, as a whole or, when it throws, not at all.
    ///
    /// @param most how many of the session stay; the oldest go
    void add(SessionName name, Turn turn, int most) throws IOException {
        database.make();
        database.transact("written", 0, open -> {
            Seal ours = comparedSeal(open);
            long no = 1 + number(open, "select max(no) from turn where session = ?", name.key());
            long at = turn.at().toEpochMilli();
            try (PreparedStatement insert = open.prepareStatement("insert into turn (session, no, tenant, at,"
                    + " sealed_by, sealed) values (?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, name.key());
                insert.setLong(2, no);
                insert.setString(3, SessionName.tenantKey(name.tenant()));
                insert.setLong(4, at);
                insert.setString(5, ours.id());
                insert.setBytes(6, SealedTurn.seal(ours, turn, name, no));
                insert.executeUpdate();
            }
            unswept += delete(open, "session = ? and no <= " + (no - most), name.key());
            return 0;
        });
    }

    /// Deletes what there is of a session.
    ///
    /// @return how many turns
    int forget(SessionName name) throws IOException {
        return database.sweep(database.transact("changed", 0, open -> delete(open, "session = ?", name.key())));
    }

    /// Deletes what there is of all sessions of a tenant.
    ///
    /// @return how many turns
    int forgetTenant(String tenant) throws IOException {
        return database.sweep(
                database.transact("changed", 0, open -> delete(open, "tenant = ?", SessionName.tenantKey(tenant))));
    }

    Stored stored(SessionName name) throws IOException {
        return database.transact("read", Stored.NOTHING, open -> stored(open, "session", name.key()));
    }

    Stored storedOfTenant(String tenant) throws IOException {
        return database.transact("read", Stored.NOTHING, open -> stored(open, "tenant", SessionName.tenantKey(tenant)));
    }

    /// Deletes what is too old, and the oldest where all takes too much. Sweeps what was deleted one by one before.
    ///
    /// @param since older turns go
    /// @param mostBytes that all may take
    /// @return how many turns went
    int prune(Instant since, long mostBytes) throws IOException {
        int old = database.transact("changed", 0, open -> delete(open, "at < cast(? as integer)",
                Long.toString(since.toEpochMilli())));
        int more = old;
        int step;
        do {
            step = database.transact("changed", 0, open -> Database.size(open) <= mostBytes
                    ? 0
                    : delete(open, "rowid in (select rowid from turn order by at, no limit cast(? as integer))",
                            Integer.toString(STEP)));
            more += step;
        } while (step > 0);
        database.sweep(more + unswept);
        unswept = 0;
        return more;
    }

    private static int delete(Connection open, String where, String value) throws SQLException {
        try (PreparedStatement delete = open.prepareStatement("delete from turn where " + where)) {
            delete.setString(1, value);
            return delete.executeUpdate();
        }
    }

    private static long number(Connection open, String sql, String value) throws SQLException {
        try (PreparedStatement select = open.prepareStatement(sql)) {
            select.setString(1, value);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    private static Stored stored(Connection open, String column, String value) throws SQLException {
        try (PreparedStatement select = open.prepareStatement("select count(*), sum(length(sealed)), min(at), max(at)"
                + " from turn where " + column + " = ?")) {
            select.setString(1, value);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() && rows.getLong(1) > 0
                        ? new Stored(rows.getLong(1), rows.getLong(2), Instant.ofEpochMilli(rows.getLong(3)),
                                Instant.ofEpochMilli(rows.getLong(4)))
                        : Stored.NOTHING;
            }
        }
    }

    private Seal comparedSeal(Connection open) throws IOException, SQLException {
        Seal ours = seal;
        if (ours == null) {
            Secret configured = key;
            byte[] secret = configured == null
                    ? OwnSecret.in(data.resolve(KEY))
                    : configured.value().getBytes(StandardCharsets.UTF_8);
            ours = Seal.of(secret, PURPOSE);
            seal = ours;
        }
        if (!keysCompared) {
            keysCompared = true;
            long others = number(open, "select count(*) from turn where sealed_by <> ?", ours.id());
            if (others > 0) {
                losses.otherKey(others);
            }
        }
        return ours;
    }

    @Override
    public void close() throws IOException {
        database.close();
    }
}
