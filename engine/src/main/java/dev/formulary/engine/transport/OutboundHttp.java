package dev.formulary.engine.transport;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The gateway's HTTP/1.1 client. Each event loop keeps connections of its own, so that a call's outgoing traffic stays
/// on the loop on which the call came in. Redirects are not followed; bodies come as they are, except that one for which
/// the request asks `gzip` is inflated. Names that end in `.local` (RFC 6762) are asked of the system, as no name server knows
/// them. Thread-safe.
public final class OutboundHttp implements HttpTransport, AutoCloseable {

    /// @param connect the longest wait for a connection: name, TCP and TLS
    /// @param idle the longest silence within a body
    /// @param perHost connections to one host, for each event loop; as many requests may wait for one
    /// @param highMark bytes of a body that may wait for its reader before the sender is slowed down
    /// @param agent the `User-Agent`
    public record Limits(Duration connect, Duration idle, int perHost, int highMark, String agent) {
        /// Two seconds to connect, a minute of silence, 1024 connections, 64 KiB.
        ///
        /// @param version the gateway's version
        public static Limits defaults(String version) {
            return new Limits(Duration.ofSeconds(2), Duration.ofSeconds(60), 1024, 64 * 1024, "formulary/" + version);
        }
    }

    private final Limits limits;
    private final LocalNames names;
    private final List<LoopClients> clients = new ArrayList<>();
    private final List<Context> contexts = new ArrayList<>();
    private final Map<Thread, LoopClients> byLoop = new ConcurrentHashMap<>();
    private final AtomicInteger loopsSeen = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();

    public OutboundHttp(EventLoops loops, Limits limits) {
        this(loops, limits, LocalNames.OF_SYSTEM);
    }

    OutboundHttp(EventLoops loops, Limits limits, LocalNames names) {
        this.limits = limits;
        this.names = names;
        Vertx vertx = loops.vertx();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            clients.add(new LoopClients(vertx, limits));
            contexts.add(((VertxInternal) vertx).createEventLoopContext());
        }
    }

    @Override
    public Response send(Request request, Attempt attempt) throws ProviderException, InterruptedException {
        return send(request, attempt, null);
    }

    /// Sends where a server's certificate must be signed by one of these authorities.
    ///
    /// @param ca certificates in PEM format, read anew for each request, so that a file that changes is followed; null for those
    ///     that the JDK trusts
    /// @param setting that names the file, for complaints
    public HttpTransport trusting(@Nullable Path ca, String setting) {
        return ca == null ? this : (request, attempt) -> send(request, attempt, trusted(ca, setting));
    }

    private static ClientSSLOptions trusted(Path ca, String setting) throws ProviderException {
        try {
            return Authorities.trusted(ca, setting);
        } catch (IOException e) {
            throw new ProviderException(FailureCategory.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    private Response send(Request request, Attempt attempt, @Nullable ClientSSLOptions trust)
            throws ProviderException, InterruptedException {
        RequestOptions options = options(request);
        if (trust != null) {
            options.setSslOptions(trust);
        }
        boolean inflate = headers(request, options);
        if (attempt instanceof TraceBearer bearer) {
            bearer.bear(options::putHeader);
        }
        if (attempt.cancelled()) {
            throw new ProviderException(FailureCategory.CANCELLED, "the call was cancelled before it was sent");
        }
        Context loop = loop();
        if (LocalNames.isOne(options.getHost())) {
            options.setServer(SocketAddress.inetSocketAddress(options.getPort(),
                    names.address(options.getHost(), shorter(limits.connect(), attempt.remaining()), loop)));
        }
        var call = new OutboundCall(loop, limits, options, request.body(), attempt);
        call.start(this::onThisLoop, inflate);
        call.awaitHead();
        if (attempt instanceof HeadListener listener) {
            listener.head(call);
        }
        return call;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private Context loop() {
        Context own = EventLoops.ofCall();
        return own != null ? own : contexts.get(Math.floorMod(turn.getAndIncrement(), contexts.size()));
    }

    private LoopClients onThisLoop() {
        Thread thread = Thread.currentThread();
        LoopClients own = byLoop.get(thread);
        if (own == null) {
            own = clients.get(Math.floorMod(loopsSeen.getAndIncrement(), clients.size()));
            byLoop.put(thread, own);
        }
        return own;
    }

    private RequestOptions options(Request request) throws ProviderException {
        URI uri = request.uri();
        String host = uri.getHost();
        boolean ssl = "https".equalsIgnoreCase(uri.getScheme());
        if (host == null || (!ssl && !"http".equalsIgnoreCase(uri.getScheme()))) {
            throw new ProviderException(FailureCategory.CONFIGURATION,
                    "'" + uri.getScheme() + "://" + uri.getRawAuthority() + "' is no address of an http server");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : ssl ? 443 : 80;
        var options = new RequestOptions().setMethod(HttpMethod.valueOf(request.method())).setHost(host).setPort(port)
                .setSsl(ssl).setURI(target(uri)).setFollowRedirects(false)
                .setConnectTimeout(limits.connect().toMillis());
        if (host.startsWith("[")) {
            options.setServer(SocketAddress.inetSocketAddress(port, host.substring(1, host.length() - 1)));
        }
        return options;
    }

    private static String target(URI uri) {
        String path = uri.getRawPath();
        String start = path == null || path.isEmpty() ? "/" : path;
        return uri.getRawQuery() == null ? start : start + "?" + uri.getRawQuery();
    }

    /// @return whether the request asks for a compressed answer
    private boolean headers(Request request, RequestOptions options) throws ProviderException {
        boolean inflate = false;
        boolean agent = false;
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            String name = header.getKey();
            String value = header.getValue();
            refuseLineBreaks(name, value);
            if (name.equalsIgnoreCase("content-length") || name.equalsIgnoreCase("host")) {
                continue;
            }
            agent |= name.equalsIgnoreCase("user-agent");
            inflate |= name.equalsIgnoreCase("accept-encoding") && value.toLowerCase(Locale.ROOT).contains("gzip");
            options.putHeader(name, value);
        }
        if (!agent) {
            options.putHeader("user-agent", limits.agent());
        }
        return inflate;
    }

    private static void refuseLineBreaks(String name, String value) throws ProviderException {
        if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 127 && c != ':')) {
            throw new ProviderException(FailureCategory.CONFIGURATION,
                    "a header's name holds a character that is not allowed in one");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 127) {
                throw new ProviderException(FailureCategory.CONFIGURATION,
                        "header '" + name + "' holds a line break or another control character");
            }
        }
    }

    /// Closes all connections; calls under way break off.
    @Override
    public void close() {
        clients.forEach(LoopClients::close);
    }
}
