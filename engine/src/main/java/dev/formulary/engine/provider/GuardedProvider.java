package dev.formulary.engine.provider;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A plug-in's provider as the gateway sees it.
final class GuardedProvider implements Provider {
    private final Slot slot;
    private final Provider inner;

    GuardedProvider(Slot slot, Provider inner) {
        this.slot = slot;
        this.inner = inner;
    }

    @Override
    public List<ModelCard> models() {
        return slot.cards();
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt caller) throws ProviderException, InterruptedException {
        RunningAttempt attempt = slot.begin(caller);
        boolean answers = false;
        try {
            ReplyStream answer = attempt.call(() -> inner.chat(request, attempt));
            answers = answer != null;
            if (!answers) {
                throw nothing("chat");
            }
            return new GuardedStream(answer, attempt);
        } finally {
            if (!answers) {
                attempt.end();
            }
        }
    }

    @Override
    public Embeddings embed(Embeddings.Request request, Attempt caller) throws ProviderException, InterruptedException {
        RunningAttempt attempt = slot.begin(caller);
        try {
            Embeddings vectors = attempt.call(() -> inner.embed(request, attempt));
            if (vectors == null) {
                throw nothing("embed");
            }
            return vectors;
        } finally {
            attempt.end();
        }
    }

    @Override
    public boolean takesTokens() {
        try {
            return inner.takesTokens();
        } catch (RuntimeException | LinkageError e) {
            return false;
        }
    }

    private static ProviderException nothing(String method) {
        return new ProviderException(FailureCategory.MALFORMED, "the plug-in's " + method + " gave nothing");
    }

    @Override
    public void probe(Attempt caller) throws ProviderException, InterruptedException {
        run(caller, inner::probe);
    }

    @Override
    public List<LoadedModel> loaded(Attempt caller) throws ProviderException, InterruptedException {
        RunningAttempt attempt = slot.begin(caller);
        try {
            List<LoadedModel> loaded = attempt.call(() -> inner.loaded(attempt));
            if (loaded == null) {
                throw nothing("loaded");
            }
            return List.copyOf(loaded);
        } finally {
            attempt.end();
        }
    }

    @Override
    public boolean loadsHere() {
        try {
            return inner.loadsHere();
        } catch (RuntimeException | LinkageError e) {
            return false;
        }
    }

    @Override
    public void load(String model, @Nullable Duration keepAlive, Attempt caller)
            throws ProviderException, InterruptedException {
        run(caller, attempt -> inner.load(model, keepAlive, attempt));
    }

    @Override
    public void unload(String model, Attempt caller) throws ProviderException, InterruptedException {
        run(caller, attempt -> inner.unload(model, attempt));
    }

    /// Something that gives nothing back.
    private interface Order {
        void carryOut(Attempt attempt) throws ProviderException, InterruptedException;
    }

    private void run(Attempt caller, Order order) throws ProviderException, InterruptedException {
        RunningAttempt attempt = slot.begin(caller);
        try {
            attempt.call(() -> {
                order.carryOut(attempt);
                return true;
            });
        } finally {
            attempt.end();
        }
    }

    /// Nothing: the gateway closes a provider when its generation ends.
    @Override
    public void close() {}
}
