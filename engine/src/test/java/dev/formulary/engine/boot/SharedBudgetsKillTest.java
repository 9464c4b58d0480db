package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.store.Ledger;
import dev.formulary.engine.store.LedgerQuery;
import dev.formulary.engine.store.LedgerReader;
import dev.formulary.engine.store.LedgerReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three processes with 64 threads have budgets together over TCP on 127.0.0.1, give calls up at random, and one of them is killed
/// in their midst, again and again: no more is spent than may be, and each node's ledger has booked what its calls add up to. The
/// system property `formulary.budgets.calls` says how many calls all of them make (preset: 6,000), `formulary.budgets.kills`
/// how often one is killed (preset: 1, 15 at most).
class SharedBudgetsKillTest {
    private static final int CALLS = Integer.getInteger("formulary.budgets.calls", 6_000);
    private static final int KILLS = Integer.getInteger("formulary.budgets.kills", 1);
    private static final int[] THREADS = {21, 21, 22};
    private static final int ALL_THREADS = 64;
    /// What a call costs on average, given up or not.
    private static final long MEAN_COST = 225;

    @TempDir
    Path folder;

    private final List<Integer> ports = new ArrayList<>();
    private final Node[] nodes = new Node[THREADS.length];
    private final Map<String, Long> said = new HashMap<>();

    /// A process, and what it says.
    private record Node(Process process, BufferedReader output) {
        String line() throws IOException {
            String line = output.readLine();
            return line == null ? "" : line;
        }

        void tell(char what) throws IOException {
            process.getOutputStream().write(what);
            process.getOutputStream().flush();
        }
    }

    private static int port(Set<Integer> taken) throws IOException {
        while (true) {
            try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); var next = new ServerSocket()) {
                int port = one.getLocalPort();
                next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port + 1));
                if (!taken.contains(port) && !taken.contains(port + 1)) {
                    taken.addAll(List.of(port, port + 1));
                    return port;
                }
            } catch (IOException e) {
                // the next one is not free
            }
        }
    }

    private Path data(int node) throws IOException {
        return Files.createDirectories(folder.resolve("node" + node));
    }

    private Node start(int node, int life, int callsOfAThread, long limit) throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-cp", System.getProperty("java.class.path"),
                BudgetChild.class.getName(), data(node).toString(), Integer.toString(node), Integer.toString(life),
                String.join(",", ports.stream().map(String::valueOf).toList()), Integer.toString(THREADS[node]),
                Integer.toString(callsOfAThread), Long.toString(limit))
                .redirectError(folder.resolve("node" + node + "-" + life + ".err").toFile()).start();
        var started = new Node(process,
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
        String line = started.line();
        while (!line.equals("joined")) {
            assertThat(process.isAlive()).as(line).isTrue();
            line = started.line();
        }
        return started;
    }

    @Test
    void neitherAbortsNorDeathsLetMoreBeSpentThanMayBe() throws Exception {
        var taken = new HashSet<Integer>();
        for (int node = 0; node < THREADS.length; node++) {
            ports.add(port(taken));
        }
        int each = Math.ceilDiv(CALLS, ALL_THREADS);
        // less than all calls may cost, so that the end is reached
        long limit = CALLS * MEAN_COST * 3 / 4;
        int[] lives = new int[THREADS.length];
        try {
            for (int node = 0; node < THREADS.length; node++) {
                nodes[node] = start(node, 0, each, limit);
            }
            for (Node node : nodes) {
                node.tell('g');
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                int victim = 2;
                long until = (long) THREADS[0] * each * kill / (KILLS + 2);
                Awaitility.await().atMost(Duration.ofMinutes(60)).pollInterval(Duration.ofMillis(20))
                        .until(() -> made(0) >= until);
                nodes[victim].process().destroyForcibly().waitFor();
                lives[victim]++;
                nodes[victim] = start(victim, lives[victim], Math.ceilDiv(each, KILLS + 1), limit);
                nodes[victim].tell('g');
            }
            for (Node node : nodes) {
                assertThat(node.line()).isEqualTo("ended");
            }
            report(lives);
        } finally {
            for (@Nullable
            Node node : nodes) {
                if (node != null) {
                    node.process().destroyForcibly();
                }
            }
        }
        check(limit, lives);
    }

    private long made(int node) throws IOException {
        LongBuffer truth = BudgetChild.truth(data(node), THREADS[node]);
        long sum = 0;
        for (int i = 0; i < BudgetChild.MOST_LIVES * THREADS[node]; i++) {
            sum += truth.get(i * BudgetChild.WIDTH + BudgetChild.MADE);
        }
        return sum;
    }

    private void report(int[] lives) throws Exception {
        for (int i = 0; i < nodes.length; i++) {
            nodes[i].tell('q');
            for (String line = nodes[i].line(); !line.isEmpty(); line = nodes[i].line()) {
                String[] words = line.split(" ", 4);
                if (words[0].equals("budget")) {
                    said.put(i + " spent " + words[1], Long.parseLong(words[2]));
                    said.put(i + " reserved " + words[1], Long.parseLong(words[3]));
                } else {
                    said.put(i + " " + words[0], Long.parseLong(words[1]));
                }
            }
            assertThat(nodes[i].process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(nodes[i].process().exitValue()).as("node %d after %d lives", i, lives[i]).isZero();
        }
    }

    private void check(long limit, int[] lives) throws Exception {
        long ledgers = 0;
        long made = 0;
        long refused = 0;
        for (int node = 0; node < nodes.length; node++) {
            // what the last life did not carry over
            new Ledger(data(node), data(node), LedgerSettings.USUAL, "n", "keep", _ -> {}, Clock.systemUTC()).close();
            long ledger = booked(node);
            LongBuffer truth = BudgetChild.truth(data(node), THREADS[node]);
            long calls = cutOff(node, truth);
            for (int i = 0; i < BudgetChild.MOST_LIVES * THREADS[node]; i++) {
                calls += truth.get(i * BudgetChild.WIDTH + BudgetChild.STATE) >>> BudgetChild.NUMBER_BITS;
                made += truth.get(i * BudgetChild.WIDTH + BudgetChild.MADE);
                refused += truth.get(i * BudgetChild.WIDTH + BudgetChild.REFUSED);
            }
            assertThat(ledger).as("node %d: its ledger, and what its calls add up to", node).isEqualTo(calls);
            assertThat(said.get(node + " lost")).isZero();
            assertThat(said.get(node + " worst")).as("spent and reserved above the limit").isNotPositive();
            if (lives[node] == 0) {
                assertThat(said.get(node + " spent each:n" + node)).as("node %d: its budget", node).isEqualTo(ledger);
            }
            ledgers += ledger;
        }
        int last = nodes.length - 1;
        long spent = said.getOrDefault(last + " spent total", -1L);
        System.out.println("calls=" + made + " refused=" + refused + " kills=" + KILLS + " limit=" + limit
                + " budget=" + spent + " ledgers=" + ledgers + " counted for killed calls that no ledger has="
                + (spent - ledgers));
        assertThat(made).isGreaterThanOrEqualTo(CALLS / 2);
        assertThat(refused).as("the end was reached").isPositive();
        assertThat(said.get(last + " reserved total")).isZero();
        assertThat(spent).isLessThanOrEqualTo(limit).isGreaterThanOrEqualTo(ledgers).isGreaterThan(limit * 3 / 4);
        // of each thread the call that it was making, and what it had not given back yet of the one before
        assertThat(spent - ledgers).isLessThanOrEqualTo(2_000L * THREADS[last] * KILLS);
    }

    private long booked(int node) throws IOException {
        LedgerReport report = new LedgerReader(data(node), data(node), LedgerSettings.USUAL)
                .read(new LedgerQuery(LedgerQuery.By.MODEL,
                        LocalDate.EPOCH, LocalDate.of(9999, 1, 1), 10, 0));
        return report.total().get(report.columns().indexOf("cost_micros") - report.keys()) instanceof Long sum
                ? sum
                : -1;
    }

    /// What is booked of the calls that were being made when the process was killed: of each nothing, what it cost, or the most
    /// that it might have.
    private long cutOff(int node, LongBuffer truth) throws IOException, SQLException {
        long sum = 0;
        try (Connection open = DriverManager.getConnection("jdbc:sqlite:" + data(node).resolve("ledger.db"));
                Statement statement = open.createStatement()) {
            for (int i = 0; i < BudgetChild.MOST_LIVES * THREADS[node]; i++) {
                long number = truth.get(i * BudgetChild.WIDTH + BudgetChild.STATE) & BudgetChild.NUMBER;
                if (number > 0) {
                    String id = BudgetChild.id(node, i / THREADS[node], i % THREADS[node], number);
                    sum += booked(statement, id);
                }
            }
        }
        return sum;
    }

    private static long booked(Statement statement, String id) throws SQLException {
        try (ResultSet row = statement.executeQuery("select cost from booking where call = '" + id + "'")) {
            long cost = row.next() ? row.getLong(1) : 0;
            assertThat(cost).as(id).isIn(0L, BudgetChild.cost(id), (long) BudgetChild.most(id));
            return cost;
        }
    }
}
