package dev.formulary.engine.store;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Appends to the log, and takes away its oldest part. Not thread-safe.
final class DecisionFile implements AutoCloseable {
    /// How many entries go in one step.
    static final int STEP = 500;
    private static final String INSERT = "insert into entry (seq, kind, at, id, situation, cards, vitals, context,"
            + " verdict, body, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final int FIRST_PART = 5;
    private static final int PARTS = 5;

    private final Connection connection;
    private final Chain chain = new Chain();
    private final Discretion discretion;
    private final Parts parts;
    private final PreparedStatement insert;
    private final PreparedStatement setHead;
    private long seq;
    private byte[] hash = Chain.START;

    /// @param call with what of it may be kept
    /// @param hidden which facts are not kept as they were
    /// @param outcome when it was known soon enough; else it has an entry of its own
    /// @param continuity null for a call without a session
    record Line(Call call, List<String> hidden, @Nullable Outcome outcome,
            @Nullable Continuity continuity) {}

    /// Some events were not written.
    record Lost(long events) {}

    /// All entries up to one were taken away.
    ///
    /// @param hash of the last one, in hexadecimal
    record Pruned(long through, String hash) {}

    DecisionFile(Path file, Path cache, Discretion discretion) throws SQLException {
        this.discretion = discretion;
        connection = Database.write(file, cache, Database.DECISIONS);
        try {
            parts = new Parts(connection, chain);
            insert = connection.prepareStatement(INSERT);
            setHead = connection.prepareStatement("insert into head (one, seq, hash) values (1, ?, ?)"
                    + " on conflict (one) do update set seq = excluded.seq, hash = excluded.hash");
            readHead();
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private void readHead() throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select seq, hash from head")) {
            boolean begun = rows.next();
            seq = begun ? rows.getLong(1) : 0;
            hash = begun ? rows.getBytes(2) : Chain.START;
        }
    }

    /// Appends events in one transaction: all of them or, when it throws, none.
    ///
    /// @param lost how many were lost before these
    void append(List<Event> events, long lost, Instant now) throws SQLException {
        transact(() -> {
            if (lost > 0) {
                entry(Chain.LOST, now.toEpochMilli(), "", FactsJson.write(new Lost(lost)), List.of());
            }
            Map<String, Outcome> outcomes = new HashMap<>();
            for (Event event : events) {
                if (event instanceof Event.Completed(String id, Outcome outcome)) {
                    outcomes.put(id, Discretion.of(outcome));
                }
            }
            for (Event event : events) {
                switch (event) {
                    case Event.Decided decided -> decided(decided, outcomes.remove(decided.decision().id()));
                    case Event.Completed(String id, Outcome _) -> completed(id, outcomes.remove(id), now);
                }
            }
        });
    }

    private void decided(Event.Decided event, @Nullable Outcome outcome) throws SQLException {
        Question question = event.question();
        Discretion.Said said = discretion.of(question.call(), question.context(), question.situation(),
                Ruled.of(event.decision()));
        List<Parts.Ref> refs = parts.of(seq + 1, said, question.candidates());
        entry(Chain.DECISION, question.call().received().toEpochMilli(), event.decision().id(),
                FactsJson.write(new Line(said.call(), said.hidden(), outcome, known(question.continuity()))), refs);
    }

    private static @Nullable Continuity known(Continuity continuity) {
        return continuity.equals(Continuity.NONE) ? null : continuity;
    }

    /// @param outcome null when it stands in the decision's entry already
    private void completed(String id, @Nullable Outcome outcome, Instant now) throws SQLException {
        if (outcome != null) {
            entry(Chain.OUTCOME, now.toEpochMilli(), id, FactsJson.write(outcome), List.of());
        }
    }

    private void entry(int kind, long at, String id, byte[] body, List<Parts.Ref> refs) throws SQLException {
        seq++;
        hash = chain.next(hash, seq, kind, at, id, body, refs.stream().map(Parts.Ref::hash).toList());
        insert.setLong(1, seq);
        insert.setInt(2, kind);
        insert.setLong(3, at);
        insert.setString(4, id);
        for (int i = 0; i < PARTS; i++) {
            if (refs.isEmpty()) {
                insert.setNull(FIRST_PART + i, java.sql.Types.INTEGER);
            } else {
                insert.setLong(FIRST_PART + i, refs.get(i).no());
            }
        }
        insert.setBytes(10, body);
        insert.setBytes(11, hash);
        insert.executeUpdate();
    }

    /// Takes some of the oldest entries away when they are too old or the file too large. What went is told by a new entry,
    /// so that the chain still begins somewhere.
    ///
    /// @return whether to call again
    boolean prune(Instant oldest, long mostBytes, Instant now) throws SQLException {
        long first = Database.number(connection, "select min(seq) from entry");
        long within = Math.min(first + STEP - 1, seq - 1);
        long through = size() > mostBytes
                ? within
                : Database.number(connection, "select max(seq) from entry where seq between " + first + " and " + within
                        + " and at < " + oldest.toEpochMilli());
        if (first == 0 || through < first) {
            connection.commit();
            return false;
        }
        transact(() -> {
            byte[] last = hashOf(through);
            Database.execute(connection, "delete from entry where seq <= " + through);
            Database.execute(connection, "delete from part where last_seq <= " + through);
            entry(Chain.PRUNED, now.toEpochMilli(), "",
                    FactsJson.write(new Pruned(through, HexFormat.of().formatHex(last))), List.of());
        });
        parts.forget();
        Database.shrink(connection);
        return true;
    }

    private byte[] hashOf(long number) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select hash from entry where seq = " + number)) {
            if (!rows.next()) {
                throw new SQLException("entry " + number + " is missing");
            }
            return rows.getBytes(1);
        }
    }

    /// Bytes that entries and parts take.
    long size() throws SQLException {
        return Database.size(connection);
    }

    /// For tests: the disk is full at so many pages.
    void limitPages(long pages) throws SQLException {
        Database.number(connection, "pragma max_page_count=" + pages);
        connection.commit();
    }

    private interface Work {
        void run() throws SQLException;
    }

    private void transact(Work work) throws SQLException {
        long seqBefore = seq;
        byte[] hashBefore = hash;
        try {
            work.run();
            parts.settle();
            setHead.setLong(1, seq);
            setHead.setBytes(2, hash);
            setHead.executeUpdate();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            seq = seqBefore;
            hash = hashBefore;
            parts.forget();
            Database.rollBack(connection, e);
            throw e;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
