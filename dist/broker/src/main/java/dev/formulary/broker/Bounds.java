package dev.formulary.broker;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.server.impl.AddressInfo;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts the topics that are in use. Says that there are too many once, until there is room again.
final class Bounds implements ActiveMQServerPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(Bounds.class);

    private final int maxTopics;
    private final AtomicInteger topics = new AtomicInteger();
    private final AtomicBoolean told = new AtomicBoolean();

    Bounds(int maxTopics) {
        this.maxTopics = maxTopics;
    }

    @Override
    public void beforeAddAddress(AddressInfo address, boolean reload) throws ActiveMQException {
        if (!reload && topics.get() >= maxTopics) {
            if (told.compareAndSet(false, true)) {
                LOG.warn("messages refused, there are too many topics most={}", maxTopics);
            }
            throw new ActiveMQException("there are too many topics, " + maxTopics,
                    ActiveMQExceptionType.ADDRESS_FULL);
        }
    }

    @Override
    public void afterAddAddress(AddressInfo address, boolean reload) {
        topics.incrementAndGet();
    }

    @Override
    public void afterRemoveAddress(SimpleString address, AddressInfo info) {
        topics.decrementAndGet();
        told.set(false);
    }
}
