package dev.formulary.engine.dispatch;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/// Finds out whether a failed model is back, without waiting for a call that risks it. A probe costs no money: it asks the
/// vendor for its models. Thread-safe.
public final class Prober {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ProviderDirectory directory;
    private final Breakers breakers;
    private final ExecutorService executor;
    private final Set<String> probing = ConcurrentHashMap.newKeySet();

    public Prober(ProviderDirectory directory, Breakers breakers, ExecutorService executor) {
        this.directory = directory;
        this.breakers = breakers;
        this.executor = executor;
    }

    /// Probes every model whose breaker is half open, one probe a model at a time. Called on a tick; does not wait.
    public void tick() {
        for (String candidate : breakers.halfOpen()) {
            if (probing.add(candidate)) {
                executor.execute(() -> probe(candidate));
            }
        }
    }

    private void probe(String candidate) {
        CircuitBreaker breaker = breakers.of(candidate);
        try (ProviderDirectory.Loan loan = directory.borrow(candidate.substring(0, candidate.indexOf('/')))) {
            if (loan != null && breaker.tryAcquirePermission()) {
                probe(breaker, loan);
            }
        } finally {
            probing.remove(candidate);
        }
    }

    private static void probe(CircuitBreaker breaker, ProviderDirectory.Loan loan) {
        long begun = System.nanoTime();
        try {
            loan.provider().probe(new RunningAttempt("probe", begun + LIMIT.toNanos(), LIMIT));
            breaker.onSuccess(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        } catch (ProviderException e) {
            breaker.onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS, e);
        } catch (InterruptedException e) {
            breaker.releasePermission();
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            breaker.onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS,
                    new ProviderException(FailureCategory.SERVER, "the probe failed", 0, null, e));
        }
    }
}
