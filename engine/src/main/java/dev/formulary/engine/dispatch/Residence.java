package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Brings models into memory, lets them go, and tells which are there, for vendors that have it. Thread-safe; blocks the
/// calling thread.
public final class Residence {
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final ProviderDirectory directory;

    public Residence(ProviderDirectory directory) {
        this.directory = directory;
    }

    /// Makes a model ready. A model that is always ready needs nothing.
    ///
    /// @param keepAlive how long it stays when nobody asks it; negative for as long as can be, null for the vendor's own
    /// @param patience how long it may take
    /// @throws ProviderException when it can't be loaded
    /// @throws InterruptedException when the gateway stops
    public void load(String provider, String model, @Nullable Duration keepAlive, Duration patience)
            throws ProviderException, InterruptedException {
        try (ProviderDirectory.Loan loan = borrow(provider)) {
            loan.provider().load(model, keepAlive, attempt(patience));
        } catch (ProviderException e) {
            if (e.category() != FailureCategory.UNSUPPORTED) {
                throw e;
            }
        }
    }

    /// Gives a model's memory back.
    ///
    /// @throws ProviderException when it can't be unloaded, or never can
    /// @throws InterruptedException when the gateway stops
    public void unload(String provider, String model, Duration patience)
            throws ProviderException, InterruptedException {
        try (ProviderDirectory.Loan loan = borrow(provider)) {
            loan.provider().unload(model, attempt(patience));
        }
    }

    /// The models of a provider that lie in memory now; none for vendors that do not tell.
    ///
    /// @throws ProviderException when the vendor can't be asked
    /// @throws InterruptedException when the gateway stops
    public List<LoadedModel> loaded(String provider, Duration patience)
            throws ProviderException, InterruptedException {
        try (ProviderDirectory.Loan loan = borrow(provider)) {
            return loan.provider().loaded(attempt(patience));
        }
    }

    /// Whether a call of that model would bring it into the memory of this machine first. A vendor that does not tell in time
    /// is taken to have it.
    ///
    /// @throws InterruptedException when the gateway stops
    boolean wouldLoadHere(Candidate candidate) throws InterruptedException {
        try (ProviderDirectory.Loan loan = borrow(candidate.provider())) {
            return loan.provider().loadsHere() && loan.provider().loaded(attempt(A_MOMENT)).stream()
                    .noneMatch(model -> model.id().equals(candidate.model()));
        } catch (ProviderException e) {
            return false;
        }
    }

    private ProviderDirectory.Loan borrow(String provider) throws ProviderException {
        ProviderDirectory.Loan loan = directory.borrow(provider);
        if (loan == null) {
            throw new ProviderException(FailureCategory.UNKNOWN_MODEL, "there is no provider '" + provider + "'");
        }
        return loan;
    }

    private static RunningAttempt attempt(Duration patience) {
        return new RunningAttempt("residence", System.nanoTime() + patience.toNanos(), patience);
    }
}
