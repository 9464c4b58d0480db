package dev.formulary.local;

import dev.formulary.local.child.Report;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One call of a process and what comes back. It holds no more than an answer, which the model's context bounds. Thread-safe;
/// read by one thread.
final class Exchange {
    /// What can happen.
    private sealed interface Signal {
        record Said(Report report) implements Signal {}

        /// The process has ended.
        record Gone(String how) implements Signal {}

        /// Nobody wants the answer any more.
        record LetGo() implements Signal {}
    }

    private final int call;
    private final BlockingQueue<Signal> inbox = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable Runnable afterwards;

    Exchange(int call) {
        this.call = call;
    }

    int call() {
        return call;
    }

    void said(Report report) {
        if (report.last()) {
            end();
        }
        inbox.add(new Signal.Said(report));
    }

    void gone(String how) {
        end();
        inbox.add(new Signal.Gone(how));
    }

    /// Wakes the reader up.
    void letGo() {
        inbox.add(new Signal.LetGo());
    }

    /// What the process says first.
    ///
    /// @param model for messages
    /// @throws ProviderException when it fails, or says nothing in time
    Report first(String model, Attempt attempt) throws ProviderException, InterruptedException {
        Duration first = attempt.firstByte();
        Duration all = attempt.remaining();
        return next(model, first.compareTo(all) < 0 ? first : all, false);
    }

    /// What the process says next.
    ///
    /// @param model for messages
    /// @param begun whether some of the answer has been given
    /// @throws ProviderException when it fails, or says nothing in that time
    Report next(String model, Duration patience, boolean begun) throws ProviderException, InterruptedException {
        return switch (inbox.poll(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS)) {
            case null -> throw Failures.late(model);
            case Signal.LetGo() -> throw Failures.letGo();
            case Signal.Gone(String how) -> throw Failures.gone(model, how, begun);
            case Signal.Said(Report.Failed failed) -> throw Failures.of(model, failed);
            case Signal.Said(Report report) -> report;
        };
    }

    /// Whether the process has done with it.
    boolean isOver() {
        return over.getCount() == 0;
    }

    boolean awaitOver(Duration patience) throws InterruptedException {
        return over.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Runs something once the process has done with it, at once if it has.
    void whenOver(Runnable action) {
        synchronized (this) {
            if (!isOver()) {
                afterwards = action;
                return;
            }
        }
        action.run();
    }

    /// Comes before the reader hears of it: who has read the end finds the turn given back.
    private void end() {
        Runnable action;
        synchronized (this) {
            over.countDown();
            action = afterwards;
            afterwards = null;
        }
        if (action != null) {
            action.run();
        }
    }
}
