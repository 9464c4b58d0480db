package dev.formulary.engine.store;

import com.sun.management.ThreadMXBean;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/// Prints what the ledger costs a caller: time and memory of its own thread for an attempt that begins and ends, at about
/// 5,000 a second; and the time of all threads of the process.
final class LedgerCost {
    private static final int CALLS = 100_000;

    private LedgerCost() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("ledger-cost");
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long[] nanos = new long[CALLS];
        long bytes = 0;
        long began = 0;
        try (var ledger = new Ledger(folder, new LedgerSqlite(folder.resolve(LedgerFile.FILE), folder),
                LedgerSettings.USUAL, "local", "keep", _ -> {}, Clock.systemUTC(), 0,
                LedgerJournal.USUAL_BYTES)) {
            for (int i = 0; i < CALLS; i++) {
                if (i == CALLS / 3) {
                    bytes = threads.getCurrentThreadAllocatedBytes();
                    began = system.getProcessCpuTime();
                }
                var beginning = new Beginning(Books.call("01JABCDEFGHIJKLMNOPQRS" + i, "home", "session-1"), 1,
                        Books.MODEL, "free-first", Books.BETTER, 500, true);
                long start = System.nanoTime();
                ledger.begin(beginning).ended(Booked.ANSWERED, Usage.of(100, 10), 120);
                nanos[i] = System.nanoTime() - start;
                if (i % 50 == 0) {
                    LockSupport.parkNanos(10_000_000);
                }
            }
            bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
            ledger.flush();
            System.out.println("lost " + ledger.lost());
        }
        int warm = CALLS - CALLS / 3;
        System.out.println("process cpu ns a call " + (system.getProcessCpuTime() - began) / warm);
        long[] all = Arrays.copyOfRange(nanos, CALLS / 3, CALLS);
        Arrays.sort(all);
        System.out.println("caller ns: p50 " + all[warm / 2] + " p90 " + all[warm * 9 / 10] + " p99 "
                + all[warm * 99 / 100] + " mean " + (long) Arrays.stream(all).average().orElse(0) + " bytes "
                + bytes / warm);
        System.out.println("file bytes a call " + Files.size(folder.resolve(LedgerFile.FILE)) / CALLS);
    }
}
