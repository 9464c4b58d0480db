package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.spi.ProviderException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Failures of a provider that a test expects.
public final class Failures {
    private Failures() {}

    /// The failure of a call. Its message must be a phrase that can stand within others, and must not show the key.
    ///
    /// @param key what must never be shown
    /// @throws AssertionError when the call does not fail so
    public static ProviderException of(ThrowingCallable call, String key) {
        ProviderException failure = catchThrowableOfType(ProviderException.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage()).doesNotContain(key).matches("(?s)[^A-Z].*[^.]");
        return failure;
    }
}
