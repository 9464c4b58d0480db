package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.RateLimit;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Shows limits, by their names in the configuration: of a limit that is kept for each key or tenant by itself, the one that
/// has the least left, and how often all of them were reached. Thread-safe.
final class LimitMeters {
    private final MeterRegistry registry;
    private final MultiGauge left;
    private final Map<Tags, AtomicLong> refused = new ConcurrentHashMap<>();

    LimitMeters(MeterRegistry registry) {
        this.registry = registry;
        left = MultiGauge.builder(Names.LIMIT_LEFT).description("Requests or tokens that a limit lets through now")
                .register(registry);
    }

    void show(List<RateLimit> limits) {
        Map<Tags, Long> least = new LinkedHashMap<>();
        Map<Tags, Long> sums = new LinkedHashMap<>();
        for (RateLimit limit : limits) {
            Tags tags = Tags.of(Names.LIMIT, limit.id(), Names.UNIT, limit.unit());
            least.merge(tags, limit.left(), Math::min);
            sums.merge(tags, limit.refused(), Long::sum);
        }
        left.register(least.entrySet().stream().<Row<?>>map(each -> Row.of(each.getKey(), each.getValue())).toList(),
                true);
        sums.forEach((tags, sum) -> refused.computeIfAbsent(tags, this::counter).set(sum));
    }

    private AtomicLong counter(Tags tags) {
        var sum = new AtomicLong();
        FunctionCounter.builder(Names.LIMIT_REFUSED, sum, AtomicLong::get).tags(tags)
                .description("Calls that a limit turned away or sent on to another model").register(registry);
        return sum;
    }
}
