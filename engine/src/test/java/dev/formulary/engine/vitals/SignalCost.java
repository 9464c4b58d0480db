package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.transport.Threads;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Measures what measuring costs: `SignalCost [SERIES]`. Not a test.
final class SignalCost {
    private SignalCost() {}

    static void main(String... args) throws InterruptedException {
        int series = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        sensors();
        book(series);
    }

    private static void sensors() throws InterruptedException {
        try (HostWatch watch = new HostWatch(Duration.ofSeconds(2), Path.of("."), Threads.timer("host"))) {
            for (int i = 0; i < 6; i++) {
                Thread.sleep(10_000);
                System.out.printf("after %d s: all sensors once %d us, share of a core %.4f %%%n", 10 * (i + 1),
                        watch.lastSampleMicros(), 100 * watch.share());
            }
            watch.readings().forEach(each -> System.out.printf("  %s %s = %s %s%n", each.metric().word(),
                    each.resource(), each.value(), each.metric().unit()));
            System.out.println("  " + watch.current());
        }
    }

    private static void book(int series) {
        var random = new SplittableRandom(1);
        long before = used();
        var book = new SignalBook(Duration.ofSeconds(5), (_, _, _, _) -> null, (_, _) -> null);
        List<Reading> now = new ArrayList<>();
        book.from("cost", () -> now);
        Instant time = Instant.parse("2026-11-20T00:00:00Z");
        int ticks = 7 * 24 * 720;
        long cpu = 0;
        for (int i = 0; i < ticks; i++) {
            now.clear();
            for (int each = 0; each < series; each++) {
                now.add(new Reading(Metric.MODEL_LATENCY, "provider/model-" + each, random.nextInt(10_000)));
            }
            long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            book.tick(time);
            cpu += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun;
            time = time.plusSeconds(5);
        }
        now.clear();
        long signals = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        int found = 0;
        for (int i = 0; i < 100; i++) {
            found += book.signals(time).size();
        }
        signals = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - signals;
        System.out.printf("%d series, full: %.2f MB, tick %d us of CPU (%.4f %% of a core), signals() %d us%n", series,
                (used() - before) / 1e6, cpu / ticks / 1_000, 100.0 * cpu / ticks / 5e9, signals / 100_000);
        System.out.println(found + " signals");
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
