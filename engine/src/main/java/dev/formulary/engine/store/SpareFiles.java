package dev.formulary.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Files of a journal that are made before they are needed: `0000000001.journal` and so on. They are read in the order of their
/// numbers, so they are made one after another and used in that order. Thread-safe.
final class SpareFiles {
    static final String SUFFIX = ".journal";

    private final Path folder;
    private final int bytes;
    /// A disk is waited for under it.
    private final ReentrantLock making = new ReentrantLock();
    private final Queue<JournalSegment> made = new ArrayDeque<>();
    private long number;
    private boolean closed;

    /// @param bytes of a file
    SpareFiles(Path folder, int bytes) {
        this.folder = folder;
        this.bytes = bytes;
    }

    /// Such a number is in use; later ones are higher. To be called before others know of this.
    ///
    /// @throws NumberFormatException when the file's name has none
    void inUse(Path file) {
        number = Math.max(number, Long.parseLong(file.getFileName().toString().replace(SUFFIX, "")));
    }

    /// The next one; null when none is made. Waits for nobody.
    @Nullable
    JournalSegment take() {
        synchronized (made) {
            return made.poll();
        }
    }

    int count() {
        synchronized (made) {
            return made.size();
        }
    }

    /// Makes one.
    ///
    /// @param wanted asked once nobody else makes one
    /// @return false when none is wanted
    /// @throws IOException when there is no room
    boolean make(BooleanSupplier wanted) throws IOException {
        making.lock();
        try {
            if (closed || !wanted.getAsBoolean()) {
                return false;
            }
            JournalSegment next = JournalSegment.make(file(++number), bytes);
            synchronized (made) {
                made.add(next);
            }
            return true;
        } finally {
            making.unlock();
        }
    }

    /// Makes no more, and deletes those that were not used.
    void close() throws IOException {
        making.lock();
        try {
            closed = true;
            for (JournalSegment spare = take(); spare != null; spare = take()) {
                drop(spare);
            }
        } finally {
            making.unlock();
        }
    }

    /// Makes a small file that knows the last id, and no more.
    void finish(long lastId) throws IOException {
        making.lock();
        try {
            closed = true;
            try (JournalSegment last = JournalSegment.make(file(++number), JournalSegment.HEAD)) {
                last.lastId(lastId);
            }
        } finally {
            making.unlock();
        }
    }

    /// Deletes a file.
    static void drop(JournalSegment file) throws IOException {
        file.close();
        Files.deleteIfExists(file.file());
    }

    private Path file(long its) {
        return folder.resolve("%010d%s".formatted(its, SUFFIX));
    }
}
