package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate.Vitals;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// How each model does, as the calls to it show. Thread-safe; recording takes no lock but once a minute.
///
/// Every [#begin] is followed by exactly one of [#success], [#failure] and [#ignored]. Models are named `provider/model`.
/// Only so many models are remembered; the one that was used least recently makes room.
///
/// What a model did is forgotten when nobody has asked it for five minutes, or for ten seconds in which a hundred calls went
/// elsewhere: where much happens, much may have changed. So a model that was slow or failed gets another chance. Only what is to
/// be expected of it is known for the five minutes, with a doubt that grows.
///
/// When its breaker has closed after an outage, how calls ended before it was tried again counts no more: they were part of what is
/// over, and neither rules nor alerts shall take them for what happens now. Trial calls are the first that count. How long answers
/// took stays, as failures take no part in that.
public final class ModelVitals {
    /// How many models are remembered. One that answers takes up to 80 KB.
    public static final int MOST_MODELS = 1000;

    /// After so many calls to others a model that nobody asks is not known any more,
    static final int UNSEEN_CALLS = 100;
    /// if it was not asked for that long.
    static final long UNSEEN_MS = 10_000;

    private final int most;
    private final InstantSource clock;
    private final AtomicLong begun = new AtomicLong();
    private final Map<String, Model> models = new ConcurrentHashMap<>();
    private final ReentrantLock admitting = new ReentrantLock();
    private volatile boolean forgotten;

    public ModelVitals() {
        this(MOST_MODELS, InstantSource.system());
    }

    /// @param clock the time by which what is known grows old
    public ModelVitals(InstantSource clock) {
        this(MOST_MODELS, clock);
    }

    ModelVitals(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
    }

    /// A call to the model begins.
    public void begin(String id) {
        Model model = model(id);
        model.inFlight.incrementAndGet();
        model.lastBegun = begun.incrementAndGet();
    }

    /// The first byte of an answer came.
    ///
    /// @param micros since the call began, in microseconds
    public void firstByte(String id, long micros) {
        Model model = model(id);
        model.firstByte.add(micros, model.usedAt);
        model.nextFirstByte.add(micros, model.usedAt);
    }

    /// The call ended well.
    ///
    /// @param micros since it began, in microseconds
    public void success(String id, long micros) {
        Model model = model(id);
        model.ended(false);
        model.latency.add(micros, model.usedAt);
        model.next.add(micros, model.usedAt);
    }

    /// The call failed, and the model is to blame.
    public void failure(String id) {
        Model model = model(id);
        model.ended(true);
    }

    /// The call ended in a way that says nothing about the model: the caller has gone, or the request was wrong.
    public void ignored(String id) {
        model(id).ended();
    }

    /// The model is tried again after it was left alone. How its calls end from now on is what counts when it has recovered.
    public void triedAgain(String id) {
        Model model = models.get(id);
        if (model != null) {
            model.trials.forget();
        }
    }

    /// It is not left alone any more: how calls ended before [#triedAgain] counts no more.
    public void recovered(String id) {
        Model model = models.get(id);
        if (model != null) {
            model.outcomes.restore(model.trials.packed());
            forgotten = true;
        }
    }

    /// Whether something that was saved must not come back, since this was asked last.
    boolean takeForgotten() {
        if (!forgotten) {
            return false;
        }
        forgotten = false;
        return true;
    }

    /// The vendor said how many calls it still allows. That it allows none until later holds on.
    ///
    /// @param left 0 or more
    /// @param resetAt when that is over; null for a minute from now
    public void limit(String id, int left, @Nullable Instant resetAt) {
        Model model = model(id);
        var said = new Limit(left, resetAt == null ? model.usedAt + 60_000 : resetAt.toEpochMilli());
        Limit known = model.limit;
        if (known == null || left > 0 || known.left > 0 || known.until < said.until) {
            model.limit = said;
        }
    }

    /// How the model does now.
    public Vitals of(String id, BreakerState breaker) {
        Model model = models.get(id);
        return model == null
                ? new Vitals(breaker, -1, 0, -1, -1, 0, -1)
                : model.vitals(breaker, clock.millis(), begun.get());
    }

    /// Percentiles of the times to the first byte of several models together, in whole milliseconds, rounded up; -1 each where
    /// nothing is known. Costs more than [#of]; call it now and then.
    public List<Integer> firstByteMs(Collection<String> ids, double... percentiles) {
        long now = clock.millis();
        Histogram all = Window.none();
        ids.stream().map(models::get).filter(Objects::nonNull)
                .filter(model -> !model.isStale(now, begun.get())).forEach(model -> model.firstByte.addTo(all, now));
        return DoubleStream.of(percentiles).mapToObj(each -> all.getTotalCount() == 0
                ? -1
                : (int) Math.ceilDiv(all.getValueAtPercentile(each), 1_000L)).toList();
    }

    /// What is kept of a model over a restart.
    ///
    /// @param usedAt milliseconds of the epoch
    record Saved(String id, long usedAt, long outcomes, String firstByte, String latency, String nextFirstByte,
            String next) {
        boolean nothing() {
            return outcomes == 0 && firstByte.isEmpty() && latency.isEmpty() && nextFirstByte.isEmpty()
                    && next.isEmpty();
        }
    }

    /// Models of which something is known that still counts, by name.
    List<Saved> saved() {
        long now = clock.millis();
        return models.entrySet().stream().map(entry -> entry.getValue().saved(entry.getKey(), now, begun.get()))
                .filter(saved -> !saved.nothing()).sorted(Comparator.comparing(Saved::id)).toList();
    }

    /// Takes what [#saved] gave, unless it does not count any more.
    ///
    /// @throws IllegalArgumentException when it is nothing of that kind
    void restore(Saved saved) {
        long now = clock.millis();
        if (saved.usedAt() > now || now - saved.usedAt() >= Window.STALE_MS) {
            return;
        }
        Model model = admit(saved.id(), saved.usedAt());
        model.nextFirstByte.restore(saved.nextFirstByte());
        model.next.restore(saved.next());
        model.outcomes.restore(saved.outcomes());
        model.firstByte.restore(saved.firstByte(), saved.usedAt());
        model.latency.restore(saved.latency(), saved.usedAt());
    }

    int size() {
        return models.size();
    }

    private Model model(String id) {
        long now = clock.millis();
        Model model = models.get(id);
        if (model == null) {
            model = admit(id, now);
        } else if (model.isStale(now, begun.get())) {
            model.forget();
        }
        model.usedAt = now;
        return model;
    }

    private Model admit(String id, long now) {
        admitting.lock();
        try {
            if (models.size() >= most && !models.containsKey(id)) {
                models.entrySet().stream().filter(entry -> entry.getValue().inFlight.get() == 0)
                        .min(Comparator.comparingLong(entry -> entry.getValue().usedAt))
                        .ifPresent(oldest -> models.remove(oldest.getKey(), oldest.getValue()));
            }
            return models.computeIfAbsent(id, _ -> new Model(now));
        } finally {
            admitting.unlock();
        }
    }

    private record Limit(int left, long until) {}

    private static final class Model {
        final AtomicInteger inFlight = new AtomicInteger();
        final Outcomes outcomes = new Outcomes();
        /// Those since it was tried again.
        final Outcomes trials = new Outcomes();
        final Window firstByte = new Window();
        final Window latency = new Window();
        final Forecast nextFirstByte = new Forecast();
        final Forecast next = new Forecast();
        volatile long usedAt;
        /// How many calls to all models had begun, this one's included, when the last one to it did.
        volatile long lastBegun;
        volatile @Nullable Limit limit;

        Model(long now) {
            usedAt = now;
        }

        /// A model that had to make room while it was in use starts again from nothing, so this may find nothing to end.
        void ended() {
            inFlight.updateAndGet(before -> Math.max(0, before - 1));
        }

        void ended(boolean failed) {
            ended();
            trials.add(failed);
            outcomes.add(failed);
        }

        Saved saved(String id, long now, long begun) {
            boolean stale = isStale(now, begun);
            return new Saved(id, usedAt, stale ? 0 : outcomes.packed(), stale ? "" : firstByte.saved(now),
                    stale ? "" : latency.saved(now), nextFirstByte.saved(now), next.saved(now));
        }

        boolean isStale(long now, long begun) {
            long unused = now - usedAt;
            return unused >= Window.STALE_MS
                    || (unused >= UNSEEN_MS && begun - lastBegun >= UNSEEN_CALLS && inFlight.get() == 0);
        }

        void forget() {
            outcomes.forget();
            trials.forget();
            firstByte.forget();
            latency.forget();
        }

        Vitals vitals(BreakerState breaker, long now, long begun) {
            boolean stale = isStale(now, begun);
            Limit limited = limit;
            Limit known = limited == null || now >= limited.until ? null : limited;
            long elsewhere = begun - lastBegun;
            return new Vitals(breaker, stale ? -1 : outcomes.failedShare(), stale ? 0 : outcomes.count(),
                    stale ? -1 : firstByte.percentileMs(now), stale ? -1 : latency.percentileMs(now), inFlight.get(),
                    known == null ? -1 : known.left,
                    known == null
                            ? -1
                            : (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(known.until - now, 1_000L)),
                    nextFirstByte.expectedMs(now), next.expectedMs(now),
                    Math.max(nextFirstByte.doubt(now, elsewhere), next.doubt(now, elsewhere)));
        }
    }
}
