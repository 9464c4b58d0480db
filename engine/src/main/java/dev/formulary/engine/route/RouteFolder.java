package dev.formulary.engine.route;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings what serves in line with what stands in the routes folder. A new version starts beside the old one, which then
/// drains in the background; a file that is wrong keeps its old version, and the other files. Thread-safe.
final class RouteFolder {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFolder.class);

    private final Path folder;
    private final LiveRoutes live;
    private final Supplier<RouteTrial> trials;
    private final Consumer<List<RouteStatus>> listener;
    private final Runnable beforeSwap;
    private final Runnable afterSwap;
    private final ReentrantLock reconciling = new ReentrantLock();
    private final Map<String, RouteVersion> serving = new TreeMap<>();
    private final Set<String> collided = new TreeSet<>();
    private final List<RouteVersion> replaced = new ArrayList<>();
    private Map<String, String> seen = Map.of();
    private volatile Map<String, RouteStatus> statuses = Map.of();

    /// @param listener told whenever a status changes
    /// @param beforeSwap makes long work inside routes stop where it can go on later
    /// @param afterSwap lets it go on
    RouteFolder(Path folder, LiveRoutes live, Supplier<RouteTrial> trials, Consumer<List<RouteStatus>> listener,
            Runnable beforeSwap, Runnable afterSwap) {
        this.folder = folder;
        this.live = live;
        this.trials = trials;
        this.listener = listener;
        this.beforeSwap = beforeSwap;
        this.afterSwap = afterSwap;
    }

    /// How every file fares, by name.
    List<RouteStatus> status() {
        return List.copyOf(statuses.values());
    }

    /// Reads the folder and starts, replaces and ends what has changed since. Returns when that serves; old versions may
    /// still drain.
    ///
    /// @return whether any file has changed
    boolean reconcile() {
        reconciling.lock();
        try {
            Map<String, String> texts = read();
            if (texts.equals(seen)) {
                return false;
            }
            seen = texts;
            apply(texts);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("routes folder '" + folder + "' can't be read", e);
        } finally {
            reconciling.unlock();
        }
    }

    private Map<String, String> read() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.yaml")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".") && Files.isRegularFile(file)) {
                    read(file, name, texts);
                }
            }
        } catch (NoSuchFileException e) {
            LOG.warn("routes folder is not there folder={}", folder);
        }
        return texts;
    }

    private static void read(Path file, String name, Map<String, String> texts) throws IOException {
        try {
            texts.put(name, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            LOG.debug("routes folder changed while it was read file={}", e.getFile());
        }
    }

    private void apply(Map<String, String> texts) {
        Map<String, RouteStatus> next = new TreeMap<>();
        List<RouteVersion> gone = new ArrayList<>();
        serving.entrySet().removeIf(entry -> {
            boolean removed = !texts.containsKey(entry.getKey());
            if (removed) {
                gone.add(entry.getValue());
            }
            return removed;
        });
        try (RouteTrial trial = trials.get()) {
            collided.clear();
            texts.forEach((file, text) -> next.put(file, bring(new RouteText(file, text), trial)));
            // what stood in a file's way may have been in one that came after it
            for (String file : List.copyOf(collided)) {
                next.put(file, bring(new RouteText(file, texts.getOrDefault(file, "")), trial));
            }
        }
        // only now, as what they serve may have moved to another file
        replaced.forEach(live::retire);
        replaced.clear();
        gone.forEach(version -> {
            LOG.info("routes removed file={}", version.text().file());
            live.retire(version);
        });
        boolean changed = !next.equals(statuses);
        statuses = next;
        if (changed) {
            listener.accept(status());
        }
    }

    private RouteStatus bring(RouteText text, RouteTrial trial) {
        RouteStatus before = statuses.get(text.file());
        RouteVersion old = serving.get(text.file());
        if (old != null && before != null && old.text().equals(text)) {
            return before.state() == RouteStatus.State.BROKEN ? fine(old) : before;
        }
        try {
            RouteVersion tried = trial.test(text);
            refuseCollision(tried);
            RouteVersion started = old == null || (old.sideBySide() && tried.sideBySide())
                    ? beside(tried, old)
                    : swap(tried, old);
            serving.put(text.file(), started);
            RouteStatus now = fine(started);
            LOG.info("routes {} file={} routes={} {}", now.state() == RouteStatus.State.OFF ? "off" : "serving",
                    text.file(), started.routes().size(), now.message());
            return now;
        } catch (Exception e) {
            return broken(text, old, before, text.problem(e));
        }
    }

    private RouteVersion beside(RouteVersion tried, @Nullable RouteVersion old) throws Exception {
        RouteVersion started = live.start(tried);
        if (old != null) {
            replaced.add(old);
        }
        return started;
    }

    /// For what can't run twice, as a folder that is polled: the old one ends first, and comes back if the new one fails.
    private RouteVersion swap(RouteVersion tried, RouteVersion old) throws Exception {
        beforeSwap.run();
        try {
            live.end(old);
            try {
                return live.start(tried);
            } catch (Exception e) {
                serving.put(old.text().file(), live.start(old));
                throw e;
            }
        } finally {
            afterSwap.run();
        }
    }

    private void refuseCollision(RouteVersion tried) {
        for (RouteVersion other : serving.values()) {
            if (other.text().file().equals(tried.text().file())) {
                continue;
            }
            for (Claim claim : tried.claims()) {
                if (other.claims().stream().anyMatch(claim::collides)) {
                    collided.add(tried.text().file());
                    throw new IllegalArgumentException(
                            claim.shown() + " is served by " + other.text().file() + " already");
                }
            }
        }
    }

    private static RouteStatus fine(RouteVersion version) {
        var state = version.allOff() ? RouteStatus.State.OFF : RouteStatus.State.SERVING;
        return new RouteStatus(version.text().file(), version.from(), state, version.offReason(), Instant.now());
    }

    private static RouteStatus broken(RouteText text, @Nullable RouteVersion old, @Nullable RouteStatus before,
            String problem) {
        LOG.error("routes broken file={} reason={}", text.file(), problem);
        String kept = old == null ? "" : " (the version before serves on)";
        String message = problem + kept;
        if (before != null && before.state() == RouteStatus.State.BROKEN && before.message().equals(message)) {
            return before;
        }
        return new RouteStatus(text.file(), old == null ? List.of() : old.from(), RouteStatus.State.BROKEN, message,
                Instant.now());
    }
}
