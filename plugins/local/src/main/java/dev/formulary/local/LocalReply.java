package dev.formulary.local;

import dev.formulary.local.child.Report;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// An answer while the process writes it.
final class LocalReply implements ReplyStream {
    private final String model;
    private final ModelProcess process;
    private final Exchange exchange;
    private final Attempt attempt;
    private final Runnable finished;
    private final Queue<ReplyEvent> pending = new ArrayDeque<>();
    private final AtomicBoolean released = new AtomicBoolean();
    private int promptTokens;
    private boolean begun;
    private boolean complete;

    /// @param finished runs when the answer has come to its end
    LocalReply(String model, ModelProcess process, Exchange exchange, Attempt attempt, Runnable finished) {
        this.model = model;
        this.process = process;
        this.exchange = exchange;
        this.attempt = attempt;
        this.finished = finished;
        attempt.onCancel(this::release);
    }

    /// Waits until the process has read and accepted the prompt.
    ///
    /// @param ignored what is told before the answer
    void awaitStart(Iterable<ReplyEvent> ignored) throws ProviderException, InterruptedException {
        Report first = report(true);
        if (!(first instanceof Report.Started(int _, int tokens))) {
            throw failed(Failures.unexpected(model, first));
        }
        promptTokens = tokens;
        ignored.forEach(pending::add);
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        ReplyEvent ready = pending.poll();
        if (ready != null || complete) {
            return ready;
        }
        return switch (report(false)) {
            case Report.Text(int _, String text) -> {
                begun = true;
                yield new ReplyEvent.Text(text);
            }
            case Report.Finished(int _, Report.Stop stop, int tokens) -> finish(stop, tokens);
            case Report other -> throw failed(Failures.unexpected(model, other));
        };
    }

    private ReplyEvent finish(Report.Stop stop, int tokens) throws ProviderException {
        complete = true;
        finished.run();
        pending.add(new ReplyEvent.Accounting(Usage.of(promptTokens, tokens)));
        return switch (stop) {
            case END -> new ReplyEvent.Finish(Reason.STOP);
            case LENGTH -> new ReplyEvent.Finish(Reason.LENGTH);
            case CANCELLED -> throw Failures.letGo();
        };
    }

    private Report report(boolean first) throws ProviderException, InterruptedException {
        boolean said = false;
        try {
            Report report = first ? exchange.first(model, attempt) : exchange.next(model, attempt.remaining(), begun);
            said = true;
            return report;
        } finally {
            if (!said) {
                complete = true;
                release();
            }
        }
    }

    private ProviderException failed(ProviderException failure) {
        complete = true;
        release();
        return failure;
    }

    private void release() {
        if (!exchange.isOver() && released.compareAndSet(false, true)) {
            exchange.letGo();
            process.cancel(exchange);
        }
    }

    @Override
    public void close() {
        release();
    }
}
