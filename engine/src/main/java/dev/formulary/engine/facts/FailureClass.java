package dev.formulary.engine.facts;

import dev.formulary.spi.FailureCategory;
import org.jspecify.annotations.Nullable;

/// Why an attempt failed, as finely as rules can tell failures apart: the category that a provider gives, divided by where it
/// happened. Each has what usually becomes of the call then.
public enum FailureClass {
    /// No connection: refused, no route, or not within two seconds.
    CONNECT(FailureCategory.CONNECT, Usual.ONCE_MORE),
    /// The server's name is not found.
    DNS(FailureCategory.CONNECT, Usual.ONCE_MORE),
    /// The connection could not be made safe: a certificate that nobody vouches for, no common protocol.
    TLS(FailureCategory.CONNECT, Usual.NEXT),
    /// Nothing of an answer came within the time given.
    FIRST_BYTE_TIMEOUT(FailureCategory.TIMEOUT, Usual.NEXT),
    /// The answer had begun, and nothing more of it came within the time given.
    IDLE_TIMEOUT(FailureCategory.TIMEOUT, Usual.NEXT),
    /// The vendor wants fewer calls for now.
    THROTTLED(FailureCategory.THROTTLED, Usual.ONCE_MORE),
    /// The account's money or its quota is used up.
    QUOTA(FailureCategory.QUOTA, Usual.LASTING),
    /// The vendor refuses our credentials.
    AUTH(FailureCategory.AUTH, Usual.LASTING),
    /// Prompt and answer do not fit into the model's context. Models that are known to have no larger one are passed over.
    CONTEXT_OVERFLOW(FailureCategory.CONTEXT_OVERFLOW, Usual.LASTING),
    /// The vendor does not know the model.
    UNKNOWN_MODEL(FailureCategory.UNKNOWN_MODEL, Usual.LASTING),
    /// The provider can't do what is asked.
    UNSUPPORTED(FailureCategory.UNSUPPORTED, Usual.LASTING),
    /// The provider's own settings are wrong.
    CONFIGURATION(FailureCategory.CONFIGURATION, Usual.LASTING),
    /// The answer can't be understood.
    MALFORMED(FailureCategory.MALFORMED, Usual.ONCE_MORE),
    /// The answer broke off before the caller had any of it.
    CUT(FailureCategory.CUT, Usual.ONCE_MORE),
    /// The vendor, or the plug-in, failed.
    SERVER(FailureCategory.SERVER, Usual.ONCE_MORE),
    /// The gateway did not ask: the breaker is open, a budget or a limit would be passed, the line is full, the provider is gone.
    HELD_BACK(FailureCategory.SERVER, Usual.ALWAYS_NEXT),
    /// The model or the vendor's filter declines to answer.
    REFUSED(FailureCategory.REFUSED, Usual.ALWAYS_STOP),
    /// The request itself is wrong.
    INVALID_REQUEST(FailureCategory.INVALID_REQUEST, Usual.ALWAYS_STOP),
    /// The call's own time is over.
    DEADLINE(FailureCategory.TIMEOUT, Usual.ALWAYS_STOP),
    /// The caller has gone.
    CANCELLED(FailureCategory.CANCELLED, Usual.ALWAYS_STOP);

    private final FailureCategory category;
    private final Usual usual;

    FailureClass(FailureCategory category, Usual usual) {
        this.category = category;
        this.usual = usual;
    }

    /// What becomes of a call where no rule says so, and what rules may say.
    private enum Usual {
        /// The next; where none is left, one that failed so is asked once more.
        ONCE_MORE(Reaction.NEXT, Reaction.RETRY),
        /// The next.
        NEXT(Reaction.NEXT, Reaction.RETRY),
        /// The next; the same model would say the same again.
        LASTING(Reaction.NEXT, Reaction.NEXT),
        /// The next, whatever rules say.
        ALWAYS_NEXT(Reaction.NEXT, null),
        /// Nobody else, whatever rules say: what is wrong with a prompt is no reason to show it to somebody else.
        ALWAYS_STOP(Reaction.STOP, null);

        private final Reaction reaction;
        private final @Nullable Reaction boldest;

        /// @param boldest what rules may say at most; null when they may say nothing
        Usual(Reaction reaction, @Nullable Reaction boldest) {
            this.reaction = reaction;
            this.boldest = boldest;
        }
    }

    /// The coarser category that providers give.
    public FailureCategory category() {
        return category;
    }

    /// What becomes of the call where no rule says otherwise.
    public Reaction usual() {
        return usual.reaction;
    }

    /// Whether, where no rule says otherwise and the plan has no other model left, the same one is asked once more.
    public boolean onceMore() {
        return usual == Usual.ONCE_MORE;
    }

    /// Whether a rule may say that.
    public boolean may(Reaction reaction) {
        Reaction boldest = usual.boldest;
        return boldest != null && reaction.compareTo(boldest) >= 0;
    }

    /// The class of a failure of which only the category is known; of a [FailureCategory#TIMEOUT] that nothing came.
    public static FailureClass of(FailureCategory category) {
        return switch (category) {
            case CONNECT -> CONNECT;
            case TIMEOUT -> FIRST_BYTE_TIMEOUT;
            case THROTTLED -> THROTTLED;
            case QUOTA -> QUOTA;
            case AUTH -> AUTH;
            case CONTEXT_OVERFLOW -> CONTEXT_OVERFLOW;
            case REFUSED -> REFUSED;
            case INVALID_REQUEST -> INVALID_REQUEST;
            case UNKNOWN_MODEL -> UNKNOWN_MODEL;
            case UNSUPPORTED -> UNSUPPORTED;
            case MALFORMED -> MALFORMED;
            case CUT -> CUT;
            case SERVER -> SERVER;
            case CONFIGURATION -> CONFIGURATION;
            case CANCELLED -> CANCELLED;
        };
    }
}
