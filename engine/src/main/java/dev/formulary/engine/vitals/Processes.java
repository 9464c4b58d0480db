package dev.formulary.engine.vitals;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import oshi.nativefree.SystemInfo;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/// Which processes take most of this machine. Looks only when it is asked: to look at all of them costs more than all sensors
/// together. Tells names, never command lines, which may hold secrets. Thread-safe; one looks at a time.
public final class Processes {
    /// How many are told of, by processor and by memory each.
    public static final int MOST = 10;
    private static final Duration APART = Duration.ofMillis(500);

    private final ReentrantLock lock = new ReentrantLock();

    /// @param cores processors that it used of late; -1 when unknown
    /// @param memory bytes that lie in memory
    public record Running(int pid, String name, double cores, long memory) {}

    /// Those that use most of the processors, and those that use most of the memory, the busiest first. Takes half a second and
    /// more.
    ///
    /// @return none where this system can't be measured
    /// @throws InterruptedException when the gateway stops
    public List<Running> top() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            SystemInfo system = new SystemInfo();
            return system.isAvailable() ? top(system.getOperatingSystem()) : List.of();
        } finally {
            lock.unlock();
        }
    }

    private static List<Running> top(OperatingSystem system) throws InterruptedException {
        Map<Integer, OSProcess> before = new HashMap<>();
        system.getProcesses(null, null, 0).forEach(each -> before.put(each.getProcessID(), each));
        long begun = System.nanoTime();
        Thread.sleep(APART);
        List<OSProcess> now = system.getProcesses(null, null, 0);
        double millis = (System.nanoTime() - begun) / 1e6;
        return most(now.stream().map(each -> running(each, before.get(each.getProcessID()), millis)).toList());
    }

    private static Running running(OSProcess now, @Nullable OSProcess before, double millis) {
        boolean same = before != null && before.getStartTime() == now.getStartTime();
        long used = same ? time(now) - time(before) : -1;
        return new Running(now.getProcessID(), now.getName(), used < 0 ? -1 : used / millis, now.getResidentMemory());
    }

    private static long time(@Nullable OSProcess process) {
        return process == null ? 0 : process.getKernelTime() + process.getUserTime();
    }

    static List<Running> most(List<Running> all) {
        Comparator<Running> busiest = Comparator.comparingDouble(Running::cores).reversed();
        Comparator<Running> largest = Comparator.comparingLong(Running::memory).reversed();
        Set<Running> told = new LinkedHashSet<>();
        Stream.of(busiest, largest).forEach(order -> all.stream().sorted(order).limit(MOST).forEach(told::add));
        return told.stream().sorted(busiest.thenComparing(largest)).toList();
    }
}
