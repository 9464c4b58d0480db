package dev.formulary.engine.store;

import dev.formulary.engine.config.Retained;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Notice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers that can be fetched and followed, encrypted in a file. Thread-safe.
///
/// A call waits for no write: a thread of its own writes at once what was answered, and whoever looks for an answer writes first
/// what still waits. No failure to write fails a call: operators are told, and what could not be written is tried again. While
/// nothing is kept any more, what was kept still goes when its time is over.
public final class Responses implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Responses.class);
    private static final long PRUNE_SECONDS = 10;
    /// What share of the room one answer may take.
    private static final int SHARE = 16;
    private static final int MOST_WAITING = 256;

    private final Retained kept;
    private final Clock clock;
    private final ResponseFile file;
    private final WriteBehind behind;
    /// Guarded by itself.
    private final ArrayDeque<Waiting> unwritten = new ArrayDeque<>();
    private long bytesWaiting;
    private long bytesSincePruned;

    private record Waiting(ResponseFile.Name name, byte[] document, Instant at) {}

    /// Nothing is read or made until it is needed.
    ///
    /// @param data where the file lies, or will
    /// @param cache where the database driver may unpack its library
    /// @param alarm told of what can't be kept or read; must not block
    public Responses(Settings.Sessions settings, Path data, Path cache, Consumer<Notice> alarm, Clock clock) {
        this(settings, data, cache, alarm, clock, PRUNE_SECONDS);
    }

    /// @param pruneSeconds how often to look for what is too old; 0 for only when told
    Responses(Settings.Sessions settings, Path data, Path cache, Consumer<Notice> alarm, Clock clock,
            long pruneSeconds) {
        this.kept = settings.responses();
        this.clock = clock;
        behind = new WriteBehind("responses", this::write, alarm);
        file = new ResponseFile(data, cache, settings.history().key(), why -> {
            LOG.error("kept answers are damaged as a whole, they are deleted reason={}", why.getMessage());
            behind.tell("responses-damaged",
                    "the file of answers was damaged and has been deleted; they can't be followed");
        });
        behind.every(pruneSeconds, this::tick);
    }

    /// Whether an answer is kept whose conversation takes so much.
    ///
    /// @param bytes of its JSON, roughly
    public boolean keeps(long bytes) {
        return kept.keep() && bytes <= kept.maxSize() / SHARE;
    }

    /// Keeps an answer. Does not block.
    ///
    /// @param document what is found later
    public void keep(String tenant, String id, byte[] document) {
        boolean lost = false;
        synchronized (unwritten) {
            unwritten.addLast(new Waiting(new ResponseFile.Name(tenant, id), document, clock.instant()));
            bytesWaiting += document.length;
            while (unwritten.size() > 1 && (unwritten.size() > MOST_WAITING || bytesWaiting > kept.maxSize() / 4)) {
                bytesWaiting -= unwritten.removeFirst().document().length;
                lost = true;
            }
        }
        if (lost) {
            LOG.warn("more answers wait to be written than there is room for, the oldest are lost");
            behind.tell("responses-not-kept",
                    "more answers wait to be written than there is room for; the oldest are lost");
        }
        behind.soon();
    }

    /// Writes what waits, in order. What can't be written stays.
    private void write() {
        for (Waiting next = first(); next != null; next = first()) {
            try {
                file.put(next.name(), next.document(), next.at());
                written(next);
                behind.recovered();
                bytesSincePruned += next.document().length;
                if (bytesSincePruned > kept.maxSize() / SHARE) {
                    prune();
                }
            } catch (IOException | RuntimeException e) {
                behind.failed("responses-not-kept", "answers can't be kept, it is tried again: ", e);
                return;
            }
        }
    }

    private @Nullable Waiting first() {
        synchronized (unwritten) {
            return unwritten.peekFirst();
        }
    }

    @SuppressWarnings("ReferenceEquality") // it may have made room meanwhile
    private void written(Waiting one) {
        synchronized (unwritten) {
            if (unwritten.peekFirst() == one) {
                unwritten.removeFirst();
                bytesWaiting -= one.document().length;
            }
        }
    }

    /// The answer with that id, if it is that tenant's; null when there is none (any more). Waits for the disk.
    ///
    /// @throws IOException when the file can't be read
    public byte @Nullable [] find(String tenant, String id) throws IOException {
        var name = new ResponseFile.Name(tenant, id);
        return behind.used(() -> {
            byte[] waits = waiting(name);
            return waits == null ? file.find(name, clock.instant().minus(kept.retention())) : waits;
        });
    }

    /// One that could not be written yet.
    private byte @Nullable [] waiting(ResponseFile.Name name) {
        synchronized (unwritten) {
            return unwritten.stream().filter(each -> each.name().equals(name)).map(Waiting::document).findAny()
                    .orElse(null);
        }
    }

    /// Forgets an answer. Waits for the disk.
    ///
    /// @return false when there is none of that tenant's
    public boolean forget(String tenant, String id) throws IOException {
        var name = new ResponseFile.Name(tenant, id);
        return behind.used(() -> {
            boolean waited = drop(each -> each.name().equals(name));
            return file.forget(name) > 0 || waited;
        });
    }

    /// How many answers of a tenant are kept. Waits for the disk.
    public long count(String tenant) throws IOException {
        return behind.used(() -> file.count(tenant));
    }

    /// Forgets all answers of a tenant. Waits for the disk.
    ///
    /// @return how many there were
    public int forgetTenant(String tenant) throws IOException {
        return behind.used(() -> {
            drop(each -> each.name().tenant().equals(tenant));
            return file.forgetTenant(tenant);
        });
    }

    private boolean drop(java.util.function.Predicate<Waiting> which) {
        synchronized (unwritten) {
            boolean any = unwritten.removeIf(which);
            bytesWaiting = unwritten.stream().mapToLong(each -> each.document().length).sum();
            return any;
        }
    }

    private void prune() throws IOException {
        bytesSincePruned = 0;
        file.prune(clock.instant().minus(kept.retention()), kept.most(), kept.maxSize());
    }

    /// Writes what could not be written before, and deletes what is too old or too much.
    void tick() {
        behind.used(() -> {
            prune();
            return true;
        }, "responses-not-deleted", "answers that are too old are still there, it is tried again: ", false);
    }

    /// Writes what waits, and stops.
    @Override
    public void close() throws IOException {
        behind.close(file::close);
    }
}
