package dev.formulary.testkit;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The body of a response, asked for one piece at a time so that a slow reader slows the server down.
final class PulledBody implements BodySubscriber<PulledBody> {

    private sealed interface Item {
        record Piece(byte[] bytes) implements Item {}

        record Broken(Throwable cause) implements Item {}

        record End() implements Item {}
    }

    private final Attempt attempt;
    /// Never longer than one piece and one end, because pieces come only when asked for.
    private final BlockingQueue<Item> arrived = new LinkedBlockingQueue<>();
    private final AtomicReference<Flow.@Nullable Subscription> source = new AtomicReference<>();
    private volatile boolean cancelled;
    private boolean ended;

    PulledBody(Attempt attempt) {
        this.attempt = attempt;
    }

    byte @Nullable [] take() throws ProviderException, InterruptedException {
        if (ended) {
            return null;
        }
        Item item = arrived.poll(Math.max(1, attempt.remaining().toNanos()), TimeUnit.NANOSECONDS);
        if (cancelled && attempt.cancelled()) {
            throw new ProviderException(FailureCategory.CANCELLED, "the caller has gone");
        }
        return switch (item) {
            case null -> {
                cancel();
                throw new ProviderException(FailureCategory.TIMEOUT, "the answer was not complete in time");
            }
            case Item.Piece(byte[] bytes) -> {
                request(source.get());
                yield bytes;
            }
            case Item.Broken(Throwable cause) ->
                throw new ProviderException(FailureCategory.CUT, "the answer broke off", 0, null, cause);
            case Item.End _ -> {
                ended = true;
                yield null;
            }
        };
    }

    void cancel() {
        cancelled = true;
        Flow.Subscription subscription = source.get();
        if (subscription != null) {
            subscription.cancel();
        }
        arrived.add(new Item.End());
    }

    @Override
    public CompletionStage<PulledBody> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        source.set(subscription);
        if (cancelled) {
            subscription.cancel();
        } else {
            request(subscription);
        }
    }

    private static void request(Flow.@Nullable Subscription subscription) {
        if (subscription != null) {
            subscription.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        int size = buffers.stream().mapToInt(ByteBuffer::remaining).sum();
        var bytes = ByteBuffer.allocate(size);
        buffers.forEach(bytes::put);
        arrived.add(new Item.Piece(bytes.array()));
    }

    @Override
    public void onError(Throwable cause) {
        arrived.add(new Item.Broken(cause));
    }

    @Override
    public void onComplete() {
        arrived.add(new Item.End());
    }
}
