package dev.formulary.engine.boot;

import dev.formulary.engine.dispatch.ProviderDirectory;
import dev.formulary.engine.provider.Lease;
import dev.formulary.engine.provider.Providers;
import dev.formulary.spi.Provider;
import org.jspecify.annotations.Nullable;

/// Lends the providers of plug-ins to those who dispatch calls. Thread-safe.
record Loans(Providers providers) implements ProviderDirectory {
    @Override
    public @Nullable Loan borrow(String id) {
        Lease lease = providers.acquire(id);
        return lease == null ? null : new Lent(lease);
    }

    private record Lent(Lease lease) implements Loan {
        @Override
        public Provider provider() {
            return lease.provider();
        }

        @Override
        public void close() {
            lease.close();
        }
    }
}
