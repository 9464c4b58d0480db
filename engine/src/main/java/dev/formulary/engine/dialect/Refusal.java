package dev.formulary.engine.dialect;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An error for a client, in words that every dialect can carry.
///
/// @param status HTTP status, 400 to 599
/// @param code stable, lower case with underscores
/// @param message one sentence: what is wrong and what would be right
/// @param param the member or header at fault, or null
/// @param retryAfter when it is worth trying again, or null
public record Refusal(int status, String code, String message, @Nullable String param, @Nullable Duration retryAfter) {
    /// Clients give up on a longer one.
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    /// The caller's own mistake.
    public static Refusal badRequest(String code, String message, @Nullable String param) {
        return new Refusal(400, code, message, param, null);
    }

    /// Whole seconds for `Retry-After`, from 1 to 60, or 0 when there is nothing to wait for.
    public long retryAfterSeconds() {
        if (retryAfter == null) {
            return 0;
        }
        return retryAfter.compareTo(LONGEST_WAIT) >= 0
                ? LONGEST_WAIT.toSeconds()
                : Math.max(1, Math.ceilDiv(retryAfter.toMillis(), 1000L));
    }
}
