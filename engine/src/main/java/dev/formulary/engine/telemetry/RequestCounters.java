package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.StreamState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Counts requests by dialect, way in and status: one slot for each combination there can be, filled when it comes up; and
/// streams by where they ended.
/// Thread-safe.
final class RequestCounters {
    private static final List<String> WAYS = List.of("http", "mqtt", "file", Names.OTHER);
    private static final int STATUSES = 600;

    private final MeterRegistry registry;
    private final Map<String, Counter> streams = new ConcurrentHashMap<>();
    private final Map<Dialect, AtomicReferenceArray<@Nullable Counter>> counters = new EnumMap<>(Dialect.class);

    RequestCounters(MeterRegistry registry) {
        this.registry = registry;
        for (Dialect dialect : Dialect.values()) {
            counters.put(dialect, new AtomicReferenceArray<>(WAYS.size() * STATUSES));
        }
    }

    void count(Dialect dialect, String via, int status) {
        int way = way(via);
        int code = status >= 0 && status < STATUSES ? status : 0;
        var slots = Objects.requireNonNull(counters.get(dialect));
        Counter counter = slots.get(way * STATUSES + code);
        if (counter == null) {
            counter = Counter.builder(Names.REQUESTS).description("Requests by how they were answered")
                    .tags(Names.DIALECT, dialect.name().toLowerCase(Locale.ROOT), Names.VIA, WAYS.get(way),
                            Names.STATUS, code == 0 ? Names.OTHER : Integer.toString(code))
                    .register(registry);
            slots.set(way * STATUSES + code, counter);
        }
        counter.increment();
    }

    void stream(StreamState state, boolean continued) {
        String result = state.name().toLowerCase(Locale.ROOT);
        streams.computeIfAbsent(result + continued, _ -> Counter.builder(Names.STREAMS)
                .description("Streams by where they ended, and whether another model went on with them")
                .tags(Names.RESULT, result, Names.CONTINUED, Boolean.toString(continued)).register(registry))
                .increment();
    }

    private static int way(String via) {
        int way = WAYS.indexOf(via);
        return way < 0 ? WAYS.size() - 1 : way;
    }
}
