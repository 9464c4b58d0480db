package dev.formulary.engine.route;

import dev.formulary.engine.store.KeptAnswers;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Remembers the latest answers by what they answered, so that a question that comes twice is asked once: 4,096 answers and
/// 16 MiB at most in memory, more on the disk, where they outlive a restart. Thread-safe.
final class AnsweredMemory implements AutoCloseable {
    private static final int REMEMBERED = 4_096;
    private static final long REMEMBERED_BYTES = 16L << 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final int most;
    private final long mostBytes;
    private final @Nullable KeptAnswers kept;
    private long bytes;

    /// @param kept knows of the time before a restart, or null
    AnsweredMemory(@Nullable KeptAnswers kept) {
        this(kept, REMEMBERED, REMEMBERED_BYTES);
    }

    AnsweredMemory(@Nullable KeptAnswers kept, int most, long mostBytes) {
        this.kept = kept;
        this.most = most;
        this.mostBytes = mostBytes;
    }

    /// A question is being answered.
    ///
    /// @param mark by which it is known should it come again, also where it has no id
    /// @return how often it was, by processes that did not come to the end of it
    int begun(String mark) {
        return kept == null ? 0 : kept.begun(mark);
    }

    /// A question without an id was answered, or a question is to be answered later.
    void ended(String mark) {
        if (kept != null) {
            kept.ended(mark);
        }
    }

    @Override
    public void close() {
        if (kept != null) {
            kept.close();
        }
    }

    /// What is known of a question. The one that gets a new entry answers it.
    Lookup look(@Nullable String key) {
        if (key == null) {
            return new Lookup(new Entry(), true);
        }
        Entry entry;
        lock.lock();
        try {
            Entry known = entries.get(key);
            if (known != null) {
                return new Lookup(known, false);
            }
            entry = new Entry();
            entries.put(key, entry);
        } finally {
            lock.unlock();
        }
        byte[] before = kept == null ? null : kept.find(key);
        if (before == null) {
            return new Lookup(entry, true);
        }
        remember(entry, AnswerBytes.read(before));
        entry.out.complete(true);
        return new Lookup(entry, false);
    }

    /// What a question gets as its answer, from now on. It outlives a restart before it goes out.
    ///
    /// @param reply its messages in their order
    void answered(@Nullable String key, Entry entry, List<MqttReply> reply) {
        if (key == null) {
            entry.reply.complete(reply);
            return;
        }
        if (kept != null) {
            kept.keep(key, AnswerBytes.of(reply));
        }
        remember(entry, reply);
    }

    private void remember(Entry entry, List<MqttReply> reply) {
        entry.reply.complete(reply);
        lock.lock();
        try {
            bytes += size(reply);
            Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
            while ((entries.size() > most || bytes > mostBytes) && oldest.hasNext()) {
                Entry old = oldest.next().getValue();
                if (old.out.isDone()) {
                    bytes -= size(old.reply.getNow(List.of()));
                    oldest.remove();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static long size(List<MqttReply> reply) {
        return reply.stream().mapToLong(each -> each.body().length).sum();
    }

    /// Nobody could answer, or the answer is too long to remember; the next one may try.
    void forget(@Nullable String key, Entry entry) {
        if (key != null) {
            lock.lock();
            try {
                entries.remove(key);
                bytes -= size(entry.reply.getNow(List.of()));
            } finally {
                lock.unlock();
            }
        }
        entry.reply.cancel(false);
        entry.out.cancel(false);
    }

    /// The answer went out and is too long to remember: the next one asks anew.
    void tooLong(@Nullable String key) {
        if (key != null) {
            lock.lock();
            try {
                entries.remove(key);
            } finally {
                lock.unlock();
            }
        }
    }

    /// @param first whether the caller is to answer
    record Lookup(Entry entry, boolean first) {}

    /// A question that is being answered, or was.
    static final class Entry {
        /// The messages of its answer.
        final CompletableFuture<List<MqttReply>> reply = new CompletableFuture<>();
        /// Done when all of them are at the broker; cancelled when the question is to come again.
        final CompletableFuture<Boolean> out = new CompletableFuture<>();
    }
}
