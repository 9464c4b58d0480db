package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Arrival.Presence;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waits between two attempts, on the call's own thread, which holds nothing meanwhile.
@FunctionalInterface
interface Rest {

    /// @return false, at once, when the caller leaves
    /// @throws InterruptedException when the gateway stops
    boolean take(Duration time, Presence presence) throws InterruptedException;

    /// By the machine's clock.
    static boolean real(Duration time, Presence presence) throws InterruptedException {
        var left = new CountDownLatch(1);
        presence.onGone(left::countDown);
        return !left.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
