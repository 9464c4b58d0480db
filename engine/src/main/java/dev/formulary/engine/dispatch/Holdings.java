package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Grant;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Usage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What an attempt holds of money, and of the limits of its provider and model. It ends in exactly one of [#settle] and
/// [#abandon].
///
/// @param counted told what the vendor counted of an answer that is whole
/// @param account where what it costs is booked
record Holdings(Budgets.Reservation money, Grant grant, Consumer<Usage> counted, Account account) {

    /// @param failure why it failed, or null when it answered
    /// @param cost in micro-dollars, -1 when a price is unknown
    void settle(@Nullable FailureCategory failure, Usage usage, long cost) {
        money.settle(cost);
        account.ended(failure, usage, cost);
        if (failure == null) {
            counted.accept(usage);
        }
        if (failure == FailureCategory.CONNECT) {
            grant.giveBack();
        } else {
            grant.settle(usage.totalTokens());
        }
    }

    /// Nobody knows what the vendor counts, so what was held is spent, or what it has told already where that is more.
    ///
    /// @param told in micro-dollars; -1 for nothing
    void abandon(long told) {
        long cost = Math.max(money.most(), told);
        money.settle(cost);
        account.abandoned(cost);
        grant.keep();
    }
}
