package dev.formulary.engine.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Spans on their way to the collector. Whoever ends one never waits: where there is no room it is dropped and counted.
/// Delivers in batches, on one thread, which runs [#run]. Thread-safe.
final class SpanQueue implements SpanProcessor, Runnable {
    static final int BATCH = 512;
    private static final Logger LOG = LoggerFactory.getLogger(SpanQueue.class);
    /// How long it gathers before it sends.
    private static final long GATHER_MS = 200;
    private static final long LONGEST_SECONDS = 15;
    private static final long FAREWELL_SECONDS = 2;

    private final BlockingQueue<ReadableSpan> waiting;
    private final SpanExporter exporter;
    private final SpanMeters meters;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicLong open = new AtomicLong();
    private boolean failing;

    /// @param most how many may wait
    SpanQueue(SpanExporter exporter, int most, SpanMeters meters) {
        this.exporter = exporter;
        this.meters = meters;
        waiting = new ArrayBlockingQueue<>(most);
        meters.waiting(waiting::size);
    }

    /// Spans that have begun and not ended.
    long open() {
        return open.get();
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        open.incrementAndGet();
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        open.decrementAndGet();
        if (!waiting.offer(span)) {
            meters.dropped();
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    /// Delivers until it is closed, and then what is left.
    @Override
    public void run() {
        try {
            List<ReadableSpan> batch = new ArrayList<>(BATCH);
            boolean last = false;
            while (!last || !waiting.isEmpty()) {
                last = (waiting.size() < BATCH && closing.await(GATHER_MS, TimeUnit.MILLISECONDS)) || closed();
                waiting.drainTo(batch, BATCH);
                if (!batch.isEmpty()) {
                    deliver(batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }

    private boolean closed() {
        return closing.getCount() == 0;
    }

    private void deliver(List<ReadableSpan> batch) {
        boolean taken = taken(batch);
        if (taken) {
            meters.delivered(batch.size());
        } else {
            meters.failed(batch.size());
        }
        if (taken == failing) {
            failing = !taken;
            if (failing) {
                LOG.warn("the collector takes no spans, they are lost and calls go on");
            } else {
                LOG.info("the collector takes spans again");
            }
        }
    }

    private boolean taken(List<ReadableSpan> batch) {
        try {
            List<SpanData> spans = batch.stream().map(ReadableSpan::toSpanData).toList();
            return exporter.export(spans).join(closed() ? FAREWELL_SECONDS : LONGEST_SECONDS, TimeUnit.SECONDS)
                    .isSuccess();
        } catch (RuntimeException e) {
            LOG.error("spans can't be sent", e);
            return false;
        }
    }

    /// Delivers what waits, for two seconds at most.
    @Override
    public CompletableResultCode shutdown() {
        closing.countDown();
        boolean all = false;
        try {
            all = ended.await(FAREWELL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var result = exporter.shutdown();
        return all ? result : CompletableResultCode.ofFailure();
    }
}
