package dev.formulary.engine.transport;

import dev.formulary.engine.facts.Answer;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The answer to one request. Read on the call's virtual thread, written on its event loop.
final class Outbound {
    /// Bytes of a stream on their way to a slow reader; then the virtual thread waits.
    private static final int WINDOW = 256 * 1024;
    private static final CharSequence NO_BUFFERING = HttpHeaders.createOptimized("x-accel-buffering");
    private static final CharSequence NO = HttpHeaders.createOptimized("no");
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");
    private static final long LINGER_MS = 1000;
    private static final long GOING_SECONDS = 5;
    /// Codes of HTTP/2, RFC 9113 section 7.
    private static final long NO_ERROR = 0;
    private static final long INTERNAL_ERROR = 2;

    private final Inbound inbound;
    private final HttpServerRequest request;
    private final Context context;
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable Thread reader;

    Outbound(Inbound inbound, HttpServerRequest request, Context context) {
        this.inbound = inbound;
        this.request = request;
        this.context = context;
    }

    /// On the event loop: an answer to a request whose body nobody reads.
    ///
    /// @param cut whether the connection ends with it; what the client is sending meanwhile is thrown away for a moment, as
    ///        it would not see the answer otherwise
    static void refuse(HttpServerRequest request, Answer.Whole answer, boolean cut) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (cut && !isHttp2(request)) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        head(response, answer);
        end(request, answer.body());
        if (cut) {
            closeSoon(request);
        }
    }

    private static boolean isHttp2(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2;
    }

    /// On the event loop: the answer ends without its end. In HTTP/2 other calls on the connection go on.
    static void breakOff(HttpServerRequest request) {
        if (isHttp2(request)) {
            request.response().reset(INTERNAL_ERROR);
        } else {
            request.connection().close();
        }
    }

    private static void closeSoon(HttpServerRequest request) {
        if (isHttp2(request)) {
            if (!request.isEnded()) {
                request.response().reset(NO_ERROR);
            }
            return;
        }
        if (request.isEnded()) {
            request.connection().close();
            return;
        }
        request.handler(_ -> {});
        request.endHandler(_ -> request.connection().close());
        ((HttpServerRequestInternal) request).context().owner().setTimer(LINGER_MS, _ -> request.connection().close());
    }

    /// On the virtual thread: sends the answer and returns when a stream was read to its end, or nobody wants it any more.
    ///
    /// @param last whether the connection ends with it
    void send(Answer answer, boolean last) {
        switch (answer) {
            case Answer.Whole whole -> context.runOnContext(_ -> write(whole, last));
            case Answer.Streamed streamed when HttpMethod.HEAD.equals(request.method()) -> {
                streamed.frames().close();
                var headOnly = new Answer.Whole(streamed.status(), streamed.contentType(), streamed.headers(),
                        new byte[0]);
                context.runOnContext(_ -> write(headOnly, last));
            }
            case Answer.Streamed streamed -> stream(streamed);
        }
    }

    private void write(Answer.Whole answer, boolean last) {
        HttpServerResponse response = request.response();
        if (!inbound.finish() || response.closed()) {
            return;
        }
        try {
            if (last && !isHttp2(request)) {
                response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
            head(response, answer);
            end(request, answer.body());
        } catch (IllegalArgumentException e) {
            System.getLogger(Outbound.class.getName()).log(System.Logger.Level.ERROR,
                    "answer can't be written, path=" + inbound.path(), e);
            response.headers().clear();
            refuse(request, PlainError.answer(inbound.path(), 500, "internal_error", "the gateway failed", Map.of()),
                    last);
        }
        if (last) {
            leave(request);
        }
    }

    private static void leave(HttpServerRequest request) {
        if (isHttp2(request)) {
            request.connection().shutdown(GOING_SECONDS, TimeUnit.SECONDS);
        } else {
            request.connection().close();
        }
    }

    private static void head(HttpServerResponse response, Answer answer) {
        response.setStatusCode(answer.status());
        if (!answer.contentType().isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
        }
        for (Map.Entry<String, String> header : answer.headers().entrySet()) {
            response.putHeader(header.getKey(), header.getValue());
        }
    }

    private static void end(HttpServerRequest request, byte[] body) {
        HttpServerResponse response = request.response();
        if (HttpMethod.HEAD.equals(request.method())) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
            response.end();
        } else {
            response.end(wrap(body));
        }
    }

    private static Buffer wrap(byte[] bytes) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
    }

    private void stream(Answer.Streamed answer) {
        boolean complete = false;
        if (attach()) {
            try {
                context.runOnContext(_ -> begin(answer));
                complete = copy(answer.frames());
            } catch (InterruptedException e) {
                // the client has gone; closing the frames below lets go of what is behind them
            } catch (RuntimeException e) {
                System.getLogger(Outbound.class.getName()).log(System.Logger.Level.ERROR,
                        "stream failed, path=" + inbound.path(), e);
            }
            detach();
        }
        boolean whole = complete;
        try {
            answer.frames().close();
        } finally {
            context.runOnContext(_ -> finish(whole));
        }
    }

    private void begin(Answer.Streamed answer) {
        HttpServerResponse response = request.response();
        if (inbound.gone()) {
            return;
        }
        head(response, answer);
        response.setChunked(true).putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE).putHeader(NO_BUFFERING, NO);
    }

    private boolean copy(Answer.Frames frames) throws InterruptedException {
        var window = new Semaphore(WINDOW);
        for (byte[] frame = frames.next(); frame != null; frame = frames.next()) {
            int share = Math.min(frame.length, WINDOW);
            window.acquire(share);
            Buffer piece = wrap(frame);
            context.runOnContext(_ -> {
                if (!inbound.gone()) {
                    request.response().write(piece).onComplete(_ -> window.release(share));
                }
            });
        }
        return !inbound.gone();
    }

    private void finish(boolean complete) {
        if (!inbound.finish()) {
            return;
        }
        if (complete) {
            request.response().end();
        } else {
            breakOff(request);
        }
    }

    private boolean attach() {
        reading.lock();
        try {
            reader = Thread.currentThread();
            return !inbound.gone();
        } finally {
            reading.unlock();
        }
    }

    private void detach() {
        reading.lock();
        try {
            reader = null;
        } finally {
            reading.unlock();
        }
        // what interrupted the reading must not disturb the closing
        var _ = Thread.interrupted();
    }

    /// On the event loop: nobody wants the answer any more; wakes a reader that waits for the next frame or for room. The
    /// lock is only ever held for a moment.
    void left() {
        reading.lock();
        try {
            if (reader != null) {
                reader.interrupt();
            }
        } finally {
            reading.unlock();
        }
    }
}
