package dev.formulary.spi;

/// Why a provider could not answer. The gateway decides by category what to do next; no minor version adds one.
public enum FailureCategory {
    /// No connection: refused, no route, name not found, TLS failed.
    CONNECT,
    /// Nothing came within the time given.
    TIMEOUT,
    /// Too many requests for now; [ProviderException#retryAfter] may say how long.
    THROTTLED,
    /// The account's money or its daily quota is used up.
    QUOTA,
    /// The vendor refuses our credentials.
    AUTH,
    /// The prompt and the answer do not fit into the model's context.
    CONTEXT_OVERFLOW,
    /// The model or the vendor's filter declines to answer.
    REFUSED,
    /// The vendor says that the request itself is wrong; another model would say so too.
    INVALID_REQUEST,
    /// The vendor does not know the model (any more).
    UNKNOWN_MODEL,
    /// The provider can't do what is asked.
    UNSUPPORTED,
    /// The answer can't be understood.
    MALFORMED,
    /// The answer broke off.
    CUT,
    /// The vendor failed.
    SERVER,
    /// The provider's own settings are wrong.
    CONFIGURATION,
    /// The caller has gone.
    CANCELLED;

    /// Whether another model, or the same one later, may succeed with the same request.
    public boolean retriable() {
        return switch (this) {
            case REFUSED, INVALID_REQUEST, CANCELLED -> false;
            default -> true;
        };
    }
}
