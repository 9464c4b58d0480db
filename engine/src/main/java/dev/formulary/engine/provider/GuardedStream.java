package dev.formulary.engine.provider;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A plug-in's answer; the generation lives at least until it is closed.
final class GuardedStream implements ReplyStream {
    private final ReplyStream inner;
    private final RunningAttempt attempt;
    private final AtomicBoolean closed = new AtomicBoolean();

    GuardedStream(ReplyStream inner, RunningAttempt attempt) {
        this.inner = inner;
        this.attempt = attempt;
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        return attempt.<@Nullable ReplyEvent>call(inner::next);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                attempt.closeQuietly(inner);
            } finally {
                attempt.end();
            }
        }
    }
}
