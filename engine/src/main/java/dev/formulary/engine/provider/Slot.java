package dev.formulary.engine.provider;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One provider of one generation: its models, and how many hold it. Thread-safe.
final class Slot {
    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    /// Beside the count of holders: nobody new may enter.
    private static final long SHUT = 1L << 62;
    private static final int MOST_MODELS = 5_000;

    private final String id;
    private final String kind;
    private final Provider provider;
    private final ClassLoader loader;
    private final UnaryOperator<List<ModelCard>> completion;
    private final GuardedProvider guarded;
    private final AtomicLong holders = new AtomicLong();
    private final CountDownLatch idle = new CountDownLatch(1);
    private final Set<RunningAttempt> running = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    /// Set when the provider is closed although somebody still holds it: nothing may begin any more.
    private volatile boolean closed;
    private volatile List<ModelCard> listed = List.of();
    private volatile List<ModelCard> cards;
    private volatile @Nullable String lastError;

    Slot(String id, String kind, Provider provider, ClassLoader loader,
            UnaryOperator<List<ModelCard>> completion) {
        this.id = id;
        this.kind = kind;
        this.provider = provider;
        this.loader = loader;
        this.completion = completion;
        this.guarded = new GuardedProvider(this, provider);
        this.cards = completion.apply(List.of());
    }

    String id() {
        return id;
    }

    String kind() {
        return kind;
    }

    ClassLoader loader() {
        return loader;
    }

    GuardedProvider guarded() {
        return guarded;
    }

    List<ModelCard> cards() {
        return cards;
    }

    PluginStatus.ProviderStatus status() {
        return new PluginStatus.ProviderStatus(id, kind, cards.size(), lastError);
    }

    /// Takes over what the generation before has listed, until this one can list for itself.
    void inherit(Slot before) {
        listed = before.listed;
        complete();
    }

    /// @return false once the generation has been replaced
    boolean enter() {
        long now = holders.get();
        while ((now & SHUT) == 0) {
            if (holders.compareAndSet(now, now + 1)) {
                return true;
            }
            now = holders.get();
        }
        return false;
    }

    void exit() {
        if (holders.decrementAndGet() == SHUT) {
            idle.countDown();
        }
    }

    /// Starts an attempt for somebody who holds a lease; after [#shut] too, because the lease is older.
    RunningAttempt begin(Attempt caller) throws ProviderException {
        long before = holders.getAndUpdate(now -> now == SHUT ? SHUT : now + 1);
        if (before == SHUT || closed) {
            if (before != SHUT) {
                exit();
            }
            throw new ProviderException(FailureCategory.CUT, "the provider '" + id + "' has been unloaded");
        }
        var attempt = new RunningAttempt(caller, this);
        running.add(attempt);
        return attempt;
    }

    void end(RunningAttempt attempt) {
        if (running.remove(attempt)) {
            exit();
        }
    }

    /// Lets nobody in any more.
    void shut() {
        if (holders.getAndUpdate(now -> now | SHUT) == 0) {
            idle.countDown();
        }
    }

    /// @return whether nobody holds it any more
    boolean awaitIdle(long nanos) throws InterruptedException {
        return idle.await(nanos, TimeUnit.NANOSECONDS);
    }

    void cancelRunning() {
        running.forEach(RunningAttempt::force);
    }

    /// @return false when the models are being asked for already
    boolean beginRefresh() {
        return refreshing.compareAndSet(false, true);
    }

    void endRefresh() {
        refreshing.set(false);
    }

    /// Asks for the models; keeps those that it has when that fails.
    void refresh(Duration limit) throws InterruptedException {
        if (!enter()) {
            return;
        }
        try {
            listed = PluginCode.within(limit, loader, "listing the models",
                    () -> checked(provider.models()), _ -> {});
            complete();
            lastError = null;
        } catch (ProviderException | Refusal e) {
            lastError = String.valueOf(e.getMessage());
        } finally {
            exit();
        }
    }

    /// Puts together what the provider has listed and what else is known of it.
    private void complete() {
        cards = completion.apply(listed);
    }

    /// Something else is known now.
    void completeAgain() {
        if (!listed.isEmpty()) {
            complete();
        }
    }

    private static List<ModelCard> checked(List<ModelCard> listed) throws Refusal {
        var ids = new HashSet<String>();
        for (ModelCard card : listed) {
            if (!ids.add(card.id())) {
                throw new Refusal("it lists the model '" + card.id() + "' twice");
            }
            if (ids.size() > MOST_MODELS) {
                throw new Refusal("it lists more than " + MOST_MODELS + " models");
            }
        }
        return List.copyOf(listed);
    }

    void close(Duration limit) throws InterruptedException {
        closed = true;
        try {
            PluginCode.within(limit, loader, "closing", () -> {
                provider.close();
                return true;
            }, _ -> {});
        } catch (ProviderException | Refusal e) {
            complain("closing", e);
        }
    }

    void complain(String what, Throwable thrown) {
        LOG.warn("plug-in misbehaved provider={} at={} error={}", id, what, PluginCode.describe(thrown));
    }
}
