package dev.formulary.engine.transport;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The event loops that all network traffic shares, one a processor. Thread-safe.
public final class EventLoops implements AutoCloseable {
    /// The event-loop context on which the current call came in. A virtual thread that serves a call binds it, so that
    /// outgoing traffic of the call stays on the same loop.
    static final ScopedValue<Context> OF_CALL = ScopedValue.newInstance();

    private final Vertx vertx;

    public EventLoops() {
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true)
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
    }

    Vertx vertx() {
        return vertx;
    }

    /// The context of the current call, or null outside of one.
    static @Nullable Context ofCall() {
        return OF_CALL.isBound() ? OF_CALL.get() : null;
    }

    /// Stops all traffic. Waits ten seconds at most.
    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            System.getLogger(EventLoops.class.getName()).log(System.Logger.Level.WARNING,
                    "event loops did not stop in time", e);
        }
    }
}
