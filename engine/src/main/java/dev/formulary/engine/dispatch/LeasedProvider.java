package dev.formulary.engine.dispatch;

import dev.formulary.engine.provider.Lease;
import dev.formulary.spi.Provider;
import org.jspecify.annotations.Nullable;

/// A plug-in's provider on loan. As thread-safe as its lease.
public record LeasedProvider(Lease lease) implements ProviderDirectory.Loan {

    /// @return null where there is no lease
    public static @Nullable LeasedProvider of(@Nullable Lease lease) {
        return lease == null ? null : new LeasedProvider(lease);
    }

    @Override
    public Provider provider() {
        return lease.provider();
    }

    @Override
    public void close() {
        lease.close();
    }
}
