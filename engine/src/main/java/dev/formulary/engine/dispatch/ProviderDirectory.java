package dev.formulary.engine.dispatch;

import dev.formulary.spi.Provider;
import org.jspecify.annotations.Nullable;

/// Lends providers by name. Thread-safe.
@FunctionalInterface
public interface ProviderDirectory {

    /// Lends the provider of that id, or gives null when there is none. While it is lent it is not closed, also when its
    /// plug-in is replaced or removed.
    @Nullable
    Loan borrow(String providerId);

    /// A provider on loan.
    interface Loan extends AutoCloseable {
        /// The provider.
        Provider provider();

        /// Gives it back. Idempotent.
        @Override
        void close();
    }
}
