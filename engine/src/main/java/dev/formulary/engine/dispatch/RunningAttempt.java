package dev.formulary.engine.dispatch;

import dev.formulary.engine.telemetry.AttemptTrace;
import dev.formulary.engine.transport.HeadListener;
import dev.formulary.engine.transport.TraceBearer;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// An attempt while it runs. Its clock is [System#nanoTime].
final class RunningAttempt implements Attempt, HeadListener, TraceBearer {
    private final String callId;
    private final long deadline;
    private final Duration firstByte;
    private final String provider;
    private final @Nullable DeadlineWatch watch;
    private volatile HeadListener heads = _ -> {};
    private volatile AttemptTrace trace = AttemptTrace.NONE;
    private @Nullable Runnable whenStuck;
    private volatile long due;
    private long mostSilence;
    private boolean silent;
    private volatile boolean hurried;
    private boolean cancelled;
    private boolean expired;
    private boolean givenUp;
    private boolean over;
    private @Nullable Runnable release;
    private @Nullable Thread inside;

    /// @param deadline the reading of [System#nanoTime] at which nobody waits any more
    RunningAttempt(String callId, long deadline, Duration firstByte) {
        this(callId, deadline, firstByte, "", null);
    }

    /// @param watch keeps the deadline when the plug-in does not
    RunningAttempt(String callId, long deadline, Duration firstByte, String provider, @Nullable DeadlineWatch watch) {
        this.callId = callId;
        this.deadline = deadline;
        this.due = deadline;
        this.firstByte = firstByte;
        this.provider = provider;
        this.watch = watch;
    }

    /// Who hears of the heads of the vendor's responses.
    void listening(HeadListener listener) {
        heads = listener;
    }

    /// Whoever is asked can go on with that trace.
    void traced(AttemptTrace with) {
        trace = with;
    }

    @Override
    public void bear(BiConsumer<String, String> header) {
        trace.propagate(header);
    }

    @Override
    public void head(HttpTransport.Response response) {
        heads.head(response);
    }

    /// It gets less time for its first content than a model usually does, for the sake of others.
    void hurry() {
        hurried = true;
    }

    boolean hurried() {
        return hurried;
    }

    String provider() {
        return provider;
    }

    /// The reading of [System#nanoTime] at which nobody waits any more: for the answer, or for its next piece.
    long due() {
        return due;
    }

    /// From now on the provider may keep silent no longer than that.
    ///
    /// @param nanos 0 for as long as the call lasts
    synchronized void silence(long nanos) {
        mostSilence = nanos;
    }

    /// From now on the deadline is kept.
    ///
    /// @param stuck run on another thread, once, when this one does not come back from the plug-in
    void watched(Runnable stuck) {
        synchronized (this) {
            whenStuck = stuck;
        }
        if (watch != null) {
            watch.begun(this);
        }
    }

    @Override
    public String callId() {
        return callId;
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(deadline - System.nanoTime());
    }

    @Override
    public Duration firstByte() {
        Duration left = remaining();
        return left.compareTo(firstByte) < 0 ? left : firstByte;
    }

    @Override
    public synchronized boolean cancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                release = over ? null : action;
                return;
            }
        }
        action.run();
    }

    /// The current thread is about to wait inside the provider.
    synchronized void enter() throws InterruptedException {
        if (cancelled || expired) {
            throw new InterruptedException(cancelled ? "cancelled" : "the deadline has passed");
        }
        inside = Thread.currentThread();
        if (mostSilence > 0) {
            long now = System.nanoTime();
            due = deadline - now < mostSilence ? deadline : now + mostSilence;
        }
    }

    /// It is back. An interrupt that was meant for the provider goes no further.
    synchronized void leave() {
        inside = null;
        due = deadline;
        if (cancelled || expired) {
            Thread.interrupted();
        }
        if (givenUp && watch != null) {
            watch.returned(this);
        }
    }

    /// Nothing is under way any more. A caller that leaves later must not touch a connection that serves another by then.
    void end() {
        synchronized (this) {
            over = true;
            release = null;
        }
        if (watch != null) {
            watch.ended(this);
        }
    }

    /// Interrupts a provider that has not noticed that the deadline has passed. Idempotent; does nothing while no thread is
    /// inside, or when one that is has its time.
    ///
    /// @param late the reading of [System#nanoTime] before which it should have come back
    /// @return what the provider registered to let go of the vendor, for a thread that may be kept waiting; or null
    synchronized @Nullable Runnable expire(long late) {
        if (expired || cancelled || over || inside == null || late - due < 0) {
            return null;
        }
        expired = true;
        silent = due != deadline;
        inside.interrupt();
        return release;
    }

    /// Leaves the thread inside the provider to itself.
    ///
    /// @return false when none is inside
    boolean giveUp() {
        Runnable stuck;
        synchronized (this) {
            if (givenUp || over || inside == null) {
                return givenUp && inside != null;
            }
            givenUp = true;
            stuck = whenStuck;
        }
        if (stuck != null) {
            stuck.run();
        }
        return true;
    }

    /// Whether the provider went on beyond its time until it was interrupted.
    synchronized boolean overran() {
        return expired && !cancelled;
    }

    /// Why it failed: when it overran, that and not what the provider makes of the interrupt.
    ProviderException reason(ProviderException said) {
        if (!overran()) {
            return said;
        }
        return silent()
                ? new ProviderException(FailureCategory.TIMEOUT, "nothing came for " + mostSilence / 1_000_000 + " ms")
                : overdue("ended only when it was interrupted");
    }

    private synchronized boolean silent() {
        return silent;
    }

    /// @param how what the plug-in did
    static ProviderException overdue(String how) {
        return new ProviderException(FailureCategory.TIMEOUT,
                "the call's deadline has passed; the plug-in did not keep it and " + how);
    }

    /// Lets go of the vendor: by what the provider registered, or else by interrupting it. Idempotent.
    void cancel() {
        Runnable action;
        synchronized (this) {
            if (cancelled || over) {
                return;
            }
            cancelled = true;
            action = release;
            if (action == null && inside != null) {
                inside.interrupt();
            }
        }
        if (action != null) {
            action.run();
        }
    }
}
