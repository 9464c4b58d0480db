package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Looks at the graphics cards, not more often than it is worth. Used by one thread.
final class GpuProbe {
    private static final long EVERY_NANOS = 5_000_000_000L;

    private final List<Source> sources;
    private final LongSupplier nanos;
    private List<Gpu> known = List.of();
    private long readAt;
    private boolean read;

    /// Where cards are found.
    @FunctionalInterface
    interface Source {
        /// Those that it knows; empty when there is none. Takes at most two seconds.
        List<Gpu> cards();
    }

    /// @param nanos a clock like [System#nanoTime]
    GpuProbe(List<Source> sources, LongSupplier nanos) {
        this.sources = List.copyOf(sources);
        this.nanos = nanos;
    }

    /// The cards as they were at most five seconds ago.
    List<Gpu> cards() {
        long now = nanos.getAsLong();
        if (!read || now - readAt >= EVERY_NANOS) {
            read = true;
            readAt = now;
            var all = new ArrayList<Gpu>();
            sources.forEach(source -> all.addAll(source.cards()));
            known = List.copyOf(all);
        }
        return known;
    }
}
