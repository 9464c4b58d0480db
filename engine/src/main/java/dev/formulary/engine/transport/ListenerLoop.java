package dev.formulary.engine.transport;

import dev.formulary.engine.config.Settings;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The part of the listener that runs on one event loop.
final class ListenerLoop extends AbstractVerticle {
    private static final long UNREAD_BYTES = 64 * 1024;

    private final HttpListener listener;
    private final Settings.Server settings;
    private final HttpServerOptions options;
    private final @Nullable HttpServerOptions clearText;
    private final RequestGate gate;
    private final Cors cors;
    private final ReadClock clock;
    private final ReadClock idle;

    /// @param clearText for the port that speaks HTTP/2 without TLS; null for none
    ListenerLoop(HttpListener listener, Settings.Server settings, HttpServerOptions options,
            @Nullable HttpServerOptions clearText) {
        this.listener = listener;
        this.settings = settings;
        this.options = options;
        this.clearText = clearText;
        this.gate = new RequestGate(settings.perimeter());
        this.cors = new Cors(settings.perimeter());
        this.clock = new ReadClock(settings.readTimeout().toNanos());
        this.idle = new ReadClock(settings.idleTimeout().toNanos());
    }

    @Override
    public void start(Promise<Void> started) {
        long tick = Math.clamp(settings.readTimeout().toMillis() / 8, 10, 500);
        vertx.setPeriodic(tick, _ -> {
            clock.expire();
            idle.expire();
        });
        listen(options, this::watch, listener::bound).compose(_ -> clearText == null
                ? Future.succeededFuture()
                : listen(clearText, this::watchHttp2, listener::boundClearText)).onComplete(started);
    }

    private Future<@Nullable Void> listen(HttpServerOptions where, Handler<HttpConnection> begun, IntConsumer bound) {
        return vertx.createHttpServer(where).connectionHandler(begun).requestHandler(this::take)
                .invalidRequestHandler(this::unreadable).listen().map(server -> {
                    bound.accept(server.actualPort());
                    return null;
                });
    }

    /// Also one that came in before anybody stood at the door.
    private void watchHttp2(HttpConnection connection) {
        if (PriorKnowledge.isShown(((ConnectionBase) connection).channel())) {
            watch(connection);
        } else {
            var _ = connection.close();
        }
    }

    private void watch(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        boolean http1 = channel.pipeline().get(VertxHttpRequestDecoder.class) != null;
        Visitors.Visit visit = channel.attr(Visitors.VISIT).get();
        var watch = new HeadWatch(clock, http1 ? clock : idle, visit == null ? new Visitors.Visit(null, null) : visit,
                http1);
        channel.pipeline().addFirst(watch);
        if (http1) {
            StrictDecoder.install(channel.pipeline(), options, watch);
        }
    }

    private void take(HttpServerRequest request) {
        clock.heads++;
        if (watchOf(request).isLast()) {
            return;
        }
        String path = Paths.decoded(request.path());
        RequestGate.Refused refused = gate.check(request);
        if (refused != null) {
            refuse(request, path, refused.status(), refused.code(), refused.message(), Map.of(), refused.last());
            return;
        }
        if (cors.handle(request)) {
            return;
        }
        if (listener.draining()) {
            refuse(request, path, 503, "shutting_down", "the gateway is stopping", Map.of("retry-after", "1"),
                    true);
            return;
        }
        switch (listener.handler().check(request.method().name(), path)) {
            case HttpHandler.Check.Open _ -> accept(request, path);
            case HttpHandler.Check.Unknown _ ->
                refuse(request, path, 404, "unknown_path", "nothing is served at '" + path + "'", Map.of(), false);
            case HttpHandler.Check.WrongMethod(String allow) -> refuse(request, path, 405, "method_not_allowed",
                    "'" + path + "' takes " + allow, Map.of("allow", allow), false);
        }
    }

    /// What is no request. Nothing that follows on the connection can be trusted.
    private void unreadable(HttpServerRequest request) {
        clock.heads++;
        Throwable cause = request.decoderResult().cause();
        String path = Paths.decoded(request.path());
        switch (cause) {
            case TooLongHttpLineException _ -> refuse(request, path, 414, "uri_too_long",
                    "the request's first line has more than " + HttpListener.LINE_BYTES + " bytes", Map.of(), true);
            case TooLongHttpHeaderException _ -> refuse(request, path, 431, "headers_too_large",
                    "the request's headers have more than " + HttpListener.HEAD_BYTES + " bytes", Map.of(), true);
            case null, default -> refuse(request, path, 400, "bad_request",
                    "this is no request by the rules of HTTP/1.1", Map.of(), true);
        }
    }

    private void accept(HttpServerRequest request, String path) {
        long length = announced(request);
        if (length > settings.maxBody()) {
            refuse(request, path, 413, "body_too_large", "the body has more than " + settings.maxBody() + " bytes",
                    Map.of(), true);
            return;
        }
        if (!listener.begin()) {
            refuse(request, path, 429, "too_many_calls", listener.full(), Map.of("retry-after", "1"), false);
            return;
        }
        HeadWatch watch = watchOf(request);
        var context = ((HttpServerRequestInternal) request).context();
        var inbound = new Inbound(listener, request, context, path, clock, watch);
        watch.serving(inbound);
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
        boolean last = cut || announced(request) > UNREAD_BYTES;
        if (last && request.version() != HttpVersion.HTTP_2) {
            watchOf(request).last();
        }
        Outbound.refuse(request, PlainError.answer(path, status, code, message, headers), last);
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
