package dev.formulary.engine.dispatch;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Finds out whether a failed model is back, without waiting for a call that risks it. A probe costs no money: it asks the
/// vendor for its models. Thread-safe.
public final class Prober {
    /// A plug-in that does not keep to it is interrupted.
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ProviderDirectory directory;
    private final Breakers breakers;
    private final ExecutorService executor;
    private final Duration limit;
    private final Set<String> probing = ConcurrentHashMap.newKeySet();

    /// @param executor runs probes, each on threads of its own
    public Prober(ProviderDirectory directory, Breakers breakers, ExecutorService executor) {
        this(directory, breakers, executor, LIMIT);
    }

    Prober(ProviderDirectory directory, Breakers breakers, ExecutorService executor, Duration limit) {
        this.limit = limit;
        this.directory = directory;
        this.breakers = breakers;
        this.executor = executor;
    }

    /// Probes every model whose breaker is half open, one probe a model at a time. Called on a tick; does not wait.
    public void tick() {
        for (String candidate : breakers.halfOpen()) {
            if (candidate.indexOf('/') > 0 && probing.add(candidate)) {
                executor.execute(() -> probe(candidate));
            }
        }
    }

    private void probe(String candidate) {
        CircuitBreaker breaker = breakers.of(candidate);
        try {
            if (breaker.tryAcquirePermission()) {
                probe(breaker, candidate.substring(0, candidate.indexOf('/')));
            }
        } finally {
            probing.remove(candidate);
        }
    }

    private void probe(CircuitBreaker breaker, String provider) {
        long begun = System.nanoTime();
        var attempt = new RunningAttempt("probe", begun + limit.toNanos(), limit);
        Future<?> answer = executor.submit(() -> {
            ask(provider, attempt);
            return null;
        });
        try {
            answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            breaker.onSuccess(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            breaker.onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS, e);
        } catch (InterruptedException e) {
            breaker.releasePermission();
            Thread.currentThread().interrupt();
        } finally {
            attempt.cancel();
            answer.cancel(true);
        }
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
