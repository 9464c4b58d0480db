package dev.formulary.engine.vitals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The limits of the container around this process and what it uses of them, in version 1 and 2 of control groups. Those of
/// groups around its own count, too: the tightest holds. Source of files and units: the kernel's documentation, "Control Group
/// v2" and "Memory Resource Controller", "CFS Bandwidth Control", "CPU Accounting Controller" of version 1.
///
/// Pages of files that nobody used of late could be given back at once. The kernel counts them as used, and a long-lived
/// container fills up with them, so a load figure that includes them is always "full": they are left out.
final class Cgroup {
    /// Version 1 writes the most pages that there can be for no limit, so about 2^63.
    private static final long NO_LIMIT = 1L << 60;
    private static final long NANOS_A_MICRO = 1_000;

    private final boolean old;
    private final List<Path> memory;
    private final List<Path> processor;
    private final Path usage;

    /// @param limit bytes; 0 for none
    /// @param used of them; -1 when unknown
    record Room(long limit, long used) {
        private static final Room UNLIMITED = new Room(0, -1);

        private boolean tighterThan(Room other) {
            return other.limit == 0 || limit - used < other.limit - other.used;
        }
    }

    Cgroup(Path memberships, Path root) throws IOException {
        List<String> lines = Files.readAllLines(memberships);
        old = path(lines, "memory") != null;
        if (old) {
            memory = levels(root.resolve("memory"), path(lines, "memory"), "memory.stat");
            processor = levels(controller(root, "cpu"), path(lines, "cpu"), "cpu.cfs_quota_us");
            usage = levels(controller(root, "cpuacct"), path(lines, "cpuacct"), "cpuacct.usage").getFirst()
                    .resolve("cpuacct.usage");
        } else {
            memory = levels(root, path(lines, ""), "memory.stat");
            processor = levels(root, path(lines, ""), "cpu.stat");
            usage = processor.getFirst().resolve("cpu.stat");
        }
    }

    static Cgroup ofThisProcess() throws IOException {
        return new Cgroup(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
    }

    /// The group of a controller; of version 2 where that is empty. A line is `number:controllers:path`.
    private static @Nullable String path(List<String> memberships, String controller) {
        for (String line : memberships) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains(controller)) {
                return parts[2];
            }
        }
        return null;
    }

    /// Two controllers may lie in one folder that has both of their names.
    private static Path controller(Path root, String name) {
        Path both = root.resolve("cpu,cpuacct");
        return Files.isDirectory(root.resolve(name)) || !Files.isDirectory(both) ? root.resolve(name) : both;
    }

    /// The group's own folder and those around it. In a container its own is the root, whatever the path says.
    private static List<Path> levels(Path base, @Nullable String path, String sign) {
        var all = new ArrayList<Path>();
        Path own = path == null ? base : base.resolve("." + path).normalize();
        for (Path each = own; each != null && each.startsWith(base); each = each.getParent()) {
            if (Files.exists(each.resolve(sign))) {
                all.add(each);
            }
        }
        return all.isEmpty() ? List.of(base) : all;
    }

    /// How many bytes the tightest group leaves.
    Room memory() {
        Room tightest = Room.UNLIMITED;
        for (Path each : memory) {
            long limit = number(each.resolve(old ? "memory.limit_in_bytes" : "memory.max"));
            long used = number(each.resolve(old ? "memory.usage_in_bytes" : "memory.current"));
            if (limit > 0 && limit < NO_LIMIT && used >= 0) {
                Room room = new Room(limit, used - Math.min(used, reclaimable(each)));
                tightest = room.tighterThan(tightest) ? room : tightest;
            }
        }
        return tightest;
    }

    /// How many processors may be used; 0 for no limit.
    double cpuQuota() {
        double least = 0;
        for (Path each : processor) {
            double quota = quota(each);
            least = quota > 0 && (least == 0 || quota < least) ? quota : least;
        }
        return least;
    }

    private double quota(Path group) {
        if (old) {
            return share(number(group.resolve("cpu.cfs_quota_us")), number(group.resolve("cpu.cfs_period_us")));
        }
        String[] both = text(group.resolve("cpu.max")).split(" ", 2);
        return both.length < 2 ? 0 : share(number(both[0]), number(both[1]));
    }

    private static double share(long quota, long period) {
        return quota <= 0 || period <= 0 ? 0 : (double) quota / period;
    }

    /// Processor time that its own group has used, in nanoseconds; -1 when unknown.
    long cpuNanos() {
        if (old) {
            return number(usage);
        }
        long micros = field(usage, "usage_usec ");
        return micros < 0 ? -1 : micros * NANOS_A_MICRO;
    }

    /// Bytes of its own group that could be given back at once; 0 when unknown.
    long reclaimable() {
        return reclaimable(memory.getFirst());
    }

    private static long reclaimable(Path group) {
        Path statistics = group.resolve("memory.stat");
        long withAllBelow = field(statistics, "total_inactive_file ");
        return Math.max(0, withAllBelow < 0 ? field(statistics, "inactive_file ") : withAllBelow);
    }

    private static long field(Path file, String name) {
        return text(file).lines().filter(line -> line.startsWith(name)).findFirst()
                .map(line -> number(line.substring(name.length()))).orElse(-1L);
    }

    private static long number(Path file) {
        return number(text(file));
    }

    /// -1 for what is none, such as `max`.
    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
