package dev.formulary.engine.vitals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// How much of its memory a container could give back at once: pages of files that nobody used of late. The kernel counts
/// them as used, and a long-lived container fills up with them, so a load figure that includes them is always "full".
final class Cgroup {
    private final Path statistics;

    Cgroup(Path memberships, Path root) throws IOException {
        statistics = find(Files.readAllLines(memberships), root);
    }

    static Cgroup ofThisProcess() throws IOException {
        return new Cgroup(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
    }

    /// Bytes; 0 when unknown.
    long reclaimable() {
        try {
            long v2 = 0;
            for (String line : Files.readAllLines(statistics)) {
                if (line.startsWith("total_inactive_file ")) {
                    return Long.parseLong(line.substring("total_inactive_file ".length()).trim());
                }
                if (line.startsWith("inactive_file ")) {
                    v2 = Long.parseLong(line.substring("inactive_file ".length()).trim());
                }
            }
            return v2;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    private static Path find(List<String> memberships, Path root) {
        for (String line : memberships) {
            int path = line.lastIndexOf(':') + 1;
            if (line.contains(":memory:")) {
                return nearest(root.resolve("memory"), line.substring(path));
            }
        }
        for (String line : memberships) {
            if (line.startsWith("0::")) {
                return nearest(root, line.substring("0::".length()));
            }
        }
        return root.resolve("memory.stat");
    }

    private static Path nearest(Path base, String path) {
        Path own = Path.of(base + path).resolve("memory.stat");
        return Files.exists(own) ? own : base.resolve("memory.stat");
    }
}
