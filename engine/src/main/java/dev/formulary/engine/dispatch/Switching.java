package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Tried;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Measures how long a call takes from the first of its failures to the first content of the attempt that answers. Where an
/// attempt hung, the time counts from when it was asked, for that is how long somebody waited. What was not asked, and what a
/// caller let go of, is no failure. Serves one call.
final class Switching {
    private @Nullable FailureClass why;
    private long since;

    /// Nothing has failed yet.
    Switching() {}

    /// Something broke off while it was read.
    ///
    /// @param since the reading of [System#nanoTime] from which somebody waits for what comes next
    Switching(FailureClass why, long since) {
        this.why = why;
        this.since = since;
    }

    /// Attempts have failed.
    ///
    /// @param now a reading of [System#nanoTime]
    void failed(List<Tried> attempts, long now) {
        for (Tried each : attempts) {
            FailureClass kind = each.kind();
            if (why == null && kind != null && kind != FailureClass.HELD_BACK && kind != FailureClass.CANCELLED) {
                why = kind;
                since = hung(kind) ? now - TimeUnit.MILLISECONDS.toNanos(each.ms()) : now;
            }
        }
    }

    /// Whether nobody knew that it would fail until its time was over.
    static boolean hung(FailureClass kind) {
        return kind == FailureClass.FIRST_BYTE_TIMEOUT || kind == FailureClass.IDLE_TIMEOUT;
    }

    /// An attempt has answered.
    ///
    /// @param firstContent when its first content came, a reading of [System#nanoTime]
    void answered(long firstContent, AttemptListener listener) {
        FailureClass failure = why;
        if (failure != null) {
            listener.switched(failure, Math.max(0, firstContent - since));
        }
    }
}
