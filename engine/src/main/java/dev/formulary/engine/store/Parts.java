package dev.formulary.engine.store;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Situation;
import dev.formulary.spi.ModelCard;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes what decisions share once: told by identity what all calls of a tick have in common, by equality what many calls
/// have, and by the hash of the content all else. Not thread-safe.
final class Parts implements AutoCloseable {
    static final String SITUATION = "situation";
    static final String CARDS = "cards";
    static final String VITALS = "vitals";
    static final String CONTEXT = "context";
    static final String VERDICT = "verdict";
    private static final int REMEMBERED = 256;

    private final Chain chain;
    private final Packed packed = new Packed();
    private final PreparedStatement find;
    private final PreparedStatement insert;
    private final PreparedStatement touch;
    private final Map<Object, Ref> known = new LinkedHashMap<>(REMEMBERED * 2, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Ref> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final Map<Long, Long> touched = new HashMap<>();
    private @Nullable Situation situation;
    private @Nullable Ref situationRef;
    private @Nullable List<Candidate> candidates;
    private @Nullable Models models;

    /// @param no its number in the file
    /// @param hash of kind and content
    record Ref(long no, byte[] hash) {}

    /// What is known of a model.
    record Card(String id, String provider, ModelCard card) {}

    private record Models(Ref cards, Ref vitals) {}

    Parts(Connection connection, Chain chain) throws SQLException {
        this.chain = chain;
        find = connection.prepareStatement("select no from part where hash = ?");
        insert = connection.prepareStatement("insert into part (kind, hash, body, last_seq) values (?, ?, ?, ?)"
                + " returning no");
        touch = connection.prepareStatement("update part set last_seq = ? where no = ?");
    }

    /// The parts of a decision in their order, written where they are new.
    ///
    /// @param seq the entry that refers to them
    @SuppressWarnings("ReferenceEquality") // equal ones are told by their hash; this only spares the work
    List<Ref> of(long seq, Discretion.Said said, List<Candidate> all) throws SQLException {
        if (said.situation() != situation || situationRef == null) {
            situationRef = write(SITUATION, said.situation(), seq);
            situation = said.situation();
        }
        if (all != candidates || models == null) {
            models = new Models(write(CARDS, all.stream().map(one -> new Card(one.id(), one.provider(), one.card()))
                    .toList(), seq), write(VITALS, all.stream().map(Candidate::vitals).toList(), seq));
            candidates = all;
        }
        List<Ref> refs = List.of(situationRef, models.cards, models.vitals, equal(CONTEXT, said.context(), seq),
                equal(VERDICT, said.ruled(), seq));
        refs.forEach(ref -> touched.put(ref.no, seq));
        return refs;
    }

    private Ref equal(String kind, Object value, long seq) throws SQLException {
        Ref ref = known.get(value);
        if (ref == null) {
            ref = write(kind, value, seq);
            known.put(value, ref);
        }
        return ref;
    }

    private Ref write(String kind, Object value, long seq) throws SQLException {
        byte[] content = FactsJson.write(value);
        byte[] hash = chain.part(kind, content);
        find.setBytes(1, hash);
        try (ResultSet rows = find.executeQuery()) {
            if (rows.next()) {
                return new Ref(rows.getLong(1), hash);
            }
        }
        insert.setString(1, kind);
        insert.setBytes(2, hash);
        insert.setBytes(3, packed.pack(content));
        insert.setLong(4, seq);
        try (ResultSet rows = insert.executeQuery()) {
            return new Ref(rows.getLong(1), hash);
        }
    }

    /// Says of each part that was used which entry was the last to do so. Call it before each commit.
    void settle() throws SQLException {
        for (var entry : touched.entrySet()) {
            touch.setLong(1, entry.getValue());
            touch.setLong(2, entry.getKey());
            touch.executeUpdate();
        }
        touched.clear();
    }

    /// Looks everything up anew from now on: parts may have gone.
    void forget() {
        known.clear();
        touched.clear();
        situation = null;
        situationRef = null;
        candidates = null;
        models = null;
    }

    @Override
    public void close() throws SQLException {
        find.close();
        insert.close();
        touch.close();
        packed.close();
    }
}
