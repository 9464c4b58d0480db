package dev.formulary.engine.grid;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.admission.Window;
import dev.formulary.engine.admission.Window.Kept;
import dev.formulary.engine.admission.Window.Size;
import dev.formulary.engine.config.WhenApart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedWindowTest {
    private static final Size MINUTE = new Size(90, 0, 60_000);
    private static ClusterNodes nodes;

    private final AtomicLong clock = new AtomicLong(NOON.toEpochMilli());

    @BeforeAll
    static void start() throws IOException {
        nodes = new ClusterNodes(3, WhenApart.SHARE);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    private List<Window> windows(String name, Size size) {
        return IntStream.range(0, 3).mapToObj(i -> nodes.node(i).limits().of(name, size, clock::get, Kept.NONE))
                .toList();
    }

    /// A moment at which so much was let through: not before, and not after.
    private record Let(long notBefore, long notAfter, long count) {}

    @Test
    void nodesTakeOfOneLimit() {
        List<Window> windows = windows("one", MINUTE);

        assertThat(windows.get(0).take(50)).isPositive();
        assertThat(windows.get(1).take(41)).isEqualTo(Window.NOTHING);
        assertThat(windows.get(1).take(30)).isPositive();
        assertThat(windows.get(2).left()).isEqualTo(10);
        assertThat(windows.get(2).take(11)).isEqualTo(Window.NOTHING);
        assertThat(windows.get(2).waitFor(11)).isBetween(60_000L, 62_000L);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void inNoPeriodDoAllNodesLetMoreThroughThanTheLimit(long seed) throws Exception {
        List<Window> windows = windows("seed" + seed, MINUTE);
        Queue<Let> let = new ConcurrentLinkedQueue<>();
        Random rounds = new Random(seed);

        for (int round = 0; round < 6; round++) {
            takeByMany(windows, let, new Random(seed * 100 + round), 64, 3);
            clock.addAndGet(rounds.nextInt(40_000));
        }

        assertThat(most(let, MINUTE.periodMillis())).isEqualTo(MINUTE.limit());
    }

    /// The threads take at random nodes; in their midst the clock goes on.
    private void takeByMany(List<Window> windows, Queue<Let> let, Random random, int threads, int each)
            throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                long seed = random.nextLong();
                all.add(executor.submit(() -> {
                    Random own = new Random(seed);
                    for (int j = 0; j < each; j++) {
                        takeOnce(windows.get(own.nextInt(windows.size())), let, own);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private void takeOnce(Window window, Queue<Let> let, Random own) {
        long count = 1L + own.nextInt(3);
        long begun = clock.get();
        long slot = window.take(count);
        if (slot >= 0 && own.nextInt(8) == 0) {
            window.giveBack(slot, count);
        } else if (slot >= 0) {
            let.add(new Let(begun, clock.get(), count));
        }
        if (own.nextInt(20) == 0) {
            clock.addAndGet(own.nextInt(300));
        }
    }

    /// The most that was certainly let through in any period.
    private static long most(Queue<Let> let, long periodMillis) {
        return let.stream().mapToLong(Let::notBefore)
                .map(from -> let.stream()
                        .filter(each -> each.notBefore() >= from && each.notAfter() < from + periodMillis)
                        .mapToLong(Let::count).sum())
                .max().orElse(0);
    }
}
