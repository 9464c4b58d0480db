package dev.formulary.testkit;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Answers with events that a test writes down, over and over if it is to be endless.
record ScriptedProvider(List<ReplyEvent> script, boolean endless) implements Provider {
    static final String MODEL = "reader";

    @Override
    public List<ModelCard> models() {
        return List.of(ModelCard.of(MODEL));
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
        if (!request.model().equals(MODEL)) {
            throw new ProviderException(FailureCategory.UNKNOWN_MODEL, "there is only '" + MODEL + "'");
        }
        var cancelled = new CountDownLatch(1);
        attempt.onCancel(cancelled::countDown);
        if (script.isEmpty()) {
            boolean gone = cancelled.await(attempt.remaining().toNanos(), TimeUnit.NANOSECONDS);
            throw new ProviderException(gone ? FailureCategory.CANCELLED : FailureCategory.TIMEOUT, "nobody answers");
        }
        return new Reading(this, cancelled);
    }

    /// The events, as a stream that nobody cancels.
    ReplyStream reading() {
        return new Reading(this, new CountDownLatch(1));
    }

    @Override
    public void close() {}

    private static final class Reading implements ReplyStream {
        private final ScriptedProvider provider;
        private final CountDownLatch cancelled;
        private int next;

        Reading(ScriptedProvider provider, CountDownLatch cancelled) {
            this.provider = provider;
            this.cancelled = cancelled;
        }

        @Override
        public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
            if (provider.endless && cancelled.await(20, TimeUnit.MILLISECONDS)) {
                throw new ProviderException(FailureCategory.CANCELLED, "the caller has gone");
            }
            List<ReplyEvent> script = provider.script;
            return provider.endless || next < script.size() ? script.get(next++ % script.size()) : null;
        }

        @Override
        public void close() {}
    }
}
