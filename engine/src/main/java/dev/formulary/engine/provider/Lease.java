package dev.formulary.engine.provider;

import dev.formulary.spi.Provider;
import java.util.concurrent.atomic.AtomicBoolean;

/// The right to use a provider. While it is open, the version of the plug-in that it was taken from stays loaded; an
/// answer that has not been closed keeps it loaded too.
public final class Lease implements AutoCloseable {
    private final Slot slot;
    private final AtomicBoolean closed = new AtomicBoolean();

    Lease(Slot slot) {
        this.slot = slot;
    }

    /// The provider. Calls run with the plug-in's class loader as the context class loader; whatever a plug-in throws
    /// against the contract becomes a [dev.formulary.spi.ProviderException] of category `SERVER`; `models` gives the cards
    /// that [Providers#cards] shows; `close` does nothing.
    public Provider provider() {
        return slot.guarded();
    }

    /// Idempotent.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            slot.exit();
        }
    }
}
