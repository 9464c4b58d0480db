package dev.formulary.engine.route;

import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.QueuePlace;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An answer for which nobody need wait, got by a thread of its own. Until it is known whether the call has to wait in line its
/// caller is the one who asked; from then on it is whoever fetches it. Thread-safe.
final class Deferred implements Runnable, Presence {
    private static final Logger LOG = LoggerFactory.getLogger(Deferred.class);

    private final ChatDialect dialect;
    private final Presence client;
    private final WaitingFrames.Work work;
    private final InstantSource clock;
    private final CountDownLatch known = new CountDownLatch(1);
    private @Nullable QueuePlace place;
    private @Nullable Answer answer;
    private @Nullable Instant ended;
    private @Nullable Runnable action;
    private boolean gone;

    Deferred(ChatDialect dialect, Presence client, WaitingFrames.Work work, InstantSource clock) {
        this.dialect = dialect;
        this.client = client;
        this.work = work;
        this.clock = clock;
    }

    @Override
    public void run() {
        try {
            end(work.answer(this));
        } catch (InterruptedException e) {
            end(Answers.refusal(dialect, Answers.stopping(), Map.of()));
        } catch (RuntimeException e) {
            LOG.error("call failed while nobody waited for it", e);
            end(Answers.refusal(dialect, Answers.fault(), Map.of()));
        }
    }

    private void end(Answer result) {
        synchronized (this) {
            if (answer == null) {
                answer = result;
                ended = clock.instant();
            }
        }
        known.countDown();
    }

    /// Waits until the answer is there or the call waits in line.
    ///
    /// @return null when it waits
    @Nullable
    Answer early() throws InterruptedException {
        client.onGone(this::leave);
        try {
            known.await();
        } catch (InterruptedException e) {
            leave();
            throw e;
        }
        client.onGone(() -> {});
        synchronized (this) {
            return place == null ? answer : null;
        }
    }

    /// The answer, once it is there.
    synchronized @Nullable Answer there() {
        return answer;
    }

    /// Where it stood when it was last told.
    synchronized QueuePlace place() {
        return place == null ? new QueuePlace(1, -1) : place;
    }

    synchronized long bytes() {
        return answer instanceof Answer.Whole whole ? whole.body().length : 0;
    }

    synchronized boolean endedBefore(Instant time) {
        return ended != null && ended.isBefore(time);
    }

    /// Nobody wants it any more.
    void leave() {
        Runnable told;
        synchronized (this) {
            gone = true;
            told = action;
            action = null;
        }
        if (told != null) {
            told.run();
        }
    }

    @Override
    public synchronized boolean gone() {
        return gone;
    }

    @Override
    public void onGone(Runnable whenGone) {
        synchronized (this) {
            if (!gone) {
                action = whenGone;
                return;
            }
        }
        whenGone.run();
    }

    @Override
    public void waits(QueuePlace now) {
        synchronized (this) {
            place = now;
        }
        known.countDown();
    }

    @Override
    public boolean answer(Answer.Whole instead) {
        end(instead);
        return true;
    }
}
