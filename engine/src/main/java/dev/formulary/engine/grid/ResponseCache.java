package dev.formulary.engine.grid;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.infinispan.Cache;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.eviction.EvictionStrategy;
import org.infinispan.manager.DefaultCacheManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers that may be given again, bounded in bytes. Thread-safe.
///
/// It starts in the background, since that takes half a second; until then, and when it is broken, it holds nothing. A
/// failure here is a miss and never an error of a call.
public final class ResponseCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseCache.class);
    private static final String NAME = "responses";

    private final Future<Started> starting;

    private record Started(DefaultCacheManager manager, Cache<byte[], byte[]> cache) {}

    /// @param maxSize bytes that all entries may take together
    /// @param executor starts it
    public ResponseCache(long maxSize, ExecutorService executor) {
        starting = executor.submit(() -> {
            try {
                return start(maxSize);
            } catch (RuntimeException | LinkageError e) {
                LOG.error("response cache not started, calls go on without it", e);
                throw e;
            }
        });
    }

    private static Started start(long maxSize) {
        var global = new GlobalConfigurationBuilder().nonClusteredDefault();
        global.metrics().gauges(false);
        global.jmx().enabled(false);
        var manager = new DefaultCacheManager(global.build());
        var configuration = new ConfigurationBuilder();
        configuration.encoding().mediaType(MediaType.APPLICATION_OCTET_STREAM_TYPE);
        configuration.memory().maxSize(maxSize + "B").whenFull(EvictionStrategy.REMOVE);
        configuration.statistics().enable();
        manager.defineConfiguration(NAME, configuration.build());
        return new Started(manager, manager.getCache(NAME));
    }

    private @Nullable Started started() {
        if (!starting.isDone()) {
            return null;
        }
        try {
            return starting.get();
        } catch (ExecutionException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /// The answer kept under a key, or null.
    public @Nullable CachedReply get(CacheKey key) {
        byte[] entry = entry(key);
        return entry == null || CachedReply.isLink(entry) ? null : CachedReply.decode(entry);
    }

    /// The answer to which a link leads, or null.
    public @Nullable CachedReply follow(CacheKey link) {
        byte[] entry = entry(link);
        return entry == null || !CachedReply.isLink(entry) ? null : get(CachedReply.Link.decode(entry).to());
    }

    private byte @Nullable [] entry(CacheKey key) {
        Started started = started();
        if (started == null) {
            return null;
        }
        try {
            return started.cache().get(key.hash());
        } catch (RuntimeException e) {
            LOG.warn("cache lookup failed cause={}", e.toString());
            return null;
        }
    }

    /// Keeps an answer for so many seconds; for none at all when that is not above 0.
    public void put(CacheKey key, CachedReply reply, int seconds) {
        put(key, reply::encode, seconds);
    }

    /// Lets an answer be found under another key, too, for so many seconds.
    ///
    /// @param origin that of the answer
    public void link(CacheKey link, CacheKey to, CachedReply.Origin origin, int seconds) {
        put(link, new CachedReply.Link(origin, to)::encode, seconds);
    }

    private void put(CacheKey key, Supplier<byte[]> entry, int seconds) {
        Started started = started();
        if (started == null || seconds <= 0) {
            return;
        }
        try {
            started.cache().put(key.hash(), entry.get(), seconds, TimeUnit.SECONDS);
        } catch (RuntimeException e) {
            LOG.warn("cache write failed cause={}", e.toString());
        }
    }

    /// Forgets answers by where they come from. Looks at every entry.
    ///
    /// @param dry true only counts them
    /// @return how many answers there are
    public int purge(Predicate<CachedReply.Origin> which, boolean dry) {
        Started started = started();
        if (started == null) {
            return 0;
        }
        int found = 0;
        for (Map.Entry<byte[], byte[]> entry : started.cache().entrySet()) {
            if (which.test(CachedReply.originOf(entry.getValue()))) {
                found += CachedReply.isLink(entry.getValue()) ? 0 : 1;
                if (!dry) {
                    started.cache().remove(entry.getKey());
                }
            }
        }
        return found;
    }

    /// Whether it has started. Waits for that.
    ///
    /// @throws InterruptedException when interrupted while waiting
    public boolean awaitStart() throws InterruptedException {
        try {
            starting.get();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }

    /// Figures for operators.
    public Map<String, Object> statistics() {
        Started started = started();
        if (started == null) {
            return Map.of("state", starting.isDone() ? "broken" : "starting");
        }
        var statistics = started.cache().getAdvancedCache().getStats();
        return Map.of("state", "running", "entries", statistics.getApproximateEntries(), "bytes",
                statistics.getDataMemoryUsed(), "hits", statistics.getHits(), "misses", statistics.getMisses(),
                "evictions", statistics.getEvictions());
    }

    /// Waits until it has started, so that nothing of it is left behind.
    @Override
    public void close() {
        try {
            awaitStart();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Started started = started();
        if (started != null) {
            started.manager().stop();
        }
    }
}
