package dev.formulary.engine.grid;

import dev.formulary.engine.admission.Window;
import dev.formulary.engine.grid.Cluster.Standing;
import dev.formulary.engine.grid.CountStep.Before;
import dev.formulary.engine.grid.CountStep.Share;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A limit that all nodes of a cluster take from. Thread-safe.
///
/// One message is under way at a time; what comes meanwhile goes with the next, so many calls cost few messages. A message
/// that was not answered is sent again until it is, as the same step, so nothing counts twice. What is granted is worth
/// something only if the answer comes in time, and if the cluster is then as it was when it was asked for; otherwise it is
/// given back and asked for again. A call that has waited long enough goes without.
final class SharedWindow implements Window {
    private static final long APART_MS = 1_000;

    private final Cluster cluster;
    private final String name;
    private final Size size;
    private final LongSupplier millis;
    private final Kept kept;
    private final long process;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Want> waiting = new ArrayDeque<>();
    private final Map<Long, Long> back = new TreeMap<>();
    private long added;
    private long steps;
    private boolean underWay;
    /// What this process had taken after its last step, and how the cluster was then.
    private List<Slot> taken = List.of();
    private int topology = -1;
    private volatile Known known;

    private record Known(byte @Nullable [] bytes, Counts counts) {}

    /// A call that waits.
    ///
    /// @param slot what [#take] will give it
    private record Want(long count, CompletableFuture<Long> slot) {}

    private record Sent(CountStep step, List<Want> wants, Standing standing) {}

    /// @param process as [Processes] gives it
    SharedWindow(Cluster cluster, long process, String name, Size size, LongSupplier millis, Kept kept) {
        this.cluster = cluster;
        this.name = name;
        this.size = size;
        this.millis = millis;
        this.kept = kept;
        this.process = process;
        known = new Known(null, Counts.begun(0, millis.getAsLong()));
    }

    /// Tells the others what this node has kept. To be called once.
    SharedWindow begin() {
        proceed();
        return this;
    }

    @Override
    public long take(long count) {
        var want = new Want(count, new CompletableFuture<>());
        lock.lock();
        try {
            waiting.add(want);
        } finally {
            lock.unlock();
        }
        proceed();
        return await(want.slot());
    }

    private long await(CompletableFuture<Long> slot) {
        try {
            return slot.get(cluster.patienceMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            cluster.unanswered();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody lets a want fail", e);
        }
        // it may have been granted just now
        slot.complete(APART);
        return slot.getNow(APART);
    }

    @Override
    public void giveBack(long slot, long count) {
        lock.lock();
        try {
            back.merge(slot, count, Long::sum);
        } finally {
            lock.unlock();
        }
        proceed();
    }

    @Override
    public void add(long count) {
        lock.lock();
        try {
            added += count;
        } finally {
            lock.unlock();
        }
        proceed();
    }

    /// Sends the next step, unless one is under way or there is nothing to say.
    private void proceed() {
        lock.lock();
        try {
            waiting.removeIf(want -> want.slot().isDone());
            if (underWay || (steps > 0 && waiting.isEmpty() && back.isEmpty() && added == 0)) {
                return;
            }
            Sent next = next();
            underWay = true;
            cluster.execute(() -> send(next, false));
        } finally {
            lock.unlock();
        }
    }

    private Sent next() {
        Standing standing = cluster.standing();
        List<Want> wants = new ArrayList<>();
        while (wants.size() < CountStep.MOST && !waiting.isEmpty()) {
            wants.add(waiting.remove());
        }
        steps++;
        var step = new CountStep(process, steps, millis.getAsLong(), size, standing.share(),
                steps == 1 ? new Before(kept.life(), process, kept.slots()) : null,
                standing.topology() == topology ? List.of() : taken, Counts.slots(back), added,
                kept.held(), wants.stream().map(Want::count).toList());
        back.clear();
        added = 0;
        return new Sent(step, wants, standing);
    }

    private void send(Sent sent, boolean again) {
        var _ = cluster.carryOut(name, sent.step()).whenComplete((bytes, failure) -> {
            if (failure == null) {
                cluster.execute(() -> answered(sent, bytes, again));
            } else {
                cluster.later(() -> send(sent, true), failure);
            }
        });
    }

    private void answered(Sent sent, byte[] bytes, boolean again) {
        try {
            answered(sent, bytes, CountsCodec.counts(bytes), again);
        } catch (RuntimeException e) {
            // the limit would stand still
            cluster.later(() -> send(sent, true), e);
        }
    }

    private void answered(Sent sent, byte[] bytes, Counts counts, boolean again) {
        known = new Known(bytes, counts);
        kept.keep(counts.life(), counts.totals());
        Counts.Row row = counts.row(process);
        cluster.clockAhead(counts.millis() - millis.getAsLong() - Counts.slack(size) * size.slotMillis());
        boolean late = millis.getAsLong() / size.slotMillis() - row.slot() > Counts.slack(size);
        boolean holds = !again && cluster.standing().equals(sent.standing());
        lock.lock();
        try {
            for (int i = sent.wants().size() - 1; i >= 0; i--) {
                settle(sent.wants().get(i), (row.granted() >>> i & 1) != 0, holds, late, row.slot(),
                        sent.step().share());
            }
            taken = row.taken();
            topology = holds ? sent.standing().topology() : -1;
            underWay = false;
        } finally {
            lock.unlock();
        }
        proceed();
    }

    private void settle(Want want, boolean granted, boolean holds, boolean late, long slot, Share share) {
        if (granted) {
            if (holds && !late && want.slot().complete(slot)) {
                return;
            }
            back.merge(slot, want.count(), Long::sum);
            waiting.addFirst(want);
        } else if (holds) {
            want.slot().complete(share.part() == 0 ? APART : NOTHING);
        } else {
            waiting.addFirst(want);
        }
    }

    /// As this node knows it, which all others have told of what they took.
    private Counts now() {
        byte[] bytes = cluster.known(name);
        Known last = known;
        if (bytes != null && !Arrays.equals(bytes, last.bytes())) {
            last = new Known(bytes, CountsCodec.counts(bytes));
            known = last;
            kept.keep(last.counts().life(), last.counts().totals());
        }
        return last.counts().at(millis.getAsLong(), size, cluster.standing().share().of(size.limit()));
    }

    @Override
    public List<Slot> slots() {
        return now().totals();
    }

    /// What a process held that is no more is settled: it may be billed.
    @Override
    public long held(long own) {
        long held = own;
        Counts now = now();
        for (Counts.Row row : now.rows()) {
            if (row.process() != process && now.latest(row)
                    && Processes.ofAny(cluster.standing().here(), row.process())) {
                held += row.held();
            }
        }
        return held;
    }

    @Override
    public long left() {
        Counts now = now();
        Share share = cluster.standing().share();
        long left = share.of(size.limit()) - now.used();
        return size.burst() == 0
                ? left
                : Math.min(left, share.of(size.burst()) - Math.ceilDiv(now.debt(), size.periodMillis()));
    }

    @Override
    public long waitFor(long count) {
        Share share = cluster.standing().share();
        long most = share.of(size.limit());
        if (most == 0) {
            return APART_MS;
        }
        Counts now = now();
        return Math.max(windowWait(now, Math.min(count, most) - most), paceWait(now, count, share));
    }

    /// @param free what must not be taken any more, less than 0 or 0
    private long windowWait(Counts now, long free) {
        long over = now.used() + free;
        for (Slot slot : now.totals()) {
            if (over <= 0) {
                break;
            }
            over -= slot.count();
            if (over <= 0) {
                return Math.max(0, (slot.number() + Counts.kept(size)) * size.slotMillis() - millis.getAsLong());
            }
        }
        return 0;
    }

    private long paceWait(Counts now, long count, Share share) {
        if (size.burst() == 0) {
            return 0;
        }
        long burst = share.of(size.burst());
        long over = now.debt() + (Math.min(count, burst) - burst) * size.periodMillis();
        return Math.max(0, Math.ceilDiv(over, share.of(size.limit())));
    }
}
