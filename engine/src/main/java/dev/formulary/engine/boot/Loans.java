package dev.formulary.engine.boot;

import dev.formulary.engine.dispatch.LeasedProvider;
import dev.formulary.engine.dispatch.ProviderDirectory;
import dev.formulary.engine.provider.Providers;
import org.jspecify.annotations.Nullable;

/// Lends the providers of plug-ins to those who dispatch calls. Thread-safe.
record Loans(Providers providers) implements ProviderDirectory {
    @Override
    public @Nullable Loan borrow(String id) {
        return LeasedProvider.of(providers.acquire(id));
    }
}
