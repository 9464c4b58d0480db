package dev.formulary.engine.grid;

import dev.formulary.engine.facts.SessionRecord;
import dev.formulary.engine.session.Siblings;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.infinispan.Cache;
import org.infinispan.functional.FunctionalMap.ReadWriteMap;
import org.infinispan.functional.impl.FunctionalMapImpl;
import org.infinispan.functional.impl.ReadWriteMapImpl;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryCreated;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryModified;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryRemoved;
import org.infinispan.notifications.cachelistener.event.CacheEntryCreatedEvent;
import org.infinispan.notifications.cachelistener.event.CacheEntryModifiedEvent;
import org.infinispan.notifications.cachelistener.event.CacheEntryRemovedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sessions as all nodes of a cluster know them. Thread-safe. What can't be told is not tried again: the next call of the
/// session tells all of it.
final class SharedSessions implements Siblings {
    private static final Logger LOG = LoggerFactory.getLogger(SharedSessions.class);
    private static final long TROUBLE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Cache<String, byte[]> cache;
    private final ReadWriteMap<String, byte[]> owners;
    private final long patienceMillis;
    private volatile long told = System.nanoTime() - TROUBLE_EVERY_NANOS;

    SharedSessions(Cache<String, byte[]> cache, long patienceMillis) {
        this.cache = cache;
        this.patienceMillis = patienceMillis;
        owners = ReadWriteMapImpl.create(FunctionalMapImpl.create(cache.getAdvancedCache()));
    }

    @Override
    public void heed(Consumer<SessionRecord> changed, Consumer<String> forgotten) {
        cache.addListener(new Ear(changed, forgotten));
        cache.values().forEach(record -> changed.accept(SessionCodec.record(record)));
    }

    @Override
    public void tell(SessionRecord record) {
        await(() -> owners.eval(record.key(), new SessionFunction(SessionCodec.bytes(record))));
    }

    @Override
    public void forget(String key) {
        await(() -> cache.removeAsync(key));
    }

    private interface Saying {
        CompletableFuture<?> say();
    }

    private void await(Saying saying) {
        try {
            saying.say().get(patienceMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            long now = System.nanoTime();
            if (now - told >= TROUBLE_EVERY_NANOS) {
                told = now;
                LOG.warn("other nodes don't know yet of a session's last call cause={}", e.toString());
            }
        }
    }

    /// Hears of what this node and all others write.
    ///
    /// @param changed told of a session
    /// @param forgotten told of its key
    @Listener
    public record Ear(Consumer<SessionRecord> changed, Consumer<String> forgotten) {
        /// A session has begun.
        @CacheEntryCreated
        public void begun(CacheEntryCreatedEvent<String, byte[]> event) {
            if (!event.isPre()) {
                changed.accept(SessionCodec.record(event.getValue()));
            }
        }

        /// A session has gone on.
        @CacheEntryModified
        public void goneOn(CacheEntryModifiedEvent<String, byte[]> event) {
            if (!event.isPre()) {
                changed.accept(SessionCodec.record(event.getNewValue()));
            }
        }

        /// A session was forgotten.
        @CacheEntryRemoved
        public void forgotten(CacheEntryRemovedEvent<Object, byte[]> event) {
            if (!event.isPre()) {
                forgotten.accept(key(event.getKey()));
            }
        }

        /// Listeners get keys as they are stored.
        private static String key(Object stored) {
            return stored instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : (String) stored;
        }
    }
}
