package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.LedgerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bookings outlive the process that is killed at any point, and there are none twice. The system property
/// `formulary.ledger.kills` says how often it is killed; preset: 20.
class LedgerKillTest {
    private static final int KILLS = Integer.getInteger("formulary.ledger.kills", 20);

    @TempDir
    Path folder;

    @Test
    void eachAttemptIsBookedOnceHoweverOftenTheProcessIsKilled() throws Exception {
        var random = new SplittableRandom(11);
        Set<String> begun = new HashSet<>();
        Set<String> ended = new HashSet<>();
        for (int round = 0; round < KILLS; round++) {
            kill(round, 1 + random.nextInt(round % 4 == 0 ? 40 : 4_000), begun, ended);
        }
        new Ledger(folder, new LedgerSqlite(folder.resolve(LedgerFile.FILE), folder), LedgerSettings.USUAL, "local",
                "keep", _ -> {}, Clock.systemUTC(), -1, 1 << 16).close();

        Map<String, String> booked = booked();
        assertThat(ended).as("was anything done?").hasSizeGreaterThan(KILLS);
        assertThat(ended).as("what ended and is not booked").allMatch(booked::containsKey);
        assertThat(booked.keySet()).as("what never began").allMatch(begun::contains);
        long sum = 0;
        for (Map.Entry<String, String> each : booked.entrySet()) {
            String call = each.getKey();
            String whole = "answered " + LedgerChild.cost(call);
            String most = "unsettled " + LedgerChild.most(call);
            assertThat(each.getValue()).as(call).isIn(ended.contains(call) ? Set.of(whole) : Set.of(whole, most));
            sum += Long.parseLong(each.getValue().split(" ", 2)[1]);
        }
        LedgerReport report = new LedgerReader(folder, folder, LedgerSettings.USUAL)
                .read(new LedgerQuery(LedgerQuery.By.MODEL,
                        java.time.LocalDate.EPOCH, java.time.LocalDate.of(9999, 1, 1), 10, 0));
        assertThat(Books.total(report, "attempts")).isEqualTo(booked.size());
        assertThat(Books.total(report, "cost_micros")).isEqualTo(sum);
    }

    private void kill(int round, int after, Set<String> begun, Set<String> ended)
            throws IOException, InterruptedException {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                LedgerChild.class.getName(), folder.toString(), "r" + round)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        int lines = 0;
        try (var output = new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                // the last may be cut off
                if (line.endsWith(".")) {
                    (line.startsWith("b") ? begun : ended).add(line.substring(2, line.length() - 1));
                }
                if (++lines == after) {
                    // the process itself would close its output, and with it what it printed last
                    assertThat(child.toHandle().destroyForcibly()).isTrue();
                }
            }
        }
        assertThat(child.waitFor()).as("killed").isEqualTo(137);
    }

    /// State and cost by call.
    private Map<String, String> booked() throws SQLException {
        Map<String, String> all = new HashMap<>();
        try (Connection open = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(LedgerFile.FILE));
                Statement statement = open.createStatement();
                ResultSet rows = statement.executeQuery("select call, state, cost from booking")) {
            while (rows.next()) {
                assertThat(all.put(rows.getString(1), rows.getString(2) + " " + rows.getLong(3)))
                        .as("%s is there twice", rows.getString(1)).isNull();
            }
        }
        return all;
    }
}
