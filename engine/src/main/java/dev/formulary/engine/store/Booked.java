package dev.formulary.engine.store;

import java.util.Arrays;

/// What became of an attempt, as it is booked.
public enum Booked {
    /// It gave a whole answer.
    ANSWERED(1),
    /// No model was asked: an answer was kept.
    CACHED(2),
    /// It failed, or broke off.
    FAILED(3),
    /// Nobody wanted it any more: the caller had gone, or another model was faster.
    CANCELLED(4),
    /// It was given up, as its plug-in did not come back: what was held for it is booked.
    ABANDONED(5),
    /// The gateway died in its midst: what it may have cost at the most is booked.
    UNSETTLED(6);

    private final int code;

    Booked(int code) {
        this.code = code;
    }

    /// As it stands in the journal.
    int code() {
        return code;
    }

    /// @throws IllegalArgumentException when it is none
    static Booked of(long code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing is booked as " + code));
    }
}
