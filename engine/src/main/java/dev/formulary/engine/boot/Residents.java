package dev.formulary.engine.boot;

import dev.formulary.engine.dispatch.Residence;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.transport.Threads;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much of each model that a local server has loaded lies on graphics cards, asked for now and then beside all else. A server
/// that does not tell leaves it unknown. Used by one thread.
final class Residents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Residents.class);
    private static final long EVERY_NANOS = Duration.ofSeconds(30).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Residence residence;
    private final Supplier<List<Candidate>> candidates;
    private final ExecutorService threads = Threads.perTask("residents");
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Known known = new Known(List.of(), Long.MIN_VALUE);
    private long askedAt = System.nanoTime() - EVERY_NANOS;

    private record Known(List<Reading> readings, long at) {}

    Residents(Residence residence, Supplier<List<Candidate>> candidates) {
        this.residence = residence;
        this.candidates = candidates;
    }

    /// What is known. Never blocks; asks anew where that is due.
    List<Reading> readings() {
        long now = System.nanoTime();
        if (now - askedAt >= EVERY_NANOS && asking.compareAndSet(false, true)) {
            askedAt = now;
            try {
                threads.execute(this::ask);
            } catch (RejectedExecutionException e) {
                LOG.debug("closing", e);
            }
        }
        Known last = known;
        return last.at != Long.MIN_VALUE && now - last.at < 3 * EVERY_NANOS ? last.readings : List.of();
    }

    private void ask() {
        try {
            var all = new ArrayList<Reading>();
            for (String provider : candidates.get().stream().filter(Candidate::local).map(Candidate::provider)
                    .distinct().toList()) {
                all.addAll(ask(provider));
            }
            known = new Known(List.copyOf(all), System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            asking.set(false);
        }
    }

    private List<Reading> ask(String provider) throws InterruptedException {
        try {
            return residence.loaded(provider, PATIENCE).stream().flatMap(each -> readings(provider, each).stream())
                    .toList();
        } catch (ProviderException e) {
            LOG.debug("a server does not tell which models are loaded provider={}", provider, e);
            return List.of();
        }
    }

    static List<Reading> readings(String provider, LoadedModel model) {
        String id = provider + "/" + model.id();
        if (model.gpuBytes() < 0) {
            return List.of();
        }
        Reading memory = new Reading(Metric.MODEL_GPU_MEMORY, id, model.gpuBytes());
        return model.bytes() <= 0
                ? List.of(memory)
                : List.of(memory, new Reading(Metric.MODEL_GPU_SHARE, id,
                        Math.min(1, (double) model.gpuBytes() / model.bytes())));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
