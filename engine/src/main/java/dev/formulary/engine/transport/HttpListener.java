package dev.formulary.engine.transport;

import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.config.Settings;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Takes requests in HTTP/1.1, and in HTTP/2 where there is TLS or on a port of its own, on all event loops, and has each
/// answered on a virtual thread of its own. Keeps the limits that need no look at the content: size and time of head and body,
/// calls under way, connections; they hold for both ports together. Thread-safe.
public final class HttpListener implements AutoCloseable {
    static final int HEAD_BYTES = 16 * 1024;
    static final int LINE_BYTES = 8 * 1024;
    /// Calls at once on one connection of HTTP/2. Twice as many may be given up within ten seconds (CVE-2023-44487).
    private static final int MOST_STREAMS = 100;
    /// A body takes about four times its size while it is read, decided and passed on.
    private static final int SHARE_OF_HEAP = 12;
    private static final AtomicInteger ANY_PORT = new AtomicInteger();

    private final EventLoops loops;
    private final Settings.Server settings;
    private final HttpHandler handler;
    private final ThreadFactory threads = Threads.virtual("http");
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger serving = new AtomicInteger();
    private final AtomicLong largeBodies = new AtomicLong();
    private final long mostLargeBodies;
    private final String deployment;
    private final Visitors visitors;
    private final @Nullable Certificates certificates;
    private volatile int port;
    private volatile int clearTextPort;
    private volatile boolean draining;

    /// Starts to listen.
    ///
    /// @param name of the section of the settings, for complaints: `server` or `management`
    /// @param settings where, and which limits; `callTimeout` and `drain` are the caller's business
    /// @param handler who answers
    /// @throws IOException when the address can't be had, or the certificate can't serve
    /// @throws InterruptedException when interrupted while waiting for the address
    public HttpListener(EventLoops loops, String name, Settings.Server settings, HttpHandler handler)
            throws IOException, InterruptedException {
        this(loops, name, settings, handler,
                Math.max(settings.maxBody(), Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
    }

    HttpListener(EventLoops loops, String name, Settings.Server settings, HttpHandler handler, long mostLargeBodies)
            throws IOException, InterruptedException {
        this.loops = loops;
        this.settings = settings;
        this.handler = handler;
        this.mostLargeBodies = mostLargeBodies;
        Perimeter perimeter = settings.perimeter();
        visitors = new Visitors(perimeter);
        certificates = perimeter.tls() == null ? null : new Certificates(perimeter.tls(), name, Clock.systemUTC());
        HttpServerOptions options = options(settings, settings.host(), socket(settings.port()));
        if (certificates != null) {
            certificates.apply(options, settings.readTimeout().toMillis());
        }
        HttpServerOptions clearText = clearText(settings);
        int instances = Runtime.getRuntime().availableProcessors();
        try {
            deployment = loops.vertx()
                    .deployVerticle(() -> new ListenerLoop(this, settings, options, clearText),
                            new DeploymentOptions().setInstances(instances))
                    .toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Perimeter.ClearText h2c = perimeter.h2c();
            throw new IOException("can't listen on " + settings.host() + ":" + settings.port()
                    + (h2c == null ? "" : ", or on " + h2c.host() + ":" + h2c.port())
                    + "; is another program using it?", e);
        }
    }

    private static @Nullable HttpServerOptions clearText(Settings.Server settings) {
        Perimeter.ClearText h2c = settings.perimeter().h2c();
        return h2c == null
                ? null
                : options(settings, h2c.host(), socket(h2c.port())).setHttp2ClearTextEnabled(true);
    }

    /// Servers that are to share a free port must ask for the same negative one, and others for another.
    private static int socket(int port) {
        return port == 0 ? -1 - ANY_PORT.getAndIncrement() % 60_000 : port;
    }

    private static HttpServerOptions options(Settings.Server settings, String host, int port) {
        var options = new HttpServerOptions();
        options.setHost(host).setPort(port).setTcpNoDelay(true).setAcceptBacklog(1024)
                .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, settings.idleTimeout().toMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        return options.setMaxHeaderSize(HEAD_BYTES).setMaxInitialLineLength(LINE_BYTES).setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false).setPerMessageWebSocketCompressionSupported(false)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(MOST_STREAMS)
                        .setMaxHeaderListSize(HEAD_BYTES).setPushEnabled(false))
                .setHttp2RstFloodMaxRstFramePerWindow(2 * MOST_STREAMS).setHttp2RstFloodWindowDuration(10)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS).setStrictThreadMode(true);
    }

    /// The port that it listens on, also when any was asked for.
    public int port() {
        return port;
    }

    /// The port that speaks HTTP/2 without TLS; 0 where there is none.
    public int clearTextPort() {
        return clearTextPort;
    }

    /// Calls whose answer is not yet complete, also those whose body has not come yet.
    public int inFlight() {
        return inFlight.get();
    }

    /// Connections that are open.
    public int connections() {
        return visitors.size();
    }

    /// The certificate that it serves with, or null without TLS.
    public @Nullable Certificates certificates() {
        return certificates;
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
        loops.doors().leave(port);
        loops.doors().leave(clearTextPort);
        try {
            loops.vertx().undeploy(deployment).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            System.getLogger(HttpListener.class.getName()).log(System.Logger.Level.WARNING,
                    "listener did not stop in time, port=" + port, e);
        }
    }

    void bound(int actual) {
        port = actual;
        loops.doors().guard(actual, visitors, _ -> {});
    }

    void boundClearText(int actual) {
        clearTextPort = actual;
        loops.doors().guard(actual, visitors, connection -> PriorKnowledge.demand(connection, settings.readTimeout()));
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

    /// Counts a call whose body is to come.
    ///
    /// @return false when it would find no place
    boolean begin() {
        if (serving.get() >= settings.maxInFlight()) {
            return false;
        }
        inFlight.incrementAndGet();
        return true;
    }

    /// Takes one of the places for calls whose body has come.
    ///
    /// @return false when all are taken
    boolean enter() {
        if (serving.incrementAndGet() <= settings.maxInFlight()) {
            return true;
        }
        serving.decrementAndGet();
        return false;
    }

    /// @param entered whether it had one of the places
    void finished(boolean entered) {
        inFlight.decrementAndGet();
        if (entered) {
            serving.decrementAndGet();
        }
    }

    String full() {
        return "more than " + settings.maxInFlight() + " calls are under way";
    }
}
