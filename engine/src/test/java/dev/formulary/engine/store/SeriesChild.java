package dev.formulary.engine.store;

import dev.formulary.engine.config.SeriesSettings;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// A process of its own that measures until it is killed, and lets go of nothing. It prints each time that is kept, and a point behind it.
final class SeriesChild {
    private SeriesChild() {}

    static void main(String... args) {
        Path data = Path.of(args[0]);
        var store = new SeriesStore(data, data, SeriesSettings.USUAL, _ -> {}, InstantSource.fixed(Instant.EPOCH),
                0);
        for (long at = Long.parseLong(args[1]);; at += 5_000) {
            store.noted(at, List.of(new Reading(Metric.HOST_CPU, at % 997), new Reading(Metric.HOST_DISK, 0.5)));
            store.flush();
            System.out.println(at + ".");
        }
    }
}
