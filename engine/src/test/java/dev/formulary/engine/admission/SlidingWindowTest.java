package dev.formulary.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlidingWindowTest {
    private static final long PERIOD = 60_000;
    private static final int THREADS = 64;

    private final AtomicLong now = new AtomicLong(1_800_000_000_000L);

    private SlidingWindow window(long limit) {
        return new SlidingWindow(limit, PERIOD, now::get, SlidingWindow.Memory.NONE);
    }

    @Test
    void allOfItMayComeAtOnceAndIsThereAgainAPeriodLater() {
        SlidingWindow window = window(3);

        assertThat(window.take(2)).isNotEqualTo(Window.NOTHING);
        assertThat(window.take(2)).isEqualTo(Window.NOTHING);
        assertThat(window.take(1)).isNotEqualTo(Window.NOTHING);
        assertThat(window.left()).isZero();

        now.addAndGet(PERIOD - 1);
        assertThat(window.take(1)).isEqualTo(Window.NOTHING);
        now.addAndGet(PERIOD / SlidingWindow.SLOTS + 1);
        assertThat(window.left()).isEqualTo(3);
    }

    @Test
    void whatWasNotUsedIsThereAtOnceUnlessItsTimeIsOver() {
        SlidingWindow window = window(10);
        long slot = window.take(8);
        now.addAndGet(PERIOD / 2);
        long later = window.take(2);

        window.giveBack(slot, 5);
        assertThat(window.left()).isEqualTo(5);
        window.giveBack(later, 99);
        assertThat(window.left()).isEqualTo(7);

        now.addAndGet(PERIOD);
        window.giveBack(slot, 3);
        assertThat(window.left()).isEqualTo(10);
    }

    @Test
    void whatIsAddedBeyondTheLimitIsWorkedOff() {
        SlidingWindow window = window(10);
        window.take(6);
        now.addAndGet(PERIOD / 2);
        window.add(14);

        assertThat(window.left()).isEqualTo(-10);
        assertThat(window.waitFor(1)).isGreaterThan(PERIOD / 2);
        now.addAndGet(window.waitFor(1));
        assertThat(window.take(10)).isNotEqualTo(Window.NOTHING);
    }

    /// The wait is exact: a millisecond earlier it would be too early.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theWaitThatIsToldIsTheShortest(long seed) {
        var random = new Random(seed);
        SlidingWindow window = window(50);
        for (int i = 0; i < 2_000; i++) {
            long count = 1L + random.nextInt(50);
            if (window.take(count) == Window.NOTHING) {
                long wait = window.waitFor(count);
                assertThat(wait).isPositive();
                now.addAndGet(wait - 1);
                assertThat(window.take(count)).isEqualTo(Window.NOTHING);
                now.addAndGet(1);
                assertThat(window.take(count)).isNotEqualTo(Window.NOTHING);
            }
            now.addAndGet(random.nextInt(5_000));
        }
    }

    private record Pass(long at, long count) {}

    /// Lays a period at every pass.
    private static void assertNeverPassed(List<Pass> passes, long limit) {
        passes.sort(Comparator.comparingLong(Pass::at));
        long inside = 0;
        int first = 0;
        for (Pass pass : passes) {
            inside += pass.count();
            while (passes.get(first).at() <= pass.at() - PERIOD) {
                inside -= passes.get(first++).count();
            }
            assertThat(inside).as("in the period that ends at %d", pass.at()).isLessThanOrEqualTo(limit);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void sixtyFourThreadsNeverPassItWhileTimeGoesOn(long seed) throws Exception {
        var random = new Random(seed);
        long limit = 1L + random.nextInt(200);
        SlidingWindow window = window(limit);
        Queue<Pass> passes = new ConcurrentLinkedQueue<>();
        // a take and the reading of its time belong together; the time moves between them
        var time = new ReentrantReadWriteLock();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                long own = seed * 1_000 + i;
                all.add(() -> {
                    hammer(window, new Random(own), time, passes);
                    return null;
                });
            }
            for (Future<Void> each : threads.invokeAll(all)) {
                each.get();
            }
        }

        assertThat(passes.size()).isGreaterThan(10);
        assertNeverPassed(new ArrayList<>(passes), limit);
    }

    private void hammer(SlidingWindow window, Random random, ReentrantReadWriteLock time, Queue<Pass> passes) {
        for (int i = 0; i < 500; i++) {
            if (random.nextInt(8) == 0) {
                time.writeLock().lock();
                try {
                    now.addAndGet(random.nextInt(200));
                } finally {
                    time.writeLock().unlock();
                }
            }
            long count = 1L + random.nextInt(3);
            time.readLock().lock();
            try {
                long at = now.get();
                if (window.take(count) != Window.NOTHING) {
                    passes.add(new Pass(at, count));
                }
            } finally {
                time.readLock().unlock();
            }
        }
    }

    /// Against the plainest model there is: a list of all that was taken, with its slot.
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26})
    void doesAsAListWouldDo(long seed) {
        var random = new Random(seed);
        SlidingWindow window = window(100);
        List<long[]> model = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            now.addAndGet(random.nextInt(2_000));
            long oldest = now.get() / (PERIOD / SlidingWindow.SLOTS) - SlidingWindow.SLOTS;
            model.removeIf(each -> each[0] < oldest);
            long used = model.stream().mapToLong(each -> each[1]).sum();
            assertThat(window.left()).isEqualTo(100 - used);
            long count = 1L + random.nextInt(30);
            switch (random.nextInt(4)) {
                case 0 -> {
                    window.add(count);
                    model.add(new long[]{now.get() / (PERIOD / SlidingWindow.SLOTS), count});
                }
                case 1 -> {
                    if (!model.isEmpty()) {
                        long[] one = model.remove(random.nextInt(model.size()));
                        window.giveBack(one[0], one[1]);
                    }
                }
                default -> {
                    long slot = window.take(count);
                    assertThat(slot != Window.NOTHING).isEqualTo(used + count <= 100);
                    if (slot != Window.NOTHING) {
                        model.add(new long[]{slot, count});
                    }
                }
            }
        }
    }
}
