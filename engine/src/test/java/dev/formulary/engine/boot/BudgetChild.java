package dev.formulary.engine.boot;

import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.config.BudgetTerms;
import dev.formulary.engine.config.ClusterSettings;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.BudgetEntry;
import dev.formulary.engine.config.WhenApart;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.grid.Cluster;
import dev.formulary.engine.store.Beginning;
import dev.formulary.engine.store.Booked;
import dev.formulary.engine.store.Ledger;
import dev.formulary.spi.Usage;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// A node of its own: it makes calls against budgets that it has with two others, and books them, until it has made all of them
/// or is killed. What it has done it writes where the next process can read it:
/// for each thread of each life what its ended calls cost together with the number of the call that it is making, or 0, in one
/// number, so that both are always of the same moment.
final class BudgetChild {
    /// Longs of a thread: how it stands, calls made, calls refused.
    static final int WIDTH = 3;
    static final int STATE = 0;
    static final int MADE = 1;
    static final int REFUSED = 2;
    /// Bits of a state that hold the number of the call under way; the others hold what ended calls cost.
    static final int NUMBER_BITS = 22;
    static final long NUMBER = (1L << NUMBER_BITS) - 1;
    static final String TRUTH = "truth";
    static final int MOST_LIVES = 16;
    /// A micro-dollar for each token of the answer.
    private static final Candidate MODEL = Samples.priced("p", "m", 0, 1_000_000);
    private static final int FLUSH_EVERY = 500;

    private final int node;
    private final int life;
    private final Budgets budgets;
    private final Ledger ledger;
    private final LongBuffer truth;
    private final int threads;
    private final AtomicLong worst = new AtomicLong(Long.MIN_VALUE);

    private BudgetChild(int node, int life, Budgets budgets, Ledger ledger, LongBuffer truth, int threads) {
        this.node = node;
        this.life = life;
        this.budgets = budgets;
        this.ledger = ledger;
        this.truth = truth;
        this.threads = threads;
    }

    /// What a call costs, when it is not given up.
    static long cost(String id) {
        return 1 + Math.floorMod(id.hashCode() * 31L, 600L);
    }

    /// What is held back for it.
    static int most(String id) {
        return (int) cost(id) + Math.floorMod(id.hashCode(), 400);
    }

    private static boolean aborted(String id) {
        return Math.floorMod(id.hashCode() * 17L, 4L) == 0;
    }

    static String id(int node, int life, int thread, long number) {
        return "n" + node + "-" + life + "-" + thread + "-" + number;
    }

    static LongBuffer truth(Path data, int threads) throws java.io.IOException {
        try (FileChannel channel = FileChannel.open(data.resolve(TRUTH), StandardOpenOption.CREATE,
                StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(MapMode.READ_WRITE, 0, (long) MOST_LIVES * threads * WIDTH * Long.BYTES)
                    .order(ByteOrder.nativeOrder()).asLongBuffer();
        }
    }

    static ClusterSettings settings(int port, List<Integer> ports) {
        return new ClusterSettings("tests", "127.0.0.1", port, ports.stream().map(each -> "127.0.0.1:" + each).toList(),
                new Secret("a secret of the tests only"), Duration.ofSeconds(10), WhenApart.SHARE);
    }

    static List<BudgetEntry> entries(long limit) {
        var terms = new BudgetTerms(Duration.ofDays(30), BudgetTerms.USUAL.zone(), true, List.of());
        return List.of(new BudgetEntry("total", "total", limit, "", terms),
                new BudgetEntry("each", "tenant:*", limit, "", terms));
    }

    /// @param args folder, node, life, ports, threads, calls of each thread, limit
    static void main(String... args) throws Exception {
        Path data = Path.of(args[0]);
        int node = Integer.parseInt(args[1]);
        int life = Integer.parseInt(args[2]);
        List<Integer> ports = List.of(args[3].split(",")).stream().map(Integer::parseInt).toList();
        int threads = Integer.parseInt(args[4]);
        try (Cluster cluster = Cluster.join(settings(ports.get(node), ports), Settings.Sessions.USUAL);
                var ledger = new Ledger(data, data, LedgerSettings.USUAL, "n", "keep", _ -> {}, Clock.systemUTC())) {
            var budgets = new Budgets(entries(Long.parseLong(args[6])), data.resolve("budgets.tsv"), Clock.systemUTC(),
                    cluster.limits());
            var child = new BudgetChild(node, life, budgets, ledger, truth(data, threads), threads);
            System.out.println("joined");
            if (System.in.read() < 0) {
                return;
            }
            child.run(Integer.parseInt(args[5]));
            child.calmDown();
            System.out.println("ended");
            if (System.in.read() < 0) {
                return;
            }
            budgets.save();
            child.report();
        }
    }

    /// Waits until all that is to be given back was.
    private void calmDown() throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        List<Budget> before = List.of();
        List<Budget> now = own();
        while (!now.equals(before) && System.nanoTime() < deadline) {
            before = now;
            Thread.sleep(500);
            now = own();
        }
    }

    private List<Budget> own() {
        return budgets.snapshot().stream().filter(each -> each.id().equals("each:n" + node)).map(each -> new Budget(
                each.id(), each.scope(), each.spent(), each.reserved(), each.limit(), Instant.EPOCH)).toList();
    }

    private void run(int calls) throws InterruptedException {
        List<Thread> all = IntStream.range(0, threads).mapToObj(thread -> Thread.ofPlatform().start(() -> {
            for (int i = 1; i <= calls; i++) {
                call(thread, i);
            }
        })).toList();
        for (Thread thread : all) {
            thread.join();
        }
    }

    private void call(int thread, long number) {
        String id = id(node, life, thread, number);
        int at = (life * threads + thread) * WIDTH;
        var call = new Call(id, Dialect.OPENAI_CHAT, "http", "n" + node, "key", "auto", false, Priority.NORMAL, null,
                false, Instant.now(), 60_000);
        truth.put(at + MADE, number);
        long before = truth.get(at + STATE);
        truth.put(at + STATE, before | number);
        budgets.reserve(call, MODEL, 0, most(id)).ifPresentOrElse(held -> {
            Ledger.Entry entry = ledger.begin(new Beginning(call, 1, MODEL, "r", null, held.most(), true));
            long cost = aborted(id) ? 0 : cost(id);
            held.settle(cost);
            entry.ended(aborted(id) ? Booked.ABANDONED : Booked.ANSWERED, Usage.of(0, (int) cost), cost);
            truth.put(at + STATE, before + (cost << NUMBER_BITS));
        }, () -> {
            truth.put(at + STATE, before);
            truth.put(at + REFUSED, truth.get(at + REFUSED) + 1);
        });
        if (number % FLUSH_EVERY == 0) {
            ledger.flush();
        }
        if (number % 16 == 0) {
            look();
        }
    }

    private void look() {
        for (Budget budget : budgets.snapshot()) {
            worst.accumulateAndGet(budget.spent() + budget.reserved() - budget.limit(), Math::max);
        }
    }

    private void report() {
        look();
        for (Budget budget : budgets.snapshot()) {
            System.out.println("budget " + budget.id() + " " + budget.spent() + " " + budget.reserved());
        }
        System.out.println("worst " + worst.get());
        System.out.println("lost " + ledger.lost());
    }
}
