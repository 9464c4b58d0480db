package dev.formulary.simulator;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waits on behalf of one attempt: never past its deadline, and no longer than anybody wants the answer.
final class Patience {
    private final Attempt attempt;
    private final CountDownLatch letGo = new CountDownLatch(1);

    Patience(Attempt attempt) {
        this.attempt = attempt;
        attempt.onCancel(letGo::countDown);
    }

    /// Waits for the first token.
    ///
    /// @param nanos how long the simulated model takes for it; [Long#MAX_VALUE] for ever
    void awaitFirstByte(long nanos) throws ProviderException, InterruptedException {
        await(nanos, Math.min(attempt.firstByte().toNanos(), attempt.remaining().toNanos()));
    }

    /// Waits until a moment on the clock of [System#nanoTime].
    void awaitMoment(long moment) throws ProviderException, InterruptedException {
        long nanos = moment - System.nanoTime();
        await(nanos, attempt.remaining().toNanos());
    }

    void release() {
        letGo.countDown();
    }

    private void await(long nanos, long limit) throws ProviderException, InterruptedException {
        if (letGo.getCount() == 0 || (nanos > 0 && letGo.await(Math.min(nanos, limit), TimeUnit.NANOSECONDS))) {
            throw new ProviderException(FailureCategory.CANCELLED, "the caller has gone");
        }
        if (nanos > limit || limit <= 0) {
            throw new ProviderException(FailureCategory.TIMEOUT, "the simulator was told to answer slower than that");
        }
    }
}
