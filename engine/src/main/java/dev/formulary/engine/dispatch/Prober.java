package dev.formulary.engine.dispatch;

import dev.formulary.engine.config.Probe;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out whether models answer, without waiting for a call that risks it: those that calls are kept away from, whether they
/// are back; and where that is configured also those that calls have not asked of late, whether they still would. The vendor is
/// asked for its models, which costs nothing, or a model for one token; see [ChatProbe]. Thread-safe.
public final class Prober {
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
    /// A plug-in that does not keep to it is interrupted.
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /// Chats under way at once.
    private static final int MOST_CHATS = 8;

    private final ProviderDirectory directory;
    private final Breakers breakers;
    private final ExecutorService executor;
    private final Duration limit;
    private final Function<String, Probe> settings;
    private final Supplier<List<Candidate>> candidates;
    private final @Nullable ChatProbe chats;
    private final ProbeListener listener;
    private final Rounds rounds;
    private final Semaphore room = new Semaphore(MOST_CHATS);
    private final Set<String> probing = ConcurrentHashMap.newKeySet();

    /// Asks for lists only, and only whether models are back.
    ///
    /// @param executor runs probes, each on threads of its own
    public Prober(ProviderDirectory directory, Breakers breakers, ExecutorService executor) {
        this(directory, breakers, executor, LIMIT);
    }

    Prober(ProviderDirectory directory, Breakers breakers, ExecutorService executor, Duration limit) {
        this(directory, breakers, executor, limit, _ -> Probe.USUAL, List::of, null, ProbeListener.NONE);
    }

    /// @param executor runs probes, each on threads of its own
    /// @param settings how a provider's models are probed
    /// @param candidates all models
    public Prober(ProviderDirectory directory, Breakers breakers, ExecutorService executor,
            Function<String, Probe> settings, Supplier<List<Candidate>> candidates, ChatProbe chats,
            ProbeListener listener) {
        this(directory, breakers, executor, LIMIT, settings, candidates, chats, listener);
    }

    private Prober(ProviderDirectory directory, Breakers breakers, ExecutorService executor, Duration limit,
            Function<String, Probe> settings, Supplier<List<Candidate>> candidates, @Nullable ChatProbe chats,
            ProbeListener listener) {
        this.directory = directory;
        this.breakers = breakers;
        this.executor = executor;
        this.limit = limit;
        this.settings = settings;
        this.candidates = candidates;
        this.chats = chats;
        this.listener = listener;
        rounds = new Rounds(breakers.clock());
    }

    /// Probes every model whose breaker is half open, and those whose turn it is; one probe a model, or a list, at a time. Called
    /// on a tick; does not wait.
    public void tick() {
        List<Candidate> all = candidates.get();
        for (String id : breakers.halfOpen()) {
            if (id.indexOf('/') > 0) {
                once(id, () -> whetherBack(id, find(all, id)));
            }
        }
        for (Rounds.Due due : rounds.due(all, settings)) {
            if (due.settings().how() == Probe.How.CHAT) {
                once(due.provider(), () -> asked(due));
            } else {
                once(due.provider(), () -> listed(due));
            }
        }
        if (chats != null) {
            chats.tick(System.nanoTime());
        }
    }

    /// Probes all providers now, each as it is configured, whether or not calls asked it of late. Does not wait. What is found
    /// counts as it does on a tick; a breaker that is open stays so until its time.
    public void now() {
        var byProvider = new TreeMap<String, List<Candidate>>();
        candidates.get().forEach(each -> byProvider.computeIfAbsent(each.provider(), _ -> new ArrayList<>()).add(each));
        byProvider.forEach((provider, models) -> {
            var due = new Rounds.Due(provider, settings.apply(provider), models);
            once(provider, due.settings().how() == Probe.How.CHAT ? () -> asked(due) : () -> listed(due));
        });
    }

    /// Whether nobody is being probed.
    boolean idle() {
        return probing.isEmpty();
    }

    private static @Nullable Candidate find(List<Candidate> all, String id) {
        return all.stream().filter(each -> each.id().equals(id)).findFirst().orElse(null);
    }

    /// What a probe does.
    private interface Work {
        void run() throws InterruptedException;
    }

    private void once(String what, Work work) {
        if (probing.add(what)) {
            executor.execute(() -> {
                try {
                    work.run();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    probing.remove(what);
                }
            });
        }
    }

    private void whetherBack(String id, @Nullable Candidate candidate) throws InterruptedException {
        String provider = id.substring(0, id.indexOf('/'));
        if (candidate != null && settings.apply(provider).how() == Probe.How.CHAT) {
            if (!rounds.again(candidate) || chat(candidate) != null) {
                return;
            }
        }
        CircuitBreaker breaker = breakers.of(id);
        if (breaker.tryAcquirePermission()) {
            list(breaker, id, provider);
        }
    }

    private void list(CircuitBreaker breaker, String id, String provider) throws InterruptedException {
        long begun = System.nanoTime();
        try {
            ProviderException failure = list(id, provider);
            if (failure == null) {
                breaker.onSuccess(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
            } else {
                breaker.onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS, failure);
            }
        } catch (InterruptedException e) {
            breaker.releasePermission();
            throw e;
        }
    }

    /// Each model is asked for a token. For those that can't be, the provider is asked for its models.
    private void asked(Rounds.Due due) throws InterruptedException {
        List<Candidate> models = due.models();
        var results = new ArrayList<Future<ChatProbe.@Nullable Result>>();
        models.forEach(model -> results.add(executor.submit(() -> chat(model))));
        var spared = new ArrayList<Candidate>();
        for (int i = 0; i < models.size(); i++) {
            ChatProbe.Result result = result(results.get(i));
            if (result == null) {
                spared.add(models.get(i));
            } else {
                judge(due.settings(), models.get(i), result.failure());
            }
        }
        if (!spared.isEmpty()) {
            listed(new Rounds.Due(due.provider(), due.settings(), spared));
        }
    }

    private static ChatProbe.@Nullable Result result(Future<ChatProbe.@Nullable Result> of)
            throws InterruptedException {
        try {
            return of.get();
        } catch (ExecutionException e) {
            LOG.error("a probe failed", e.getCause());
            return null;
        }
    }

    /// A vendor that has no list is not down.
    private void listed(Rounds.Due due) throws InterruptedException {
        ProviderException failure = list(due.provider(), due.provider());
        FailureClass kind = failure == null || failure.category() == FailureCategory.UNKNOWN_MODEL
                ? null
                : Failures.of(failure, false, false);
        due.models().forEach(model -> judge(due.settings(), model, kind));
    }

    /// A model that failed often enough in a row is left alone as after failed calls.
    private void judge(Probe how, Candidate model, @Nullable FailureClass failure) {
        if (rounds.failedTooOften(model, failure, how) && breakers.state(model.id()) == BreakerState.CLOSED) {
            breakers.leaveAlone(model.id());
        }
    }

    /// @return null when it was not asked
    private ChatProbe.@Nullable Result chat(Candidate candidate) throws InterruptedException {
        if (chats == null) {
            return null;
        }
        room.acquire();
        try {
            ChatProbe.Result result = chats.ask(candidate);
            String spared = result.spared();
            if (spared != null) {
                listener.spared(candidate.id(), spared);
                return null;
            }
            listener.probed(candidate.id(), Probe.How.CHAT, result.failure(), result.costMicros());
            return result;
        } finally {
            room.release();
        }
    }

    private @Nullable ProviderException list(String asked, String provider) throws InterruptedException {
        var attempt = new RunningAttempt("probe", System.nanoTime() + limit.toNanos(), limit);
        Future<?> answer = executor.submit(() -> {
            ask(provider, attempt);
            return null;
        });
        ProviderException failure = null;
        try {
            answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            failure = e.getCause() instanceof ProviderException said
                    ? said
                    : Permit.broken(Objects.requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            failure = new ProviderException(FailureCategory.TIMEOUT, "nothing came for " + limit.toMillis() + " ms");
        } finally {
            attempt.cancel();
            answer.cancel(true);
        }
        listener.probed(asked, Probe.How.MODELS, failure == null ? null : Failures.of(failure, false, false), 0);
        return failure;
    }

    private void ask(String provider, RunningAttempt attempt) throws ProviderException, InterruptedException {
        try (ProviderDirectory.Loan loan = directory.borrow(provider)) {
            if (loan == null) {
                throw new ProviderException(FailureCategory.UNKNOWN_MODEL, "its provider is not loaded any more");
            }
            loan.provider().probe(attempt);
        } finally {
            attempt.end();
        }
    }
}
