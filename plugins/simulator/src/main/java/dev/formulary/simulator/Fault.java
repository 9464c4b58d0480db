package dev.formulary.simulator;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A way in which a call goes wrong.
///
/// @param kind what happens
/// @param rate the share of calls to which it happens, 0 to 1
/// @param status the vendor's HTTP status that is reported
/// @param retryAfter how long the vendor asks to wait; null when it does not say
/// @param afterTokens how many tokens come before [Kind#CUT], [Kind#STALL] and [Kind#MALFORMED]; -1 for half of the answer
/// @param gap the time between two tokens of [Kind#DRIP]
record Fault(Kind kind, double rate, int status, @Nullable Duration retryAfter, int afterTokens, Duration gap) {

    /// What happens.
    enum Kind {
        /// Too many requests.
        THROTTLED(FailureCategory.THROTTLED, 429),
        /// The account is empty.
        QUOTA(FailureCategory.QUOTA, 429),
        /// The vendor fails.
        SERVER(FailureCategory.SERVER, 500),
        /// The key is refused.
        AUTH(FailureCategory.AUTH, 401),
        /// The prompt is too long.
        OVERFLOW(FailureCategory.CONTEXT_OVERFLOW, 400),
        /// The connection is refused.
        DEAD(FailureCategory.CONNECT, 0),
        /// The model declines.
        REFUSED(FailureCategory.REFUSED, 200),
        /// Nothing ever comes.
        HANG(FailureCategory.TIMEOUT, 0),
        /// Nothing more comes after some tokens.
        STALL(FailureCategory.TIMEOUT, 0),
        /// The answer breaks off.
        CUT(FailureCategory.CUT, 0),
        /// What comes can't be understood.
        MALFORMED(FailureCategory.MALFORMED, 0),
        /// Tokens come slowly; the answer is complete.
        DRIP(FailureCategory.TIMEOUT, 0);

        final FailureCategory category;
        final int usualStatus;

        Kind(FailureCategory category, int usualStatus) {
            this.category = category;
            this.usualStatus = usualStatus;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// The error that a caller gets at once, or null when the answer begins first.
    @Nullable
    ProviderException atOnce() {
        return switch (kind) {
            case THROTTLED, QUOTA, SERVER, AUTH, OVERFLOW, DEAD -> failure();
            case REFUSED, HANG, STALL, CUT, MALFORMED, DRIP -> null;
        };
    }

    ProviderException failure() {
        String told = switch (kind) {
            case THROTTLED -> "throttle";
            case QUOTA -> "be out of quota";
            case SERVER -> "fail";
            case AUTH -> "refuse the key";
            case OVERFLOW -> "find the prompt too long";
            case DEAD -> "be dead";
            case CUT -> "break off";
            case MALFORMED -> "send rubbish";
            case REFUSED -> "decline";
            case HANG, STALL, DRIP -> "answer slower than that";
        };
        return new ProviderException(kind.category, "the simulator was told to " + told, status, retryAfter, null);
    }

    /// How many of an answer's events come before it goes wrong.
    int eventsBefore(int events) {
        return switch (kind) {
            case CUT, STALL, MALFORMED -> afterTokens < 0 ? events / 2 : Math.min(afterTokens, events);
            default -> Integer.MAX_VALUE;
        };
    }
}
