package dev.formulary.engine.provider;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What has become of the JARs in a folder since the last look. Level triggered: the listing decides, so no event can be
/// missed. Used by one thread.
final class JarFolder {
    /// A file older than this when the gateway starts is not being copied any more.
    private static final Duration LONG_DONE = Duration.ofSeconds(2);

    /// @param settled files that are new or changed and have stayed as they are for a while, in order of their names
    /// @param gone files that have been missing for a while
    /// @param pending whether some file needs another look soon
    record Look(List<Path> settled, List<Path> gone, boolean pending) {}

    private record Stamp(long size, FileTime modified, @Nullable Object key) {}

    private record Sight(Stamp stamp, long since, boolean handled) {}

    private final Path folder;
    private final Timing timing;
    private final Map<Path, Sight> seen = new HashMap<>();
    private final Map<Path, Long> missingSince = new HashMap<>();
    private boolean first = true;

    JarFolder(Path folder, Timing timing) {
        this.folder = folder;
        this.timing = timing;
    }

    Look look() throws IOException {
        long now = timing.clock().getAsLong();
        var settled = new ArrayList<Path>();
        var present = new HashSet<Path>();
        boolean pending = false;
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : jars) {
                Stamp stamp = stamp(jar);
                if (stamp != null) {
                    present.add(jar);
                    Sight sight = sight(jar, stamp, now);
                    boolean ready = !sight.handled && now - sight.since >= timing.settle().toNanos();
                    seen.put(jar, ready ? new Sight(stamp, sight.since, true) : sight);
                    pending |= !sight.handled && !ready;
                    if (ready) {
                        settled.add(jar);
                    }
                }
            }
        }
        first = false;
        settled.sort(null);
        List<Path> gone = gone(present, now);
        return new Look(settled, gone, pending || !missingSince.isEmpty());
    }

    private static @Nullable Stamp stamp(Path jar) throws IOException {
        try {
            var attributes = Files.readAttributes(jar, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey())
                    : null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private Sight sight(Path jar, Stamp stamp, long now) {
        Sight before = seen.get(jar);
        if (before != null && before.stamp.equals(stamp)) {
            return before;
        }
        boolean old = first && stamp.modified.toInstant().isBefore(Instant.now().minus(LONG_DONE));
        return new Sight(stamp, old ? now - timing.settle().toNanos() : now, false);
    }

    private List<Path> gone(Set<Path> present, long now) {
        var gone = new ArrayList<Path>();
        missingSince.keySet().removeAll(present);
        for (Path jar : seen.keySet()) {
            if (!present.contains(jar)
                    && now - missingSince.computeIfAbsent(jar, _ -> now) >= timing.deletion().toNanos()) {
                gone.add(jar);
            }
        }
        gone.forEach(jar -> {
            seen.remove(jar);
            missingSince.remove(jar);
        });
        return gone;
    }
}
