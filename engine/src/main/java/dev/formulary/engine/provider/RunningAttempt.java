package dev.formulary.engine.provider;

import dev.formulary.engine.transport.HeadListener;
import dev.formulary.engine.transport.TraceBearer;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A caller's attempt inside a plug-in: it holds the generation until it ends, can be cancelled by the gateway when the
/// generation has to go, and lets nothing out of the plug-in but what the contract names.
final class RunningAttempt implements Attempt, HeadListener, TraceBearer {
    /// A plug-in's code that may fail as the contract says.
    @FunctionalInterface
    interface Code<T extends @Nullable Object> {
        T run() throws ProviderException, InterruptedException;
    }

    /// Stands where the release was once it has run or must not run any more.
    private static final Object OVER = new Object();

    private final Attempt caller;
    private final Slot slot;
    private final AtomicReference<@Nullable Object> release = new AtomicReference<>();
    private @Nullable Thread inside;
    private boolean interrupted;
    private volatile boolean forced;

    RunningAttempt(Attempt caller, Slot slot) {
        this.caller = caller;
        this.slot = slot;
    }

    @Override
    public void head(HttpTransport.Response response) {
        if (caller instanceof HeadListener listener) {
            listener.head(response);
        }
    }

    @Override
    public void bear(BiConsumer<String, String> header) {
        if (caller instanceof TraceBearer bearer) {
            bearer.bear(header);
        }
    }

    /// Runs plug-in code with its class loader in place.
    <T extends @Nullable Object> T call(Code<T> code) throws ProviderException, InterruptedException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        enter(thread);
        thread.setContextClassLoader(slot.loader());
        try {
            return code.run();
        } catch (ProviderException e) {
            throw forced && e.category() == FailureCategory.CANCELLED ? cutByUs(e) : e;
        } catch (InterruptedException e) {
            if (forced) {
                throw cutByUs(e);
            }
            throw e;
        } catch (Throwable e) {
            throw new ProviderException(FailureCategory.SERVER,
                    "the plug-in failed with " + e.getClass().getSimpleName(), 0, null, e);
        } finally {
            thread.setContextClassLoader(before);
            leave();
        }
    }

    private static ProviderException cutByUs(Exception cause) {
        return new ProviderException(FailureCategory.CUT, "the plug-in was replaced or removed while it answered", 0,
                null, cause);
    }

    private synchronized void enter(Thread thread) {
        inside = thread;
    }

    private synchronized void leave() {
        inside = null;
        if (interrupted) {
            interrupted = false;
            // The interrupt was meant for the plug-in's code, not for what the caller does next.
            Thread.interrupted();
        }
    }

    /// Cancels on behalf of the gateway.
    void force() {
        forced = true;
        fire();
        interruptInside();
    }

    private synchronized void interruptInside() {
        if (inside != null) {
            interrupted = true;
            inside.interrupt();
        }
    }

    /// The answer is complete or given up: the generation is not needed any more.
    void end() {
        release.set(OVER);
        slot.end(this);
    }

    private void fire() {
        if (release.getAndSet(OVER) instanceof Runnable letGo) {
            run("its release on cancellation", letGo);
        }
    }

    void closeQuietly(ReplyStream stream) {
        run("closing an answer", stream::close);
    }

    private void run(String what, Runnable letGo) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(slot.loader());
        try {
            letGo.run();
        } catch (Throwable e) {
            slot.complain(what, e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public void onCancel(Runnable letGo) {
        Object before = release.getAndUpdate(registered -> OVER.equals(registered) ? OVER : letGo);
        if (OVER.equals(before)) {
            run("its release on cancellation", letGo);
        } else if (before == null) {
            caller.onCancel(this::fire);
        }
    }

    @Override
    public boolean cancelled() {
        return forced || caller.cancelled();
    }

    @Override
    public String callId() {
        return caller.callId();
    }

    @Override
    public Duration remaining() {
        return caller.remaining();
    }

    @Override
    public Duration firstByte() {
        return caller.firstByte();
    }
}
