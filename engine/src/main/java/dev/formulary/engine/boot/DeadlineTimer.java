package dev.formulary.engine.boot;

import dev.formulary.engine.dispatch.Dispatcher;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a dispatcher look at its calls' deadlines twenty times a second.
record DeadlineTimer(Dispatcher dispatcher) {
    private static final Logger LOG = LoggerFactory.getLogger(DeadlineTimer.class);
    private static final long EVERY_MS = 50;

    void start(ScheduledExecutorService timer) {
        var _ = timer.scheduleWithFixedDelay(this::tick, EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
    }

    /// What fails once would not be run again.
    private void tick() {
        try {
            dispatcher.tick(System.nanoTime());
        } catch (RuntimeException e) {
            LOG.error("deadlines not kept", e);
        }
    }
}
