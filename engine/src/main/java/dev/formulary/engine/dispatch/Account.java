package dev.formulary.engine.dispatch;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Usage;
import org.jspecify.annotations.Nullable;

/// Where the money of one attempt is booked. It ends in exactly one of [#ended] and [#abandoned]. Called on the attempt's own
/// thread, or where that does not come back on another; must be quick and must not throw.
public interface Account {
    /// Nothing is booked.
    Account NONE = new Account() {
        @Override
        public void ended(@Nullable FailureCategory failure, Usage usage, long cost) {
            // of no interest
        }

        @Override
        public void abandoned(long cost) {
            // of no interest
        }
    };

    /// The attempt is over.
    ///
    /// @param failure why it failed, or null when it gave a whole answer
    /// @param cost in micro-dollars, -1 when a price is unknown
    void ended(@Nullable FailureCategory failure, Usage usage, long cost);

    /// The attempt was given up; nobody knows what the vendor counts.
    ///
    /// @param cost the most that it is taken to have cost, in micro-dollars; -1 when a price is unknown
    void abandoned(long cost);
}
