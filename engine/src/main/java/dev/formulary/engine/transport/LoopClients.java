package dev.formulary.engine.transport;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The connections of one event loop. Except for making and closing it, used on that loop alone.
final class LoopClients {
    private static final int MAX_HEAD_BYTES = 32 * 1024;
    private static final int TICK_MILLIS = 5;

    private final HttpClient plain;
    private final HttpClient inflating;
    private final Set<HttpConnection> unused = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<OutboundCall> underWay = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean ticking;

    LoopClients(Vertx vertx, OutboundHttp.Limits limits) {
        plain = client(vertx, limits, false);
        inflating = client(vertx, limits, true);
    }

    private HttpClient client(Vertx vertx, OutboundHttp.Limits limits, boolean inflate) {
        var options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setAlpnVersions(List.of(HttpVersion.HTTP_1_1))
                .setUseAlpn(true)
                .setKeepAlive(true)
                .setPipelining(false)
                .setTcpNoDelay(true)
                .setConnectTimeout((int) limits.connect().toMillis())
                .setSslHandshakeTimeout(limits.connect().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxHeaderSize(MAX_HEAD_BYTES)
                .setMaxChunkSize(limits.highMark())
                .setDecompressionSupported(inflate);
        var pool = new PoolOptions().setHttp1MaxSize(limits.perHost()).setMaxWaitQueueSize(limits.perHost());
        return vertx.httpClientBuilder().with(options).with(pool).withConnectHandler(this::opened).build();
    }

    HttpClient client(boolean inflate) {
        return inflate ? inflating : plain;
    }

    private void opened(HttpConnection connection) {
        unused.add(connection);
        // Each call reports its own failure; without a handler the library would log it as well.
        connection.exceptionHandler(failure -> {});
        connection.closeHandler(gone -> unused.remove(connection));
    }

    /// Whether the connection has carried a request before this one.
    boolean reused(HttpConnection connection) {
        return !unused.remove(connection);
    }

    /// Looks after the call's time limits until it is [#over].
    void watch(OutboundCall call, EventLoop loop) {
        underWay.add(call);
        if (!ticking) {
            ticking = true;
            later(loop);
        }
    }

    void over(OutboundCall call) {
        underWay.remove(call);
    }

    private void later(EventLoop loop) {
        // not a timer of the call's context: those end with the server that the context belongs to
        var _ = loop.schedule(() -> tick(loop), TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick(EventLoop loop) {
        long now = System.nanoTime();
        // a call that is out of time leaves the set
        for (OutboundCall call : underWay.toArray(OutboundCall[]::new)) {
            call.tick(now);
        }
        ticking = !underWay.isEmpty();
        if (ticking) {
            later(loop);
        }
    }

    void close() {
        plain.close();
        inflating.close();
    }
}
