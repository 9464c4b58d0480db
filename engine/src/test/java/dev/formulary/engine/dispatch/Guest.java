package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Arrival.Presence;
import org.jspecify.annotations.Nullable;

/// Somebody who may leave. Thread-safe.
public final class Guest implements Presence {
    private boolean gone;
    private @Nullable Runnable action;

    @Override
    public synchronized boolean gone() {
        return gone;
    }

    @Override
    public void onGone(Runnable next) {
        synchronized (this) {
            action = next;
            if (!gone) {
                return;
            }
        }
        next.run();
    }

    public void leave() {
        Runnable last;
        synchronized (this) {
            gone = true;
            last = action;
        }
        if (last != null) {
            last.run();
        }
    }
}
