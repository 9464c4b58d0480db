package dev.formulary.engine.notify;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A channel has not taken an event. The message is for people, and holds no secret.
public final class UndeliveredException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean forGood;
    private final @Nullable Duration wait;

    /// It may be taken later.
    public UndeliveredException(String reason) {
        this(reason, false, null);
    }

    /// @param forGood whether it will never be taken
    /// @param wait when the other side wants to be asked again; null where it does not say
    public UndeliveredException(String reason, boolean forGood, @Nullable Duration wait) {
        super(reason);
        this.forGood = forGood;
        this.wait = wait;
    }

    /// What was wrong.
    public String reason() {
        return String.valueOf(getMessage());
    }

    /// Whether it will never be taken.
    public boolean forGood() {
        return forGood;
    }

    @Nullable
    Duration waitFor() {
        return wait;
    }
}
