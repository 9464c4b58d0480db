package dev.formulary.engine.transport;

import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.SocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One request, from its head to the end of its answer. Reads on the event loop, then runs on a virtual thread.
final class Inbound extends ReadClock.Waiting implements HttpCall, Arrival.Presence, Arrival.HeaderLookup, Runnable {
    private static final byte[] EMPTY = {};
    private static final int FIRST_ROOM = 16 * 1024;

    private final HttpListener listener;
    private final HttpServerRequest request;
    private final Context context;
    private final String path;
    private final ReadClock clock;
    private final HeadWatch watch;
    private final AtomicReference<Runnable> action = new AtomicReference<>(Inbound::nothing);
    private final AtomicBoolean answered = new AtomicBoolean();
    private byte[] body = EMPTY;
    private int length;
    private long held;
    private boolean over;
    private boolean entered;
    private @Nullable Arrival arrival;
    private volatile @Nullable Outbound outbound;
    private volatile boolean gone;

    Inbound(HttpListener listener, HttpServerRequest request, Context context, String path, ReadClock clock,
            HeadWatch watch) {
        this.listener = listener;
        this.request = request;
        this.context = context;
        this.path = path;
        this.clock = clock;
        this.watch = watch;
    }

    /// On the event loop: takes the body.
    ///
    /// @param announced how long the client says it is
    void read(long announced) {
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            request.response().writeContinue();
        }
        request.response().closeHandler(_ -> left());
        clock.start(this);
        request.handler(piece -> append(((BufferInternal) piece).getByteBuf(), announced));
        request.endHandler(_ -> complete());
    }

    private void append(ByteBuf piece, long announced) {
        int more = piece.readableBytes();
        if (over) {
            return;
        }
        if (length + (long) more > listener.maxBody()) {
            refuse(413, "body_too_large", "the body has more than " + listener.maxBody() + " bytes", Map.of());
            return;
        }
        if (length + more > FIRST_ROOM && !hold(more)) {
            refuse(503, "too_many_large_bodies", "other large bodies take the memory at the moment",
                    Map.of("retry-after", "1"));
            return;
        }
        if (length + more > body.length) {
            body = Arrays.copyOf(body, room(more, announced));
        }
        piece.getBytes(piece.readerIndex(), body, length, more);
        length += more;
    }

    private boolean hold(int more) {
        if (!listener.hold(more)) {
            return false;
        }
        held += more;
        return true;
    }

    /// What is announced is believed only up to a point: room grows with what really comes.
    private int room(int more, long announced) {
        long needed = (long) length + more;
        if (announced >= needed && announced <= FIRST_ROOM) {
            return (int) announced;
        }
        long doubled = Math.max(needed, Math.max(body.length * 2L, 4096));
        return (int) Math.min(doubled, announced >= needed ? announced : Integer.MAX_VALUE - 8);
    }

    private void complete() {
        if (over) {
            return;
        }
        clock.stop(this);
        if (!listener.enter()) {
            refuse(429, "too_many_calls", listener.full(), Map.of("retry-after", "1"));
            return;
        }
        entered = true;
        watch.visit().called();
        byte[] whole = length == body.length ? body : Arrays.copyOf(body, length);
        String query = request.query();
        arrival = new Arrival("http", path, this, whole, true, this, query == null ? "" : query, peer());
        listener.start(this);
    }

    private String peer() {
        SocketAddress remote = request.remoteAddress();
        String address = remote == null ? null : remote.hostAddress();
        return address == null ? "" : address;
    }

    /// The body is not what its head says.
    void garbled() {
        if (arrival == null) {
            refuse(400, "bad_request", "the body of the request is not chunked as it should be", Map.of());
        } else {
            cutOff();
        }
    }

    @Override
    void expired() {
        refuse(408, "request_timeout", "the body took too long to come", Map.of());
    }

    private void refuse(int status, String code, String message, Map<String, String> headers) {
        if (finish()) {
            Outbound.refuse(request, PlainError.answer(path, status, code, message, headers), true);
        }
    }

    /// On the event loop: the client has gone before its answer was complete.
    private void left() {
        if (!finish()) {
            return;
        }
        gone = true;
        action.getAndSet(Inbound::nothing).run();
        Outbound out = outbound;
        if (out != null) {
            out.left();
        }
    }

    /// On the event loop: the call is over, in whichever way.
    ///
    /// @return false when it was so already
    boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        clock.stop(this);
        watch.served(this);
        if (entered) {
            watch.visit().answered();
        }
        listener.release(held);
        listener.finished(entered);
        return true;
    }

    private static void nothing() {}

    @Override
    public void run() {
        ScopedValue.where(EventLoops.OF_CALL, context).run(this::serve);
    }

    private void serve() {
        var out = new Outbound(this, request, context);
        outbound = out;
        Answer answer;
        try {
            answer = listener.handler().handle(this);
        } catch (InterruptedException e) {
            answer = PlainError.answer(path, 503, "shutting_down", "the gateway is stopping",
                    Map.of("retry-after", "1"));
        } catch (RuntimeException e) {
            System.getLogger(Inbound.class.getName()).log(System.Logger.Level.ERROR, "call failed, path=" + path, e);
            answer = PlainError.answer(path, 500, "internal_error", "the gateway failed", Map.of());
        }
        if (answered.compareAndSet(false, true)) {
            out.send(answer, listener.draining());
        } else if (answer instanceof Answer.Streamed late) {
            late.frames().close();
        }
    }

    @Override
    public boolean answer(Answer.Whole instead) {
        boolean first = answered.compareAndSet(false, true);
        if (first) {
            new Outbound(this, request, context).send(instead, listener.draining());
        }
        return first;
    }

    @Override
    public void cutOff() {
        context.runOnContext(_ -> {
            if (finish()) {
                Outbound.breakOff(request);
            }
        });
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String query() {
        return request.query();
    }

    @Override
    public Arrival arrival() {
        Arrival known = arrival;
        if (known == null) {
            throw new IllegalStateException("the body is not complete");
        }
        return known;
    }

    @Override
    public void eachHeader(BiConsumer<String, String> visitor) {
        for (Map.Entry<String, String> header : request.headers()) {
            visitor.accept(header.getKey(), header.getValue());
        }
    }

    @Override
    public @Nullable String get(String name) {
        return request.headers().get(name);
    }

    @Override
    public boolean gone() {
        return gone;
    }

    @Override
    public void onGone(Runnable whenGone) {
        action.set(whenGone);
        if (gone) {
            action.getAndSet(Inbound::nothing).run();
        }
    }
}
