package dev.formulary.local;

import dev.formulary.local.child.Report;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;

/// Says what went wrong in the words of the contract.
final class Failures {
    private Failures() {}

    static ProviderException of(String model, Report.Failed failed) {
        FailureCategory category = switch (failed.reason()) {
            case LIBRARY, MODEL -> FailureCategory.CONFIGURATION;
            case CONTEXT -> FailureCategory.CONTEXT_OVERFLOW;
            case REQUEST -> FailureCategory.INVALID_REQUEST;
            case INTERNAL -> FailureCategory.SERVER;
        };
        return new ProviderException(category, "'" + model + "': " + failed.message());
    }

    /// @param begun whether some of the answer has been given
    static ProviderException gone(String model, String how, boolean begun) {
        return new ProviderException(begun ? FailureCategory.CUT : FailureCategory.SERVER, "'" + model + "': " + how);
    }

    static ProviderException late(String model) {
        return new ProviderException(FailureCategory.TIMEOUT, "'" + model + "' did not answer in the time given");
    }

    static ProviderException letGo() {
        return new ProviderException(FailureCategory.CANCELLED, "the caller has gone");
    }

    static ProviderException unexpected(String model, Report report) {
        return new ProviderException(FailureCategory.MALFORMED,
                "'" + model + "': the process said " + report.getClass().getSimpleName() + " out of turn");
    }
}
