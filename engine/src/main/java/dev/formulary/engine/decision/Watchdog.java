package dev.formulary.engine.decision;

import dev.formulary.engine.transport.Threads;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.kie.api.runtime.KieSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stops decisions that take too long without firing a rule: then nothing else looks at the clock. Rules stop between two of
/// them, so a decision takes at most its time, one round of the dog, and the conditions of one rule. Thread-safe.
final class Watchdog {
    private static final long ROUND_MS = 20;
    private static final Set<Watch> WATCHED = ConcurrentHashMap.newKeySet();
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    static {
        var _ = Threads.timer("decision-watchdog").scheduleWithFixedDelay(Watchdog::round, ROUND_MS, ROUND_MS,
                TimeUnit.MILLISECONDS);
    }

    private Watchdog() {}

    /// Watches until it is closed.
    ///
    /// @param until by the clock of [System#nanoTime]
    static Watch watch(KieSession session, long until) {
        var watch = new Watch(session, until);
        WATCHED.add(watch);
        return watch;
    }

    private static void round() {
        long now = System.nanoTime();
        try {
            WATCHED.forEach(watch -> watch.look(now));
        } catch (RuntimeException e) {
            // the next round must come
            LOG.warn("a decision could not be stopped", e);
        }
    }

    /// One decision under watch.
    static final class Watch implements AutoCloseable {
        private final KieSession session;
        private final long until;
        private boolean over;
        private boolean stopped;

        private Watch(KieSession session, long until) {
            this.session = session;
            this.until = until;
        }

        /// Stops the decision when its time is over, once. Never after it is closed: the session may then serve another decision.
        ///
        /// @param now by the clock of [System#nanoTime]
        synchronized void look(long now) {
            if (!over && !stopped && now - until > 0) {
                stopped = true;
                session.halt();
            }
        }

        /// Whether the decision was stopped.
        synchronized boolean stopped() {
            return stopped;
        }

        @Override
        public void close() {
            WATCHED.remove(this);
            synchronized (this) {
                over = true;
            }
        }
    }
}
