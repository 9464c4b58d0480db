package dev.formulary.engine.grid;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.infinispan.Cache;
import org.infinispan.commons.CacheException;
import org.infinispan.notifications.Listener;
import org.infinispan.notifications.cachelistener.annotation.CacheEntryCreated;
import org.infinispan.notifications.cachelistener.event.CacheEntryCreatedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Orders to forget kept answers, which reach all nodes that are here. Thread-safe.
public final class SharedPurges {
    private static final Logger LOG = LoggerFactory.getLogger(SharedPurges.class);
    private static final long KEPT_SECONDS = 60;

    private final Cache<byte[], byte[]> orders;
    private final Executor executor;

    SharedPurges(Cache<byte[], byte[]> orders, Executor executor) {
        this.orders = orders;
        this.executor = executor;
    }

    /// Begins to listen. To be called once.
    ///
    /// @param carryOut told of each order on a thread of its own, of this node's too
    public void heed(Consumer<PurgeOrder> carryOut) {
        orders.addListener(new Ear(order -> executor.execute(() -> carryOut.accept(order))));
    }

    /// Tells all nodes that are here, and waits until they know; they carry it out in a moment.
    ///
    /// @return false when one of them could not be told in time
    public boolean tell(PurgeOrder order) {
        UUID id = UUID.randomUUID();
        byte[] key = ByteBuffer.allocate(2 * Long.BYTES).putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits()).array();
        try {
            orders.put(key, order.encode(), KEPT_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (CacheException e) {
            LOG.warn("other nodes can't be told what to forget cause={}", e.toString());
            return false;
        }
    }

    /// Hears of what this node and all others write.
    ///
    /// @param order told of an order
    @Listener
    public record Ear(Consumer<PurgeOrder> order) {
        /// Somebody wants something forgotten.
        @CacheEntryCreated
        public void told(CacheEntryCreatedEvent<Object, byte[]> event) {
            if (!event.isPre()) {
                order.accept(PurgeOrder.decode(event.getValue()));
            }
        }
    }
}
