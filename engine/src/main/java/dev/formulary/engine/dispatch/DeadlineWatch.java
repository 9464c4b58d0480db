package dev.formulary.engine.dispatch;

import dev.formulary.engine.transport.Threads;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/// Keeps deadlines for plug-ins that do not: first it interrupts, then it gives the thread up, so that the caller can be
/// told. Costs an attempt two steps in a map and no hop to another thread. Thread-safe.
final class DeadlineWatch {
    /// How long after the deadline a plug-in is interrupted: one that keeps deadlines by itself has ended by then.
    static final Duration INTERRUPT_AFTER = Duration.ofMillis(50);
    /// How long after the deadline nobody waits for it any more.
    static final Duration GIVE_UP_AFTER = Duration.ofMillis(500);
    /// The most threads of one provider that may be given up and not be back; then it gets no more calls.
    static final int MOST_STUCK = 16;

    private final ThreadFactory threads = Threads.virtual("deadline");
    private final Set<RunningAttempt> running = ConcurrentHashMap.newKeySet();
    private final Set<RunningAttempt> stuck = ConcurrentHashMap.newKeySet();

    void begun(RunningAttempt attempt) {
        running.add(attempt);
    }

    void ended(RunningAttempt attempt) {
        running.remove(attempt);
    }

    /// The thread of an attempt that was given up is out of the plug-in.
    void returned(RunningAttempt attempt) {
        stuck.remove(attempt);
    }

    /// Whether so many calls are stuck in a provider that it must not get another.
    boolean full(String provider) {
        return !stuck.isEmpty()
                && stuck.stream().filter(attempt -> attempt.provider().equals(provider)).count() >= MOST_STUCK;
    }

    /// Looks after all attempts.
    ///
    /// @param now a reading of [System#nanoTime]
    void tick(long now) {
        for (RunningAttempt attempt : running) {
            long late = now - attempt.due();
            if (late >= INTERRUPT_AFTER.toNanos()) {
                expire(attempt, now - INTERRUPT_AFTER.toNanos());
            }
            if (late >= GIVE_UP_AFTER.toNanos()) {
                giveUp(attempt);
            }
        }
    }

    private void expire(RunningAttempt attempt, long late) {
        Runnable letGo = attempt.expire(late);
        if (letGo != null) {
            // it is the plug-in's code: it may block, and other attempts must not wait for it
            threads.newThread(letGo).start();
        }
    }

    private void giveUp(RunningAttempt attempt) {
        stuck.add(attempt);
        if (!attempt.giveUp()) {
            stuck.remove(attempt);
        }
    }
}
