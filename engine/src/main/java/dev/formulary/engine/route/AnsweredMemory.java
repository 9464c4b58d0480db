package dev.formulary.engine.route;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Remembers the latest answers by what they answered, so that a question that comes twice is asked once: 4,096 answers and
/// 16 MiB at most, in memory. Over a restart it knows that a question was answered, not how. Thread-safe.
final class AnsweredMemory implements AutoCloseable {
    private static final int REMEMBERED = AnsweredFile.MOST;
    private static final long REMEMBERED_BYTES = 16L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final int most;
    private final long mostBytes;
    private final @Nullable AnsweredFile file;
    private long bytes;

    /// @param file knows of the time before a restart, or null
    AnsweredMemory(@Nullable AnsweredFile file) {
        this(file, REMEMBERED, REMEMBERED_BYTES);
    }

    AnsweredMemory(@Nullable AnsweredFile file, int most, long mostBytes) {
        this.file = file;
        this.most = most;
        this.mostBytes = mostBytes;
    }

    /// Whether the answer to a question that this process does not know went to the broker before it began.
    boolean answeredBefore(@Nullable String key) {
        return key != null && file != null && file.takeBefore(key);
    }

    /// The answer is at the broker.
    void delivered(@Nullable String key) {
        if (key != null && file != null) {
            file.answered(key);
        }
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }

    /// What is known of a question. The one that gets a new entry answers it.
    Lookup look(@Nullable String key) {
        if (key == null) {
            return new Lookup(new Entry(), true);
        }
        lock.lock();
        try {
            Entry known = entries.get(key);
            if (known != null) {
                return new Lookup(known, false);
            }
            var entry = new Entry();
            entries.put(key, entry);
            return new Lookup(entry, true);
        } finally {
            lock.unlock();
        }
    }

    void answered(@Nullable String key, Entry entry, MqttReply reply) {
        entry.reply.complete(reply);
        if (key == null) {
            return;
        }
        lock.lock();
        try {
            bytes += reply.body().length;
            Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
            while ((entries.size() > most || bytes > mostBytes) && oldest.hasNext()) {
                MqttReply old = oldest.next().getValue().reply.getNow(null);
                if (old != null) {
                    bytes -= old.body().length;
                    oldest.remove();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// Nobody could answer; the next one may try.
    void forget(@Nullable String key, Entry entry) {
        if (key != null) {
            lock.lock();
            try {
                entries.remove(key);
            } finally {
                lock.unlock();
            }
        }
        entry.reply.cancel(false);
    }

    record Lookup(Entry entry, boolean first) {}

    static final class Entry {
        final CompletableFuture<MqttReply> reply = new CompletableFuture<>();
    }
}
