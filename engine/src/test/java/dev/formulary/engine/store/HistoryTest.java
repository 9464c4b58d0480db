package dev.formulary.engine.store;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Whose;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.Turn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    private static final SessionName KITCHEN = new SessionName("alice", "kitchen");
    private static final SessionName BATH = new SessionName("alice", "bath");
    private static final SessionName BOBS = new SessionName("bob", "kitchen");
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(NOON);
    private final ConcurrentLinkedQueue<Notice> notices = new ConcurrentLinkedQueue<>();

    private static Settings.History settings(int turns, int tokens) {
        return new Settings.History(Whose.ALL, turns, tokens, WEEK, 1 << 20, false, null);
    }

    private History history(Settings.History settings) {
        // a character is a token
        return new History(new Settings.Sessions(Duration.ofDays(30), 10, 0, settings), folder, folder, String::length,
                notices::add, clock, 0);
    }

    private Turn turn(int number) {
        return new Turn("question " + number, "answer " + number, clock.instant());
    }

    private static List<String> asked(History history, SessionName name) {
        return history.before(name).turns().stream().map(Turn::asked).toList();
    }

    private long sql(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(HistoryFile.FILE))) {
            if (sql.startsWith("select")) {
                return Database.number(connection, sql);
            }
            Database.execute(connection, sql);
            return 0;
        }
    }

    @Test
    void whatWasSaidIsThereForTheNextCallAndForTheNextProcess() throws IOException {
        try (var history = history(settings(20, 1_000))) {
            assertThat(history.before(KITCHEN)).isEqualTo(History.Before.NOTHING);
            history.tick();
            assertThat(folder).as("nothing to keep, no file").isEmptyDirectory();
            for (int i = 0; i < 50; i++) {
                history.keep(KITCHEN, turn(i));
                assertThat(asked(history, KITCHEN)).as("durable before it is read").last().isEqualTo("question " + i);
                assertThat(sql("select max(no) from turn")).isEqualTo(i + 1L);
            }
            history.keep(BOBS, turn(99));
        } catch (SQLException e) {
            throw new IOException(e);
        }
        try (var later = history(settings(20, 1_000))) {
            History.Before before = later.before(KITCHEN);
            assertThat(before.turns()).hasSize(20).last().isEqualTo(turn(49));
            assertThat(before.tokens()).isEqualTo(20L * ("question 30".length() + "answer 30".length()));
            assertThat(asked(later, BOBS)).as("another tenant's session of that name").containsExactly("question 99");
            assertThat(asked(later, BATH)).isEmpty();
        }
    }

    @Test
    void theBudgetOfTokensIsNeverExceededAndTheLatestTurnsGoAlong() throws IOException {
        var random = new Random(5);
        for (int round = 0; round < 30; round++) {
            var name = new SessionName("alice", "s" + round);
            int budget = 1 + random.nextInt(400);
            int most = 1 + random.nextInt(12);
            try (var history = history(settings(most, budget))) {
                for (int i = 0; i < 15; i++) {
                    history.keep(name, new Turn("q".repeat(random.nextInt(120)), "a" + i, clock.instant()));
                    History.Before before = history.before(name);
                    long tokens = before.turns().stream().mapToLong(t -> t.asked().length() + t.answered().length())
                            .sum();
                    assertThat(before.tokens()).isEqualTo(tokens).isLessThanOrEqualTo(budget);
                    assertThat(before.turns()).hasSizeLessThanOrEqualTo(most);
                    assertThat(before.turns()).extracting(Turn::answered)
                            .isEqualTo(IntStream.rangeClosed(i - before.turns().size() + 1, i).mapToObj(n -> "a" + n)
                                    .toList());
                }
            }
        }
    }

    @Test
    void aTurnThatCanNeverGoAlongIsNotKeptNorWhatWasBeforeIt() throws IOException {
        try (var history = history(settings(20, 100))) {
            history.keep(KITCHEN, turn(1));
            history.keep(KITCHEN, new Turn("long ".repeat(30), "yes", NOON));
            assertThat(asked(history, KITCHEN)).isEmpty();
            history.keep(KITCHEN, turn(2));
            assertThat(asked(history, KITCHEN)).containsExactly("question 2");
        }
    }

    @Test
    void turnsGoWhenTheirTimeIsOverAlsoWhileNothingIsKeptAnyMore() throws IOException, SQLException {
        try (var history = history(settings(20, 1_000))) {
            history.keep(KITCHEN, turn(1));
            clock.advance(Duration.ofDays(4));
            history.keep(KITCHEN, turn(2));
            clock.advance(Duration.ofDays(3));
            history.tick();
            assertThat(asked(history, KITCHEN)).as("to the day").hasSize(2);
            clock.advance(Duration.ofMillis(1));
            assertThat(asked(history, KITCHEN)).as("not given, though still there").containsExactly("question 2");
            assertThat(sql("select count(*) from turn")).isEqualTo(2);
            history.tick();
            assertThat(sql("select count(*) from turn")).isEqualTo(1);
        }
        clock.advance(WEEK);
        try (var off = history(Settings.History.USUAL)) {
            assertThat(off.follows(call("mqtt", "s"))).isFalse();
            off.tick();
            assertThat(sql("select count(*) from turn")).isZero();
        }
    }

    @Test
    void aSessionThatHasEndedBeginsAnew() throws IOException, SQLException {
        var idle = new Settings.Sessions(Duration.ofHours(1), 10, 0, settings(20, 1_000));
        try (var history = new History(idle, folder, folder, String::length, notices::add, clock, 0)) {
            history.keep(KITCHEN, turn(1));
            clock.advance(Duration.ofHours(1));
            assertThat(asked(history, KITCHEN)).hasSize(1);
            clock.advance(Duration.ofMillis(1));
            assertThat(asked(history, KITCHEN)).isEmpty();
            assertThat(sql("select count(*) from turn")).as("and is gone").isZero();
            history.keep(KITCHEN, turn(2));
            history.end(KITCHEN);
            assertThat(asked(history, KITCHEN)).isEmpty();
        }
    }

    @Test
    void theOldestMakeRoomWhenAllTakesTooMuch() throws IOException, SQLException {
        String long1 = "x".repeat(9_000);
        try (var history = history(settings(100, 100_000))) {
            for (int i = 0; i < 300; i++) {
                clock.advance(Duration.ofSeconds(1));
                history.keep(new SessionName("t", "s" + i % 10), new Turn(long1, "a" + i, clock.instant()));
            }
            history.tick();
            assertThat(history.before(new SessionName("t", "s9")).turns()).last()
                    .satisfies(turn -> assertThat(turn.answered()).isEqualTo("a299"));
            long left = sql("select count(*) from turn");
            assertThat(left).isBetween(20L, 110L);
            assertThat(sql("select min(at) from turn")).isEqualTo(NOON.plusSeconds(301 - left).toEpochMilli());
            assertThat(Files.size(folder.resolve(HistoryFile.FILE))).as("freed, too").isLessThan(3 << 19);
        }
        assertThat(notices).isEmpty();
    }

    @Test
    void nothingOfWhatWasSaidStandsInTheFilesNorOfWhoSaidIt() throws IOException {
        try (var history = history(settings(20, 100_000))) {
            for (int i = 0; i < 30; i++) {
                history.keep(new SessionName("tenant-lighthouse", "session-harbour"),
                        new Turn("the albatross flies at midnight " + i, "indeed it does, mariner " + i, NOON));
            }
            history.before(KITCHEN);
            assertNotInFiles("albatross", "midnight", "mariner", "lighthouse", "harbour");
        }
        assertNotInFiles("albatross", "midnight", "mariner", "lighthouse", "harbour");
    }

    private void assertNotInFiles(String... words) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(bytes).as(file.toString()).doesNotContain(words);
            }
        }
    }

    @Test
    void whatIsForgottenIsOverwrittenInAllFiles() throws IOException, SQLException {
        try (var history = history(settings(20, 100_000))) {
            history.keep(KITCHEN, turn(1));
            history.keep(BATH, turn(2));
            history.before(BATH);
            String sealed = sealedHex();
            assertThat(filesHex()).anyMatch(hex -> hex.contains(sealed));

            assertThat(history.forget(KITCHEN)).isEqualTo(1);

            assertThat(filesHex()).noneMatch(hex -> hex.contains(sealed));
            assertThat(asked(history, KITCHEN)).isEmpty();
            assertThat(asked(history, BATH)).hasSize(1);
        }
    }

    @Test
    void whatMakesRoomInItsSessionIsSweptAwaySoonAfter() throws IOException, SQLException {
        try (var history = history(settings(2, 100_000))) {
            history.keep(KITCHEN, turn(1));
            history.before(KITCHEN);
            String first = sealedHex();
            for (int i = 2; i < 10; i++) {
                history.keep(KITCHEN, turn(i));
            }
            assertThat(asked(history, KITCHEN)).containsExactly("question 8", "question 9");
            history.tick();
            assertThat(filesHex()).noneMatch(hex -> hex.contains(first));
        }
    }

    @Test
    void fewerTurnsAndTokensThanBeforeHoldAfterARestart() throws IOException {
        try (var history = history(settings(20, 1_000))) {
            IntStream.range(0, 10).forEach(i -> history.keep(KITCHEN, turn(i)));
        }
        try (var fewer = history(settings(3, 1_000))) {
            assertThat(asked(fewer, KITCHEN)).containsExactly("question 7", "question 8", "question 9");
        }
        try (var shorter = history(settings(20, 40))) {
            assertThat(asked(shorter, KITCHEN)).containsExactly("question 8", "question 9");
        }
        try (var none = history(settings(20, 3))) {
            assertThat(none.before(KITCHEN)).isEqualTo(History.Before.NOTHING);
        }
    }

    private String sealedHex() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(HistoryFile.FILE));
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select hex(sealed) from turn where session = '" + KITCHEN.key()
                        + "'")) {
            rows.next();
            return Objects.requireNonNull(rows.getString(1)).toLowerCase(java.util.Locale.ROOT);
        }
    }

    private List<String> filesHex() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().contains(HistoryFile.FILE)).map(file -> {
                try {
                    return java.util.HexFormat.of().formatHex(Files.readAllBytes(file));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }).toList();
        }
    }

    @Test
    void operatorsForgetASessionOrATenant() throws IOException {
        try (var history = history(settings(20, 1_000))) {
            Stream.of(KITCHEN, KITCHEN, BATH, BOBS).forEach(name -> history.keep(name, turn(1)));
            History.Stored stored = history.stored(KITCHEN);
            assertThat(stored.turns()).isEqualTo(2);
            assertThat(stored.bytes()).isGreaterThan(2 * Seal.OVERHEAD);
            assertThat(stored.oldest()).isEqualTo(NOON);
            assertThat(history.storedOfTenant("alice").turns()).isEqualTo(3);
            assertThat(history.storedOfTenant("nobody")).isEqualTo(new History.Stored(0, 0, null, null));

            assertThat(history.forget(KITCHEN)).isEqualTo(2);
            assertThat(history.forget(KITCHEN)).isZero();
            assertThat(history.forgetTenant("alice")).isEqualTo(1);
            assertThat(asked(history, BOBS)).hasSize(1);
        }
    }

    @Test
    void onlyThoseFollowWhoseWayInIsKeptAndWhoNameASession() throws IOException {
        for (Whose keep : Whose.values()) {
            var settings = new Settings.History(keep, 1, 1, WEEK, 1 << 20, false, null);
            try (var history = history(settings)) {
                List<String> followed = Stream.of("http", "mqtt", "file")
                        .filter(via -> history.follows(call(via, "s"))).toList();
                assertThat(followed).isEqualTo(switch (keep) {
                    case OFF -> List.of();
                    case MQTT -> List.of("mqtt");
                    case FILE -> List.of("file");
                    case MQTT_AND_FILE -> List.of("mqtt", "file");
                    case ALL -> List.of("http", "mqtt", "file");
                });
                assertThat(history.follows(call("mqtt", null))).isFalse();
            }
        }
    }

    private static Call call(String via, @Nullable String session) {
        return new Call("01CALL", Dialect.OPENAI_CHAT, via, "alice", "", "auto", false, Priority.NORMAL, session, false,
                Instant.EPOCH, 1_000);
    }
}
