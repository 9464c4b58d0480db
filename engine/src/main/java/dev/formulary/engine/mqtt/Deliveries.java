package dev.formulary.engine.mqtt;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands what comes to who waits for it, each message on a thread of its own, and only so many at once. Thread-safe.
final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    /// A node tells of far fewer things where questions come in.
    private static final int MOST_OWN = 10_000;

    private final Listeners listeners;
    private final ExecutorService threads;
    private final int most;
    private final Semaphore hands;
    private final Set<String> own = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /// @param most how many messages at once
    Deliveries(Listeners listeners, ExecutorService threads, int most) {
        this.listeners = listeners;
        this.threads = threads;
        this.most = most;
        hands = new Semaphore(most);
    }

    /// What comes to that topic is said by this node itself, and is no question.
    void own(String topic) {
        if (own.size() < MOST_OWN) {
            own.add(topic);
        }
    }

    /// From now on messages are left at the broker.
    void end() {
        ended = true;
    }

    int underWay() {
        return most - hands.availablePermits();
    }

    /// Every message in hand has a thread. The broker sends no more than the receive maximum of those that it will send again;
    /// of the others, and of what a broker of MQTT 3.1.1 sends, what is more has to wait or goes. Does not block.
    void take(Incoming message) {
        boolean atOnce = hands.tryAcquire();
        if (!atOnce && message.atMostOnce()) {
            LOG.warn("message dropped topic={} reason=too-many-at-once", message.topic());
            return;
        }
        try {
            threads.execute(() -> handled(message, atOnce));
        } catch (RejectedExecutionException e) {
            LOG.debug("the link is closing, the message comes again", e);
        }
    }

    private void handled(Incoming message, boolean atOnce) {
        try {
            if (!atOnce) {
                hands.acquire();
            }
        } catch (InterruptedException e) {
            return; // unacknowledged: it comes again
        }
        try {
            hand(message);
        } catch (InterruptedException e) {
            LOG.debug("stopped, the message comes again", e);
        } catch (RuntimeException e) {
            LOG.error("message not handled, it comes again topic={}", message.topic(), e);
        } finally {
            hands.release();
        }
    }

    private void hand(Incoming message) throws InterruptedException {
        Listeners.Listener found = listeners.find(message.topic());
        while (found != null && !ended && !foreign(message, found)) {
            if (found.taker().take(message)) {
                return;
            }
            found = listeners.find(message.topic());
        }
        if (ended) {
            return; // unacknowledged: it comes again, to this node or another
        }
        if (found == null) {
            LOG.warn("message dropped topic={} reason=no-route", message.topic());
        }
        message.acknowledge();
    }

    /// What is retained was not asked just now, and what this node tells is no question to it.
    private boolean foreign(Incoming message, Listeners.Listener listener) {
        return listener.asks() && (message.retained() || own.contains(message.topic()));
    }
}
