package dev.formulary.engine.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// Shows how files fare. Thread-safe.
final class FileMeters {
    private final MeterRegistry registry;
    private final Supplier<FileCounts> counts;

    FileMeters(MeterRegistry registry, Supplier<FileCounts> counts) {
        this.registry = registry;
        this.counts = counts;
        Gauge.builder(Names.FILES_WORKING, () -> counts.get().working()).description("Files being answered")
                .register(registry);
        counter(Names.FILES, "Files of the inbox by what became of them", "done", FileCounts::done);
        counter(Names.FILES, "Files of the inbox by what became of them", "refused", FileCounts::refused);
        counter(Names.FILE_LINES, "Questions in files by what they got", "succeeded", FileCounts::succeeded);
        counter(Names.FILE_LINES, "Questions in files by what they got", "failed", FileCounts::failed);
    }

    /// A counter holds its source only weakly, but its function as long as it lives.
    private void counter(String name, String description, String result, ToLongFunction<FileCounts> count) {
        FunctionCounter.builder(name, registry, _ -> count.applyAsLong(counts.get())).description(description)
                .tag(Names.RESULT, result).register(registry);
    }
}
