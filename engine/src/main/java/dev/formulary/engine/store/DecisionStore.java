package dev.formulary.engine.store;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All decisions that can be looked up: the latest in memory, those before in the file, when there is one. Thread-safe.
/// Writing never blocks; looking up what is not in memory reads the file, and waits for its writer where that is behind.
public final class DecisionStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecisionStore.class);

    private final DecisionLog latest;
    private final Path data;
    private final Path cache;
    private final @Nullable DecisionWriter writer;
    private final boolean begun;
    private final ReentrantLock opening = new ReentrantLock();
    private @Nullable DecisionReader reader;
    private @Nullable Discretion discretion;

    /// @param data the data folder
    /// @param cache where the database driver may unpack its library
    /// @param alarm told when the file can't be written; on a thread of its own
    public DecisionStore(Path data, Path cache, Settings.Decisions settings, Consumer<Notice> alarm, Clock clock) {
        this.data = data;
        this.cache = cache;
        begun = Files.isRegularFile(data.resolve(DecisionWriter.FILE));
        latest = new DecisionLog(settings.keep());
        writer = settings.store() ? new DecisionWriter(data, cache, settings, alarm, clock) : null;
    }

    /// Keeps a decision.
    public void record(Question question, Decision decision) {
        latest.record(question, decision);
        if (writer != null) {
            writer.decided(question, decision);
        }
    }

    /// Adds what came of a call.
    public void complete(String id, Outcome outcome) {
        latest.complete(id, outcome);
        if (writer != null) {
            writer.completed(id, outcome);
        }
    }

    /// The decision of that id, or null when it is not kept, or not readable.
    public @Nullable Recorded find(String id) {
        Recorded recent = latest.get(id);
        if (recent != null) {
            return recent;
        }
        Kept kept = stored(id);
        return kept == null ? null : kept.recorded();
    }

    /// The same, for one tenant's own decisions only. Of what was masked nobody is the owner.
    public @Nullable Recorded find(String id, String tenant) {
        Recorded recent = latest.get(id);
        if (recent != null) {
            return recent.call().tenant().equals(tenant) ? recent : null;
        }
        Kept kept = stored(id);
        return kept != null && isOf(kept, tenant) ? kept.recorded() : null;
    }

    private boolean isOf(Kept kept, String tenant) {
        String stored = kept.recorded().call().tenant();
        if (!kept.hidden().contains("tenant")) {
            return stored.equals(tenant);
        }
        opening.lock();
        try {
            Discretion hashing = discretion;
            if (hashing == null) {
                hashing = new Discretion("hash", data);
                discretion = hashing;
            }
            return stored.equals(hashing.token(tenant));
        } catch (IOException e) {
            LOG.warn("a decision's owner can't be told", e);
            return false;
        } finally {
            opening.unlock();
        }
    }

    private @Nullable Kept stored(String id) {
        Kept kept = read(id);
        if (writer != null && (kept == null || kept.recorded().outcome() == null) && writer.waiting() > 0) {
            writer.flush();
            kept = read(id);
        }
        return kept;
    }

    private @Nullable Kept read(String id) {
        try {
            DecisionReader open = reader();
            return open == null ? null : open.find(id);
        } catch (IOException e) {
            LOG.warn("decision can't be read reason={}", e.getMessage());
            return null;
        }
    }

    /// The latest decisions, the newest first.
    ///
    /// @param most how many at most
    public List<Recorded> recent(int most) {
        List<Recorded> recent = latest.recent(most);
        if (recent.size() >= most || writer == null) {
            return recent;
        }
        writer.flush();
        var all = new ArrayList<>(recent);
        var ids = new java.util.HashSet<String>();
        recent.forEach(one -> ids.add(one.id()));
        try {
            DecisionReader open = reader();
            if (open != null) {
                open.latest(most, why -> LOG.debug("left out reason={}", why)).stream()
                        .filter(kept -> ids.add(kept.id())).map(Kept::recorded).forEach(all::add);
            }
        } catch (IOException e) {
            LOG.warn("decisions can't be read reason={}", e.getMessage());
        }
        return all.subList(0, Math.min(most, all.size()));
    }

    private @Nullable DecisionReader reader() throws IOException {
        opening.lock();
        try {
            if (reader == null && writer != null && (begun || writer.written() > 0)) {
                reader = new DecisionReader(data, cache);
            }
            return reader;
        } finally {
            opening.unlock();
        }
    }

    /// Decisions and outcomes that the file could not take since the start.
    public long lost() {
        return writer == null ? 0 : writer.lost();
    }

    /// Decisions and outcomes that wait to be written.
    public long waiting() {
        return writer == null ? 0 : writer.waiting();
    }

    /// Writes what waits, and stops.
    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
        if (reader != null) {
            reader.close();
        }
    }
}
