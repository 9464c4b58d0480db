package dev.formulary.engine.transport;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One request and its response. The reader's half runs on a virtual thread, the sender's half (marked so) on one event
/// loop; they meet in the [Handoff] and in volatile fields.
final class OutboundCall implements HttpTransport.Response {
    /// A reader that stops just before the end of a body (behind the last event of a stream) leaves the connection to
    /// the next call, if the end comes soon.
    private static final long GRACE_NANOS = 20_000_000;

    private final Context loop;
    private final OutboundHttp.Limits limits;
    private final RequestOptions options;
    private final byte @Nullable [] body;
    private final Attempt attempt;
    private final long deadline;
    private final Handoff handoff;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable HttpClientResponse head;
    private volatile boolean connected;
    private volatile boolean headShown;
    private volatile boolean paused;

    private @Nullable HttpClientRequest sent;
    private boolean dropped;
    private boolean ended;
    private boolean lingering;
    private long lingerUntil;
    private @Nullable LoopClients watcher;
    private boolean retried;

    OutboundCall(Context loop, OutboundHttp.Limits limits, RequestOptions options, byte @Nullable [] body,
            Attempt attempt) {
        this.loop = loop;
        this.limits = limits;
        this.options = options;
        this.body = body;
        this.attempt = attempt;
        this.deadline = after(attempt.remaining());
        this.handoff = new Handoff(limits.highMark());
    }

    private static long after(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    private long soonest(Duration time) {
        long limit = after(time);
        return limit - deadline < 0 ? limit : deadline;
    }

    // ---- the reader's half

    void start(Supplier<LoopClients> clients, boolean inflate) {
        loop.runOnContext(here -> request(clients, inflate));
        attempt.onCancel(() -> give(FailureCategory.CANCELLED, "the call was cancelled"));
    }

    void awaitHead() throws ProviderException, InterruptedException {
        long firstByte = soonest(attempt.firstByte());
        long connect = soonest(limits.connect());
        boolean soon = connect - firstByte < 0;
        boolean come = await(() -> headShown || handoff.over(), soon ? connect : firstByte);
        if (!come && soon && connected) {
            come = await(() -> headShown || handoff.over(), firstByte);
        }
        if (!come) {
            throw connected
                    ? give(FailureCategory.TIMEOUT, "no answer within the time given")
                    : give(FailureCategory.CONNECT, "no connection to '" + options.getHost() + "' in time");
        }
        ProviderException failure = handoff.failure();
        if (failure != null && !headShown) {
            throw failure;
        }
    }

    @Override
    public int status() {
        return head().statusCode();
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(head().getHeader(name));
    }

    private HttpClientResponse head() {
        HttpClientResponse known = head;
        if (known == null) {
            throw new IllegalStateException("the head has not come");
        }
        return known;
    }

    @Override
    public byte @Nullable [] read() throws ProviderException, InterruptedException {
        handoff.gather(false);
        return next();
    }

    private byte @Nullable [] next() throws ProviderException, InterruptedException {
        while (true) {
            boolean over = handoff.over();
            byte[] piece = handoff.poll();
            if (piece != null) {
                resumeWhenDrained();
                return piece;
            }
            if (over) {
                ProviderException failure = handoff.failure();
                if (failure != null) {
                    throw failure;
                }
                return null;
            }
            if (!await(handoff::readable, soonest(limits.idle())) && handoff.waiting() == 0) {
                throw give(FailureCategory.TIMEOUT, "the answer stopped coming within the time given");
            }
        }
    }

    @Override
    public byte[] readAll(int limit) throws ProviderException, InterruptedException {
        handoff.gather(true);
        byte[] first = next();
        byte[] next = first == null ? null : next();
        if (next == null && (first == null || first.length <= limit)) {
            return first == null ? new byte[0] : first;
        }
        var all = new ByteArrayOutputStream();
        for (byte[] piece = first; piece != null; piece = next, next = next == null ? null : next()) {
            if (all.size() > limit - piece.length) {
                throw give(FailureCategory.MALFORMED, "the answer is longer than " + limit + " bytes");
            }
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    private boolean await(BooleanSupplier condition, long until) throws InterruptedException {
        try {
            return handoff.await(condition, until);
        } catch (InterruptedException e) {
            give(FailureCategory.CANCELLED, "the call was cancelled");
            throw e;
        }
    }

    private void resumeWhenDrained() {
        if (paused && handoff.waiting() <= limits.highMark() / 4) {
            paused = false;
            loop.runOnContext(here -> head().resume());
        }
    }

    /// Lets go of the connection at once, on any thread.
    private ProviderException give(FailureCategory category, String message) {
        var failure = new ProviderException(category, message);
        if (!handoff.over()) {
            handoff.fail(failure);
        }
        loop.runOnContext(here -> drop());
        return failure;
    }

    @Override
    public void close() {
        if (closed.getAndSet(true) || handoff.over()) {
            return;
        }
        loop.runOnContext(here -> {
            if (handoff.over()) {
                return;
            }
            boolean behind = paused;
            lingering = true;
            handoff.fail(new ProviderException(FailureCategory.CANCELLED, "the answer was closed by its reader"));
            if (behind) {
                drop();
            } else {
                lingerUntil = System.nanoTime() + GRACE_NANOS;
            }
        });
    }

    // ---- the sender's half: on the event loop alone

    private void request(Supplier<LoopClients> clients, boolean inflate) {
        LoopClients here = clients.get();
        watcher = here;
        here.watch(this, ((ContextInternal) loop).nettyEventLoop());
        here.client(inflate).request(options).onComplete(
                request -> send(request, here, clients, inflate),
                failure -> fail(FailureCategory.CONNECT, failure, "no connection to '" + options.getHost() + ":"
                        + options.getPort() + "' (" + NoConnection.words(failure) + ")"));
    }

    private void send(HttpClientRequest request, LoopClients here, Supplier<LoopClients> clients, boolean inflate) {
        sent = request;
        // what fails is told by its future; else a call that is given up would be logged as an error
        request.exceptionHandler(_ -> {});
        if (dropped) {
            request.reset();
            return;
        }
        boolean reused = here.reused(request.connection());
        connected = true;
        Buffer content = body == null ? null : BufferInternal.buffer(Unpooled.wrappedBuffer(body));
        (content == null ? request.send() : request.send(content)).onComplete(this::headCame, failure -> {
            if (reused && !retried && !dropped) {
                // The server closed an idle connection while the request was on its way: nothing was answered.
                retried = true;
                request(clients, inflate);
            } else {
                fail(FailureCategory.CUT, failure, "the connection was closed before an answer came");
            }
        });
    }

    private void headCame(HttpClientResponse response) {
        response.handler(piece -> came(response, piece));
        response.endHandler(end -> {
            ended = true;
            handoff.end();
            unwatch();
        });
        response.exceptionHandler(failure -> fail(FailureCategory.CUT, failure, "the answer broke off"));
        head = response;
        // The first piece has mostly come with the head: show both at once, so that the reader wakes but once.
        loop.runOnContext(later -> {
            headShown = true;
            handoff.wake();
        });
    }

    private void came(HttpClientResponse response, Buffer piece) {
        if (lingering) {
            drop();
        } else if (!handoff.offer(piece.getBytes())) {
            response.pause();
            paused = true;
            resumeWhenDrained();
        }
    }

    private void fail(FailureCategory category, Throwable failure, String message) {
        handoff.fail(new ProviderException(category, message, 0, null, failure));
        unwatch();
    }

    /// Called every few milliseconds while the call is under way.
    void tick(long now) {
        if (lingering) {
            if (now - lingerUntil >= 0) {
                drop();
            }
        } else if (now - deadline >= 0) {
            give(FailureCategory.TIMEOUT, "the answer was not complete within the time given");
        } else {
            handoff.tick(now);
        }
    }

    private void unwatch() {
        if (watcher != null) {
            watcher.over(this);
        }
    }

    private void drop() {
        dropped = true;
        unwatch();
        if (sent != null && !ended) {
            sent.reset();
        }
    }
}
