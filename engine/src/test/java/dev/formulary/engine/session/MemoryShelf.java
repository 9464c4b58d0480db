package dev.formulary.engine.session;

import dev.formulary.engine.facts.SessionRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/// Keeps sessions as long as the test runs, and fails when told.
final class MemoryShelf implements Shelf {
    final Map<String, SessionRecord> kept = new LinkedHashMap<>();
    final CountDownLatch mayLoad = new CountDownLatch(1);
    boolean full;
    int writes;

    MemoryShelf() {
        this(true);
    }

    /// @param open false lets whoever reads it wait until [#mayLoad] is counted down
    MemoryShelf(boolean open) {
        if (open) {
            mayLoad.countDown();
        }
    }

    @Override
    public List<SessionRecord> youngest(int most, Instant since) throws IOException {
        try {
            mayLoad.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return new ArrayList<>(kept.values());
    }

    @Override
    public void write(List<SessionRecord> changed, Set<String> gone, Instant since, int most) throws IOException {
        if (full) {
            throw new IOException("the disk is full");
        }
        writes++;
        changed.forEach(record -> kept.put(record.key(), record));
        gone.forEach(kept::remove);
    }

    @Override
    public void close() {
        // nothing is held
    }
}
