package dev.formulary.engine.store;

import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the log, also while a gateway writes it. Thread-safe: one reads at a time.
public final class DecisionReader implements AutoCloseable {
    private static final int CHUNK = 256;
    private static final int PARTS_KEPT = 2_048;
    private static final String COLUMNS = "select e.seq, e.id, e.situation, e.cards, e.vitals, e.context, e.verdict,"
            + " e.body, (select o.body from entry o where o.id = e.id and o.id <> '' and o.kind = 2 order by o.seq"
            + " limit 1) from entry e where e.kind = 1";

    private final Connection connection;
    private final ReentrantLock reading = new ReentrantLock();
    private final Map<Long, StoredPart> parts = new HashMap<>();
    private final PreparedStatement part;

    /// Opens the log of a home folder.
    ///
    /// @param data the data folder
    /// @param cache where the driver may unpack its library
    /// @throws IOException when there is none, or it can't be read; the message is for the user
    public DecisionReader(Path data, Path cache) throws IOException {
        Path file = data.resolve(DecisionWriter.FILE);
        if (!Files.isRegularFile(file)) {
            throw new IOException("no decisions are kept in " + file);
        }
        try {
            connection = Database.read(file, cache);
            long version = Database.number(connection, "pragma user_version");
            if (version != Database.DECISIONS.version()) {
                connection.close();
                throw new IOException("the format of " + file + " is " + version + ", this version reads "
                        + Database.DECISIONS.version() + "; formulary run brings an older one up to date");
            }
            part = connection.prepareStatement("select body from part where no = ?");
        } catch (SQLException e) {
            throw new IOException(file + " can't be read: " + e.getMessage(), e);
        }
    }

    /// The decision of that id, or null when it is not kept.
    public @Nullable Kept find(String id) throws IOException {
        List<Row> rows = rows(" and e.id = ? and e.id <> '' limit 1", id);
        return rows.isEmpty() ? null : rows.getFirst().kept();
    }

    /// The latest decisions, the newest first. Those that can't be read are left out.
    ///
    /// @param most how many at most
    /// @param unreadable told about each that is left out
    public List<Kept> latest(int most, Consumer<String> unreadable) throws IOException {
        var latest = new ArrayList<Kept>();
        for (Row row : rows(" order by e.seq desc limit " + most, null)) {
            try {
                latest.add(row.kept());
            } catch (IOException e) {
                unreadable.accept(String.valueOf(e.getMessage()));
            }
        }
        return latest;
    }

    private List<Row> rows(String rest, @Nullable String id) throws IOException {
        reading.lock();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS + rest)) {
            if (id != null) {
                statement.setString(1, id);
            }
            var rows = new ArrayList<Row>();
            try (ResultSet results = statement.executeQuery()) {
                while (results.next()) {
                    rows.add(row(results));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IOException("decisions can't be read: " + e.getMessage(), e);
        } finally {
            reading.unlock();
        }
    }

    /// Works on the latest decisions, the oldest of them first, on all processors.
    ///
    /// @param last how many
    /// @param work called on many threads at once
    /// @param take called on this thread with the results, in the order of the decisions
    <T> void each(long last, Function<Row, T> work, Consumer<T> take) throws IOException, InterruptedException {
        reading.lock();
        try (var workers = Threads.perTask("decisions");
                PreparedStatement statement = connection.prepareStatement(COLUMNS + " and e.seq >= coalesce((select seq"
                        + " from entry where kind = 1 order by seq desc limit 1 offset ?), 0) order by e.seq")) {
            statement.setLong(1, Math.max(0, last - 1));
            Deque<Future<List<T>>> underWay = new ArrayDeque<>();
            int most = 2 * Runtime.getRuntime().availableProcessors();
            try (ResultSet results = statement.executeQuery()) {
                for (List<Row> chunk = chunk(results); !chunk.isEmpty(); chunk = chunk(results)) {
                    List<Row> rows = chunk;
                    underWay.add(workers.submit(() -> rows.stream().map(work).toList()));
                    if (underWay.size() >= most) {
                        underWay.remove().get().forEach(take);
                    }
                }
            }
            while (!underWay.isEmpty()) {
                underWay.remove().get().forEach(take);
            }
        } catch (SQLException e) {
            throw new IOException("decisions can't be read: " + e.getMessage(), e);
        } catch (ExecutionException e) {
            throw new IOException("a decision could not be worked on: " + e.getCause(), e);
        } finally {
            reading.unlock();
        }
    }

    private List<Row> chunk(ResultSet results) throws SQLException {
        var rows = new ArrayList<Row>(CHUNK);
        while (rows.size() < CHUNK && results.next()) {
            rows.add(row(results));
        }
        return rows;
    }

    private Row row(ResultSet results) throws SQLException {
        return new Row(results.getLong(1), results.getString(2), part(results.getLong(3)), part(results.getLong(4)),
                part(results.getLong(5)), part(results.getLong(6)), part(results.getLong(7)), results.getBytes(8),
                results.getBytes(9));
    }

    /// A part that is missing is found to be so when somebody wants to know what it means.
    private StoredPart part(long no) throws SQLException {
        StoredPart known = parts.get(no);
        if (known != null) {
            return known;
        }
        part.setLong(1, no);
        try (ResultSet results = part.executeQuery()) {
            var fresh = new StoredPart(results.next() ? results.getBytes(1) : new byte[0]);
            if (parts.size() >= PARTS_KEPT) {
                parts.clear();
            }
            parts.put(no, fresh);
            return fresh;
        }
    }

    /// Walks the whole chain.
    ///
    /// @param head the hash of an entry that is known from before, in hexadecimal, and must still be there; or null
    public ChainReport verify(@Nullable String head) throws IOException {
        reading.lock();
        try {
            return new ChainCheck(connection, head).run();
        } catch (SQLException e) {
            throw new IOException("decisions can't be read: " + e.getMessage(), e);
        } finally {
            reading.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("the decisions did not close cleanly", e);
        }
    }
}
