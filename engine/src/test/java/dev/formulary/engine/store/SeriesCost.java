package dev.formulary.engine.store;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.SeriesSettings;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Prints what keeping measurements costs: `SeriesCost [SERIES [DAYS]]`, of virtual days. Not a test.
final class SeriesCost {
    private SeriesCost() {}

    static void main(String... args) throws IOException {
        int series = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        int days = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        Path folder = Files.createTempDirectory("series-cost");
        var clock = new MutableClock(Instant.parse("2026-11-20T00:00:00Z"));
        var random = new SplittableRandom(1);
        long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        int ticks = days * 24 * 720;
        try (var store = new SeriesStore(folder, folder, SeriesSettings.USUAL, _ -> {}, clock, 0)) {
            for (int i = 0; i < ticks; i++) {
                List<Reading> now = new ArrayList<>(series);
                for (int each = 0; each < series; each++) {
                    now.add(new Reading(Metric.MODEL_LATENCY, "provider/model-" + each, random.nextInt(10_000)));
                }
                store.noted(clock.millis(), now);
                clock.advance(Duration.ofSeconds(5));
                if (i % 6 == 5) {
                    store.flush();
                }
            }
        }
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun;
        System.out.printf("%d series, %d days: %.1f MB in the file, %.3f %% of a core%n", series, days,
                Files.size(folder.resolve(SeriesFile.FILE)) / 1e6, 100.0 * cpu / (ticks * 5e9));
        var reader = new SeriesReader(folder, folder);
        time("remembered", () -> reader.remembered(clock.millis()).size());
        time("list", () -> reader.list().size());
        time("a day by five minutes", () -> reader.read(SeriesQuery.of(Metric.MODEL_LATENCY,
                name -> name.equals("resource") ? "provider/model-7" : "", clock.instant())).lines().size());
    }

    private interface Task {
        int run() throws IOException;
    }

    private static void time(String what, Task task) throws IOException {
        long begun = System.nanoTime();
        int count = task.run();
        System.out.printf("%s: %d in %d ms%n", what, count, (System.nanoTime() - begun) / 1_000_000);
    }
}
