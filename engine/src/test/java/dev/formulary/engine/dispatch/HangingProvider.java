package dev.formulary.engine.dispatch;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ReplyStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Never answers, and heeds nothing but interrupts.
final class HangingProvider implements Provider {
    private final AtomicInteger asked;

    HangingProvider(AtomicInteger asked) {
        this.asked = asked;
    }

    @Override
    public List<ModelCard> models() throws InterruptedException {
        asked.incrementAndGet();
        new CountDownLatch(1).await(1, TimeUnit.MINUTES);
        return List.of();
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws InterruptedException {
        asked.incrementAndGet();
        new CountDownLatch(1).await(1, TimeUnit.MINUTES);
        throw new IllegalStateException("nobody waits that long");
    }

    @Override
    public void close() {
        // holds nothing
    }
}
