package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.dispatch.DispatchException;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.dispatch.Opened;
import dev.formulary.engine.dispatch.Order;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.store.Ledger;
import dev.formulary.engine.store.LedgerQuery;
import dev.formulary.engine.store.LedgerReader;
import dev.formulary.engine.store.LedgerReport;
import dev.formulary.engine.store.Remains;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What budgets say was spent is what the ledger has booked.
class LedgerDriftTest {
    private static final int THREADS = 16;
    private static final int CALLS = 150;
    /// Less than all of them may cost, so that some are refused.
    private static final long LIMIT = 60_000;
    private static final Settings.Breaker NEVER = new Settings.Breaker(1, 100_000, 100_000, 1, Duration.ofHours(1),
            Duration.ofSeconds(10), Duration.ofSeconds(60), 1);
    private static final FailureCategory[] FAILURES = {FailureCategory.SERVER, FailureCategory.CONNECT,
            FailureCategory.REFUSED, FailureCategory.THROTTLED, FailureCategory.AUTH};

    @TempDir
    Path folder;

    private Ledger ledger(MutableClock clock) throws IOException {
        return ledger(folder, clock);
    }

    private static Ledger ledger(Path data, MutableClock clock) throws IOException {
        return new Ledger(data, data, LedgerSettings.USUAL, "local", "keep", _ -> {}, clock);
    }

    /// Fails before, in the midst of, or after its words, or not at all.
    private static ReplyStream play(SplittableRandom random) throws ProviderException {
        int fate = random.nextInt(10);
        if (fate < 2) {
            throw new ProviderException(FAILURES[random.nextInt(FAILURES.length)], "scripted");
        }
        int words = 1 + random.nextInt(30);
        return new ReplyStream() {
            private int at;

            @Override
            public @Nullable ReplyEvent next() throws ProviderException {
                at++;
                if (fate == 2 && at > words / 2) {
                    throw new ProviderException(FailureCategory.CUT, "scripted");
                }
                return at <= words
                        ? new ReplyEvent.Text("word ")
                        : at == words + 1
                                ? new ReplyEvent.Accounting(Usage.of(words, words))
                                : at == words + 2
                                        ? new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP)
                                        : null;
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }

    private static void call(Dispatching desk, Call like, String id, SplittableRandom random) {
        Order order = Dispatching.order(Dispatching.plan("a", "b", "c"));
        var call = new Call(id, like.dialect(), like.via(), like.tenant(), like.key(), like.model(), false,
                like.priority(), null, true, like.received(), 60_000);
        try (Opened opened = desk.dispatcher.open(new Order(call, order.context(), order.request(), order.plan(),
                order.presence(), System.nanoTime(), order.stuck()))) {
            int patience = random.nextInt(4) == 0 ? random.nextInt(20) : Integer.MAX_VALUE;
            for (int i = 0; i < patience && opened.next() != null; i++) {
                // what it says is of no interest
            }
        } catch (DispatchException | ProviderException e) {
            // booked all the same
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void manyCallsThatAreAbortedAnywhereLeaveNoDifference() throws Exception {
        var desk = new Dispatching(folder, LIMIT, NEVER);
        var seed = new SplittableRandom(5);
        for (String provider : List.of("a", "b", "c")) {
            desk.providers.put(provider, new ScriptedProvider().then((_, _) -> play(split(seed))));
        }
        var passed = new AtomicInteger();
        long cost;
        try (Ledger ledger = ledger(desk.clock)) {
            var books = new Bookkeeping(ledger, LedgerSettings.BEST_QUALITY);
            desk.accounts = books::account;
            List<Thread> threads = IntStream.range(0, THREADS).mapToObj(t -> Thread.ofVirtual().start(() -> {
                SplittableRandom own = split(seed);
                for (int i = 0; i < CALLS; i++) {
                    call(desk, Samples.call("home"), "c" + t + "-" + i, own);
                    Budget now = desk.budget();
                    if (now.spent() + now.reserved() > LIMIT) {
                        passed.incrementAndGet();
                    }
                    desk.clock.advance(Duration.ofMillis(1));
                }
            })).toList();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        cost = total("cost_micros");

        desk.assertNothingHeld();
        assertThat(passed).as("times that the limit was passed").hasValue(0);
        assertThat(cost).isEqualTo(desk.budget().spent()).isGreaterThan(LIMIT / 2);
        assertThat(total("attempts")).isGreaterThan(THREADS * CALLS / 4);
    }

    private static SplittableRandom split(SplittableRandom seed) {
        synchronized (seed) {
            return seed.split();
        }
    }

    @Test
    void afterADeathBothCountWhatWasUnderWayWithTheMostThatItMayCost() throws Exception {
        var desk = new Dispatching(folder, 1_000_000, NEVER);
        desk.providers.put("a", new ScriptedProvider().answers("fine"));
        Plan plan = Dispatching.plan("a");
        Ledger dead = ledger(desk.clock);
        desk.accounts = new Bookkeeping(dead, LedgerSettings.BEST_QUALITY)::account;
        Opened done = desk.dispatcher.open(Dispatching.order(plan));
        while (done.next() != null) {
            // to its end
        }
        try (Opened open = desk.dispatcher.open(Dispatching.order(plan))) {
            Path left = left();
            var budgets = new Budgets(List.of(Samples.budget("all", "total", 1_000_000, "day")),
                    left.resolve("budgets.tsv"), desk.clock);
            ledger(left, desk.clock).close();

            assertThat(open.usage()).isNotNull();
            assertThat(total(left, "unsettled")).isEqualTo(1);
            assertThat(total(left, "cost_micros")).isEqualTo(budgets.snapshot().getFirst().spent())
                    .isGreaterThan(4_000);
        }
        dead.close();
    }

    private Path left() throws IOException {
        Path left = folder.resolve("left");
        for (String each : List.of("ledger", "budgets")) {
            Remains.copy(folder.resolve(each), left.resolve(each));
        }
        return left;
    }

    private long total(String column) throws IOException {
        return total(folder, column);
    }

    private static long total(Path data, String column) throws IOException {
        LedgerReport report = new LedgerReader(data, data, LedgerSettings.USUAL)
                .read(new LedgerQuery(LedgerQuery.By.MODEL,
                        LocalDate.EPOCH, LocalDate.of(9999, 1, 1), 100, 0));
        return report.total().get(report.columns().indexOf(column) - report.keys()) instanceof Long number
                ? number
                : -1;
    }
}
