package dev.formulary.engine.transport;

import dev.formulary.engine.config.Settings;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Takes HTTP/1.1 requests on one address, on all event loops, and has each answered on a virtual thread of its own. Keeps
/// the limits that need no look at the content: size and time of head and body, calls under way. Thread-safe.
public final class HttpListener implements AutoCloseable {
    private static final int HEAD_BYTES = 16 * 1024;
    private static final int LINE_BYTES = 8 * 1024;
    private static final long UNREAD_BYTES = 64 * 1024;
    /// A body takes about four times its size while it is read, decided and passed on.
    private static final int SHARE_OF_HEAP = 12;
    private static final AtomicInteger ANY_PORT = new AtomicInteger();

    private final EventLoops loops;
    private final Settings.Server settings;
    private final HttpHandler handler;
    private final ThreadFactory threads = Threads.virtual("http");
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong largeBodies = new AtomicLong();
    private final long mostLargeBodies;
    private final String deployment;
    private volatile int port;
    private volatile boolean draining;

    /// Starts to listen.
    ///
    /// @param settings where, and which limits; `callTimeout` and `drain` are the caller's business
    /// @param handler who answers
    /// @throws IOException when the address can't be had
    /// @throws InterruptedException when interrupted while waiting for the address
    public HttpListener(EventLoops loops, Settings.Server settings, HttpHandler handler)
            throws IOException, InterruptedException {
        this(loops, settings, handler, Math.max(settings.maxBody(), Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
    }

    HttpListener(EventLoops loops, Settings.Server settings, HttpHandler handler, long mostLargeBodies)
            throws IOException, InterruptedException {
        this.loops = loops;
        this.settings = settings;
        this.handler = handler;
        this.mostLargeBodies = mostLargeBodies;
        HttpServerOptions options = options(settings);
        int instances = Runtime.getRuntime().availableProcessors();
        try {
            deployment = loops.vertx()
                    .deployVerticle(() -> new Loop(options), new DeploymentOptions().setInstances(instances))
                    .toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("can't listen on " + settings.host() + ":" + settings.port()
                    + "; is another program using it?", e);
        }
    }

    private static HttpServerOptions options(Settings.Server settings) {
        // Servers that are to share a free port must ask for the same negative one, and others for another.
        int port = settings.port() == 0 ? -1 - ANY_PORT.getAndIncrement() % 60_000 : settings.port();
        var options = new HttpServerOptions();
        options.setHost(settings.host()).setPort(port).setTcpNoDelay(true).setAcceptBacklog(1024)
                .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, settings.idleTimeout().toMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        return options.setMaxHeaderSize(HEAD_BYTES).setMaxInitialLineLength(LINE_BYTES).setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false).setPerMessageWebSocketCompressionSupported(false)
                .setStrictThreadMode(true);
    }

    /// The port that it listens on, also when any was asked for.
    public int port() {
        return port;
    }

    /// Calls whose answer is not yet complete.
    public int inFlight() {
        return inFlight.get();
    }

    /// From now on new calls get 503 and lose their connection; calls under way go on.
    public void drain() {
        draining = true;
    }

    /// Waits until no call is under way.
    ///
    /// @return false when there still are some after that time
    /// @throws InterruptedException when interrupted while waiting
    public boolean awaitIdle(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (inFlight.get() > 0) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return true;
    }

    /// Stops to listen and cuts all connections. Waits ten seconds at most.
    @Override
    public void close() {
        draining = true;
        try {
            loops.vertx().undeploy(deployment).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            System.getLogger(HttpListener.class.getName()).log(System.Logger.Level.WARNING,
                    "listener did not stop in time, port=" + port, e);
        }
    }

    boolean draining() {
        return draining;
    }

    /// Takes memory for a large body, unless all such bodies together would take more than their part of the heap.
    boolean hold(long bytes) {
        if (largeBodies.addAndGet(bytes) <= mostLargeBodies) {
            return true;
        }
        largeBodies.addAndGet(-bytes);
        return false;
    }

    void release(long bytes) {
        if (bytes > 0) {
            largeBodies.addAndGet(-bytes);
        }
    }

    long maxBody() {
        return settings.maxBody();
    }

    HttpHandler handler() {
        return handler;
    }

    void start(Runnable call) {
        threads.newThread(call).start();
    }

    void finished() {
        inFlight.decrementAndGet();
    }

    /// The part of the listener that runs on one event loop.
    private final class Loop extends AbstractVerticle {
        private final HttpServerOptions options;
        private final ReadClock clock = new ReadClock(settings.readTimeout().toNanos());

        Loop(HttpServerOptions options) {
            this.options = options;
        }

        @Override
        public void start(Promise<Void> started) {
            long tick = Math.clamp(settings.readTimeout().toMillis() / 8, 10, 500);
            vertx.setPeriodic(tick, _ -> clock.expire());
            vertx.createHttpServer(options).connectionHandler(this::watch).requestHandler(this::take).listen()
                    .map(this::bound).onComplete(started);
        }

        private @Nullable Void bound(HttpServer server) {
            port = server.actualPort();
            return null;
        }

        private void watch(HttpConnection connection) {
            ((ConnectionBase) connection).channelHandlerContext().pipeline().addFirst(new HeadWatch(clock));
        }

        private void take(HttpServerRequest request) {
            clock.heads++;
            String path = Paths.decoded(request.path());
            if (draining) {
                refuse(request, path, 503, "shutting_down", "the gateway is stopping", Map.of("retry-after", "1"),
                        true);
                return;
            }
            switch (handler.check(request.method().name(), path)) {
                case HttpHandler.Check.Open _ -> accept(request, path);
                case HttpHandler.Check.Unknown _ ->
                    refuse(request, path, 404, "unknown_path", "nothing is served at '" + path + "'", Map.of(), false);
                case HttpHandler.Check.WrongMethod(String allow) -> refuse(request, path, 405, "method_not_allowed",
                        "'" + path + "' takes " + allow, Map.of("allow", allow), false);
            }
        }

        private void accept(HttpServerRequest request, String path) {
            long length = announced(request);
            if (length > settings.maxBody()) {
                refuse(request, path, 413, "body_too_large", "the body has more than " + settings.maxBody() + " bytes",
                        Map.of(), true);
                return;
            }
            if (inFlight.incrementAndGet() > settings.maxInFlight()) {
                inFlight.decrementAndGet();
                refuse(request, path, 429, "too_many_calls",
                        "more than " + settings.maxInFlight() + " calls are under way", Map.of("retry-after", "1"),
                        false);
                return;
            }
            HeadWatch watch = watchOf(request);
            watch.serving();
            var context = ((HttpServerRequestInternal) request).context();
            var inbound = new Inbound(HttpListener.this, request, context, path, clock, watch);
            inbound.read(length);
        }

        private HeadWatch watchOf(HttpServerRequest request) {
            HeadWatch watch = clock.reading;
            return watch != null
                    ? watch
                    : ((ConnectionBase) request.connection()).channelHandlerContext().pipeline().get(HeadWatch.class);
        }

        private void refuse(HttpServerRequest request, String path, int status, String code, String message,
                Map<String, String> headers, boolean cut) {
            Outbound.refuse(request, PlainError.answer(path, status, code, message, headers),
                    cut || announced(request) > UNREAD_BYTES);
        }
    }

    /// Bytes that the client says will come; 0 when it does not say; very many when what it says is no number.
    private static long announced(HttpServerRequest request) {
        String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return 0;
        }
        long bytes = 0;
        for (int i = 0; i < length.length(); i++) {
            int digit = length.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i > 17) {
                return Long.MAX_VALUE;
            }
            bytes = bytes * 10 + digit;
        }
        return bytes;
    }
}
