package dev.formulary.local;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// All models' places in memory, and what frees them: time, want of memory, the end of their file. Thread-safe.
final class Seats {
    /// When less than this is left for all, an idle model goes.
    private static final long RESERVE = 256L << 20;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Workshop workshop;
    private final Map<String, Seat> seats = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean sweeping = new AtomicBoolean();

    Seats(Workshop workshop) {
        this.workshop = workshop;
    }

    /// The place of a model; it is made when there is none.
    Seat of(String model) {
        Seat seat = seats.computeIfAbsent(model,
                id -> new Seat(id, workshop, this::admit));
        sweepFromNowOn();
        return seat;
    }

    /// The place of a model, or null.
    @Nullable
    Seat find(String model) {
        return seats.get(model);
    }

    Collection<Seat> all() {
        return seats.values();
    }

    private void sweepFromNowOn() {
        if (closed.getCount() > 0 && sweeping.compareAndSet(false, true)) {
            Thread.ofVirtual().name("local-sweeper").start(this::sweepUntilClosed);
        }
    }

    private void sweepUntilClosed() {
        try {
            while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                sweep();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /// Unloads what nobody has asked for long enough, and one more when memory is short.
    void sweep() {
        for (Seat seat : seats.values()) {
            Duration left = seat.left();
            if (seat.process() != null && left != null && !left.isPositive()) {
                unload(seat, "idle");
            }
        }
        if (workshop.memory().getAsLong() < RESERVE) {
            for (Seat seat : longestIdleFirst("")) {
                if (unload(seat, "memory")) {
                    return;
                }
            }
        }
    }

    private List<Seat> longestIdleFirst(String except) {
        long now = workshop.now();
        return seats.values().stream().filter(seat -> seat.process() != null && !seat.model().equals(except))
                .sorted(Comparator.comparingLong(seat -> seat.lastUse() - now)).toList();
    }

    /// One model at a time, so that two do not take the same memory.
    private synchronized void admit(Seat seat, MemoryNeed need) throws ProviderException {
        for (Seat idle : longestIdleFirst(seat.model())) {
            if (free() < need.total()) {
                unload(idle, "room");
            }
        }
        long there = free();
        if (need.total() > there) {
            throw new ProviderException(FailureCategory.SERVER, "'" + seat.model() + "' needs " + need.told()
                    + " of memory, and there are " + MemoryNeed.megabytes(there) + "; a smaller 'context' needs less");
        }
        seat.claim(need);
    }

    private long free() {
        long uncounted = seats.values().stream().mapToLong(Seat::uncounted).sum();
        return Math.max(0, workshop.memory().getAsLong() - uncounted);
    }

    /// @return false when it is in use
    private boolean unload(Seat seat, String reason) {
        Turns.Turn turn = seat.turns().tryTake();
        if (turn == null) {
            return false;
        }
        try {
            seat.unload();
            workshop.info("model unloaded model=" + seat.model() + " reason=" + reason);
            return true;
        } finally {
            turn.give();
        }
    }

    /// Unloads models whose files are gone, as far as nobody uses them.
    void keepOnly(Set<String> models) {
        for (Seat seat : seats.values()) {
            if (!models.contains(seat.model()) && seat.process() != null) {
                unload(seat, "gone");
            }
        }
    }

    /// Ends all processes, those that are at work too. Idempotent.
    void close() {
        closed.countDown();
        seats.values().forEach(Seat::beginClose);
        try (var closers = Executors.newVirtualThreadPerTaskExecutor()) {
            seats.values().forEach(seat -> closers.execute(seat::close));
        }
    }
}
