package dev.formulary.engine.reload;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wakes up when something in a folder or below it changes. Where the system can't tell (no watches left, a file system
/// without events), it just waits: slower, never wrong. Used by one thread but for [#close].
final class FolderEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderEvents.class);
    private static final long QUIET_MS = 30;
    /// A folder that is written to without pause must not keep the owner waiting for ever.
    private static final int MOST_QUIET_WAITS = 10;
    private static final int DEEPEST = 8;
    private static final int MOST_FOLDERS = 1000;

    private final String name;
    private final Path folder;
    private final @Nullable WatchService service;
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean complained;

    /// @param service gives the events; null for none
    FolderEvents(String name, Path folder, @Nullable WatchService service) {
        this.name = name;
        this.folder = folder;
        this.service = service;
    }

    static FolderEvents of(String name, Path folder) {
        try {
            return new FolderEvents(name, folder, FileSystems.getDefault().newWatchService());
        } catch (IOException e) {
            FolderEvents events = new FolderEvents(name, folder, null);
            events.complain(e);
            return events;
        }
    }

    /// Asks for events of the folder and all below it. Asking again for a known one costs next to nothing; one that was
    /// deleted and made again under the same name is new to the system.
    void register() {
        if (service == null || closed.getCount() == 0 || !Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> below = Files.walk(folder.toRealPath(), DEEPEST)) {
            for (Path each : below.filter(Files::isDirectory).limit(MOST_FOLDERS).toList()) {
                each.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
            }
            complained = false;
        } catch (IOException | UncheckedIOException e) {
            complain(e);
        } catch (ClosedWatchServiceException e) {
            LOG.trace("closed while registering name={}", name);
        }
    }

    /// Waits until something changes and then is quiet for a moment, or until the time is over.
    ///
    /// @return false once closed
    boolean await(long millis) throws InterruptedException {
        if (service == null) {
            return !closed.await(millis, TimeUnit.MILLISECONDS);
        }
        try {
            WatchKey key = service.poll(millis, TimeUnit.MILLISECONDS);
            for (int i = 0; key != null && i < MOST_QUIET_WAITS; i++) {
                key.pollEvents();
                key.reset();
                key = service.poll(QUIET_MS, TimeUnit.MILLISECONDS);
            }
            if (key != null) {
                key.reset();
            }
        } catch (ClosedWatchServiceException e) {
            return false;
        }
        return closed.getCount() > 0;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            if (service != null) {
                service.close();
            }
        } catch (IOException e) {
            complain(e);
        }
    }

    private void complain(Exception problem) {
        if (!complained) {
            complained = true;
            LOG.warn("changes are noticed late, every 2 seconds name={} problem={}", name, problem.toString());
        }
    }
}
