package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.LedgerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes book into one PostgreSQL. In each round one of them is killed at any point, in every second the other as well, and
/// in each the server, in the midst of what it does. The system property `formulary.ledger.kills` says how many rounds there
/// are, preset: 3.
class LedgerPostgresKillTest {
    private static final int ROUNDS = Integer.getInteger("formulary.ledger.kills", 3);
    private static final int NODES = 2;

    @TempDir
    Path folder;
    private final Set<String> begun = ConcurrentHashMap.newKeySet();
    private final Set<String> ended = ConcurrentHashMap.newKeySet();

    @Test
    void eachAttemptIsBookedOnceWhoeverIsKilled() throws Exception {
        var random = new SplittableRandom(17);
        try (Postgres server = Postgres.start()) {
            LedgerPostgres place = server.database("ledger");
            for (int round = 0; round < ROUNDS; round++) {
                List<Thread> nodes = new ArrayList<>();
                for (int node = 0; node < NODES; node++) {
                    int after = 2_000 + random.nextInt(6_000);
                    String name = "n" + node + "r" + round;
                    Path data = Files.createDirectories(folder.resolve("n" + node));
                    nodes.add(Thread.ofPlatform().start(() -> run(data, name, server.url("ledger"), after)));
                }
                int until = ended.size() + 500 + random.nextInt(3_000);
                while (ended.size() < until && nodes.stream().anyMatch(Thread::isAlive)) {
                    Thread.onSpinWait();
                }
                server.kill();
                server.restart();
                for (Thread node : nodes) {
                    node.join();
                }
            }
            for (int node = 0; node < NODES; node++) {
                new Ledger(folder.resolve("n" + node), place, LedgerSettings.USUAL, "ward", "keep", _ -> {},
                        Clock.systemUTC(), -1, LedgerJournal.USUAL_BYTES).close();
            }
            check(place);
        }
    }

    private void run(Path data, String name, String url, int after) {
        try {
            Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                    LedgerChild.class.getName(), data.toString(), name, url)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            int lines = 0;
            try (var output = new BufferedReader(
                    new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    if (line.endsWith(".")) {
                        (line.startsWith("b") ? begun : ended).add(line.substring(2, line.length() - 1));
                    }
                    if (++lines == after) {
                        child.toHandle().destroyForcibly();
                    }
                }
            }
            assertThat(child.waitFor()).as("killed").isEqualTo(137);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void check(LedgerPostgres place) throws SQLException {
        Map<String, String> booked = new HashMap<>();
        long sum = 0;
        try (Connection open = place.read();
                Statement statement = open.createStatement();
                ResultSet rows = statement.executeQuery("select call, state, cost from booking")) {
            while (rows.next()) {
                assertThat(booked.put(rows.getString(1), rows.getString(2) + " " + rows.getLong(3)))
                        .as("%s is there twice", rows.getString(1)).isNull();
                sum += rows.getLong(3);
            }
        }
        assertThat(ended).as("what ended and is not booked").hasSizeGreaterThan(ROUNDS * 1_000)
                .allMatch(booked::containsKey);
        assertThat(booked.keySet()).as("what never began").allMatch(begun::contains);
        booked.forEach((call, row) -> {
            String whole = "answered " + LedgerChild.cost(call);
            assertThat(row).as(call).isIn(ended.contains(call)
                    ? Set.of(whole)
                    : Set.of(whole, "unsettled " + LedgerChild.most(call)));
        });
        try (Connection open = place.read()) {
            assertThat(Database.number(open, "select sum(attempts) from daily")).isEqualTo(booked.size());
            assertThat(Database.number(open, "select sum(cost) from daily")).isEqualTo(sum);
        }
        System.out.println("LEDGER rounds=" + ROUNDS + " begun=" + begun.size() + " ended=" + ended.size() + " booked="
                + booked.size() + " lost=0 twice=0");
    }
}
