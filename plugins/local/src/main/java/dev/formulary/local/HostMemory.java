package dev.formulary.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much memory can still be taken: what the machine has left, or what is left of the limit of one of the control groups
/// that this process is in, whichever is less. Linux only; elsewhere nothing is known, and nothing is limited.
final class HostMemory {
    private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d{1,15}) kB");
    /// Pages of files, which the system takes back when it needs them; with `total_` those of the groups below are in it.
    private static final Pattern RECLAIMABLE = Pattern.compile("(total_)?(?:in)?active_file (\\d{1,18})");
    /// Stands for no limit in the older kind of control groups.
    private static final long NO_LIMIT = 1L << 60;

    private final Path root;

    HostMemory() {
        this(Path.of("/"));
    }

    /// @param root where `proc` and `sys` lie
    HostMemory(Path root) {
        this.root = root;
    }

    /// Bytes; [Long#MAX_VALUE] when nobody knows.
    long available() {
        long least = Long.MAX_VALUE;
        for (String line : lines("proc/meminfo")) {
            Matcher available = AVAILABLE.matcher(line);
            if (available.matches()) {
                least = Long.parseLong(available.group(1)) * 1024;
            }
        }
        for (String line : lines("proc/self/cgroup")) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[1].isEmpty()) {
                least = Math.min(least, left("sys/fs/cgroup", parts[2], "memory.max", "memory.current"));
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                least = Math.min(least, left("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes",
                        "memory.usage_in_bytes"));
            }
        }
        return least;
    }

    /// The group and all that it is in; in a container the path may be one that is not seen from inside.
    private long left(String mount, String group, String limitFile, String usedFile) {
        long least = Long.MAX_VALUE;
        String path = group;
        while (true) {
            least = Math.min(least, left(mount + path + "/", limitFile, usedFile));
            int slash = path.lastIndexOf('/');
            if (slash < 0) {
                return least;
            }
            path = path.substring(0, slash);
        }
    }

    private long left(String folder, String limitFile, String usedFile) {
        long limit = number(folder + limitFile);
        long used = number(folder + usedFile);
        if (limit < 0 || limit >= NO_LIMIT || used < 0) {
            return Long.MAX_VALUE;
        }
        long own = 0;
        long total = 0;
        for (String line : lines(folder + "memory.stat")) {
            Matcher pages = RECLAIMABLE.matcher(line);
            if (pages.matches() && pages.group(1) == null) {
                own += Long.parseLong(pages.group(2));
            } else if (pages.matches()) {
                total += Long.parseLong(pages.group(2));
            }
        }
        long reclaimable = Math.max(own, total);
        return Math.max(0, limit - used + reclaimable);
    }

    private long number(String file) {
        List<String> lines = lines(file);
        return lines.size() == 1 && lines.getFirst().matches("\\d{1,18}") ? Long.parseLong(lines.getFirst()) : -1;
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file.startsWith("/") ? file.substring(1) : file));
        } catch (IOException e) {
            return List.of();
        }
    }
}
