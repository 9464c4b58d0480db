package dev.formulary.engine.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Computes every hash of the log again, and compares. Not thread-safe.
final class ChainCheck {
    private static final List<String> KINDS = List.of(Parts.SITUATION, Parts.CARDS, Parts.VITALS, Parts.CONTEXT,
            Parts.VERDICT);
    private static final String ENTRIES = "select seq, kind, at, id, body, hash, situation, cards, vitals, context,"
            + " verdict from entry order by seq";
    private static final int FIRST_PART = 7;

    private final Connection connection;
    private final @Nullable String wanted;
    private final Chain chain = new Chain();
    private final Map<Long, byte[]> partHashes = new HashMap<>();
    private boolean wantedSeen;
    private long count;
    private long first;
    private long last;
    private byte[] hash = Chain.START;

    ChainCheck(Connection connection, @Nullable String head) {
        this.connection = connection;
        this.wanted = head == null ? null : head.toLowerCase(Locale.ROOT);
    }

    /// One read transaction, so that what is written meanwhile does not matter.
    ChainReport run() throws SQLException {
        connection.setAutoCommit(false);
        try {
            String broken = walk();
            return new ChainReport(count, first, last, HexFormat.of().formatHex(hash), broken);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private @Nullable String walk() throws SQLException {
        first = Database.number(connection, "select min(seq) from entry");
        String broken = first > 1 ? begin() : null;
        if (broken != null) {
            return broken;
        }
        last = Math.max(0, first - 1);
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ENTRIES);
                PreparedStatement parts = connection.prepareStatement("select kind, body from part where no = ?")) {
            while (rows.next()) {
                broken = entry(rows, parts);
                if (broken != null) {
                    return broken;
                }
            }
        }
        return end();
    }

    /// Where entries were pruned, an entry of the chain itself says so, with the hash of the last that went.
    private @Nullable String begin() throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select body from entry where kind = " + Chain.PRUNED
                        + " order by seq desc")) {
            while (rows.next()) {
                try {
                    DecisionFile.Pruned pruned = FactsJson.read(rows.getBytes(1), DecisionFile.Pruned.class);
                    if (pruned.through() == first - 1) {
                        hash = HexFormat.of().parseHex(pruned.hash());
                        return null;
                    }
                } catch (IOException | IllegalArgumentException e) {
                    // not what the gateway writes; the walk finds out where
                }
            }
        }
        return "entries 1 to " + (first - 1) + " are missing, and no entry says that they were pruned";
    }

    private @Nullable String entry(ResultSet rows, PreparedStatement parts) throws SQLException {
        long seq = rows.getLong(1);
        String name = "entry " + seq + name(rows);
        if (seq != last + 1) {
            return "entries " + (last + 1) + " to " + (seq - 1) + " are missing, before " + name;
        }
        var hashes = new ArrayList<byte[]>(KINDS.size());
        for (int i = 0; i < KINDS.size() && rows.getInt(2) == Chain.DECISION; i++) {
            byte[] part = part(KINDS.get(i), rows.getLong(FIRST_PART + i), parts);
            if (part == null) {
                return name + ": its " + KINDS.get(i) + " is missing or damaged";
            }
            hashes.add(part);
        }
        byte[] right = chain.next(hash, seq, rows.getInt(2), rows.getLong(3), rows.getString(4), rows.getBytes(5),
                hashes);
        if (!Arrays.equals(right, rows.getBytes(6))) {
            return name + ": it, or something that it refers to, is not what was written";
        }
        hash = right;
        last = seq;
        count++;
        wantedSeen |= wanted != null && HexFormat.of().formatHex(hash).equals(wanted);
        return null;
    }

    private static String name(ResultSet rows) throws SQLException {
        String id = rows.getString(4);
        return switch (rows.getInt(2)) {
            case Chain.DECISION -> " (decision " + id + ")";
            case Chain.OUTCOME -> " (outcome of " + id + ")";
            case Chain.LOST -> " (events that were lost)";
            case Chain.PRUNED -> " (entries that were pruned)";
            default -> "";
        };
    }

    /// The hash of what the part holds now; null when it is not there.
    private byte @Nullable [] part(String kind, long no, PreparedStatement parts) throws SQLException {
        byte[] known = partHashes.get(no);
        if (known != null) {
            return known;
        }
        parts.setLong(1, no);
        try (ResultSet rows = parts.executeQuery()) {
            if (!rows.next() || !kind.equals(rows.getString(1))) {
                return null;
            }
            byte[] found = chain.part(kind, Packed.unpack(rows.getBytes(2)));
            partHashes.put(no, found);
            return found;
        } catch (IOException e) {
            return null;
        }
    }

    private @Nullable String end() throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select seq, hash from head")) {
            boolean begun = rows.next();
            long head = begun ? rows.getLong(1) : 0;
            if (head > last) {
                return "entries " + (last + 1) + " to " + head + " are missing at the end";
            }
            if (head < last || !Arrays.equals(begun ? rows.getBytes(2) : Chain.START, hash)) {
                return "the end is entry " + last + ", and should be entry " + head + " with another hash";
            }
        }
        return wanted == null || wantedSeen ? null : "no entry has the hash " + wanted;
    }
}
