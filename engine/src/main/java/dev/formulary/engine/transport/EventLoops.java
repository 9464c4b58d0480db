package dev.formulary.engine.transport;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The event loops that all network traffic shares, one a processor. Thread-safe.
public final class EventLoops implements AutoCloseable {
    /// The event-loop context on which the current call came in. A virtual thread that serves a call binds it, so that
    /// outgoing traffic of the call stays on the same loop.
    static final ScopedValue<Context> OF_CALL = ScopedValue.newInstance();

    private final Doors doors;
    private final Vertx vertx;

    public EventLoops() {
        Transport system = system();
        doors = new Doors(system.implementation());
        vertx = Vertx.builder().with(new VertxOptions()
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())).withTransport(guarded(system))
                .build();
    }

    private static Transport system() {
        Transport fast = Transport.nativeTransport();
        return fast != null && fast.available() ? fast : Transport.NIO;
    }

    private Transport guarded(Transport system) {
        return new Transport() {
            @Override
            public String name() {
                return system.name();
            }

            @Override
            public boolean available() {
                return system.available();
            }

            @Override
            public Throwable unavailabilityCause() {
                return system.unavailabilityCause();
            }

            @Override
            public io.vertx.core.spi.transport.Transport implementation() {
                return doors;
            }
        };
    }

    /// Where connections come in.
    Doors doors() {
        return doors;
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
