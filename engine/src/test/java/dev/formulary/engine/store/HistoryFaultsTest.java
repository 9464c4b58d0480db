package dev.formulary.engine.store;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Whose;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of kept turns that are damaged, moved or locked with another key, and of a disk that fails.
class HistoryFaultsTest {
    private static final SessionName KITCHEN = new SessionName("alice", "kitchen");
    private static final SessionName BATH = new SessionName("alice", "bath");
    private static final SessionName BOBS = new SessionName("bob", "kitchen");
    private static final Secret KEY = new Secret("0123456789abcdef0123456789abcdef");

    @TempDir
    Path folder;
    private final ConcurrentLinkedQueue<Notice> notices = new ConcurrentLinkedQueue<>();

    private static Settings.History settings(@Nullable Secret key) {
        return new Settings.History(Whose.ALL, 20, 1_000, Duration.ofDays(7), 1 << 20, false, key);
    }

    private History history(@Nullable Secret key) {
        return new History(new Settings.Sessions(Duration.ofDays(30), 10, 0, settings(key)), folder, folder,
                String::length, notices::add, new MutableClock(NOON), 0);
    }

    private static Turn turn(int number) {
        return new Turn("question " + number, "answer " + number, NOON);
    }

    private static List<String> asked(History history, SessionName name) {
        return history.before(name).turns().stream().map(Turn::asked).toList();
    }

    private void sql(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(HistoryFile.FILE))) {
            Database.execute(connection, sql);
        }
    }

    private List<String> codes() {
        return notices.stream().map(Notice::code).toList();
    }

    @Test
    void aRecordThatIsMovedOrChangedIsLeftOutToldAndTakenAway() throws IOException, SQLException {
        try (var history = history(null)) {
            for (int i = 1; i <= 3; i++) {
                history.keep(KITCHEN, turn(i));
                history.keep(BOBS, turn(10 + i));
            }
            history.before(KITCHEN);
            sql("update turn set sealed = (select t.sealed from turn t where t.session = '" + BOBS.key()
                    + "' and t.no = 2) where session = '" + KITCHEN.key() + "' and no = 2");
            assertThat(asked(history, KITCHEN)).containsExactly("question 1", "question 3");
            assertThat(codes()).containsExactly("history-damaged");
            assertThat(asked(history, KITCHEN)).hasSize(2);
            assertThat(codes()).as("told once").hasSize(1);
            assertThat(asked(history, BOBS)).hasSize(3);

            sql("update turn set session = '" + BATH.key() + "', no = 9 where session = '" + BOBS.key()
                    + "' and no = 1");
            assertThat(asked(history, BATH)).as("moved to another session").isEmpty();
            sql("update turn set at = at + 1 where session = '" + BOBS.key() + "' and no = 2");
            assertThat(asked(history, BOBS)).as("made younger").containsExactly("question 13");
            assertThat(notices).noneMatch(notice -> notice.message().contains("question"));
        }
    }

    @Test
    void turnsOfAnotherKeyAreLeftOutToldOnceAndThereAgainWithTheRightKey() throws IOException {
        try (var history = history(KEY)) {
            history.keep(KITCHEN, turn(1));
        }
        assertThat(folder.resolve(HistoryFile.KEY)).as("none is made where one is configured").doesNotExist();
        try (var other = history(new Secret("another key, which is as long as that"))) {
            assertThat(asked(other, KITCHEN)).isEmpty();
            other.keep(KITCHEN, turn(2));
            assertThat(asked(other, KITCHEN)).containsExactly("question 2");
            assertThat(codes()).containsExactly("history-other-key");
        }
        try (var made = history(null)) {
            assertThat(asked(made, KITCHEN)).isEmpty();
        }
        assertThat(folder.resolve(HistoryFile.KEY)).exists();
        try (var again = history(KEY)) {
            assertThat(asked(again, KITCHEN)).containsExactly("question 1");
            assertThat(again.forgetTenant("alice")).as("whatever the key").isEqualTo(2);
        }
    }

    @Test
    void aDamagedFileIsDeletedAndABrokenKeyFailsNoCall() throws IOException {
        Files.writeString(folder.resolve(HistoryFile.FILE), "this is no database ".repeat(500));
        try (var history = history(null)) {
            assertThat(asked(history, KITCHEN)).isEmpty();
            assertThat(codes()).containsExactly("history-damaged");
            history.keep(KITCHEN, turn(1));
            assertThat(asked(history, KITCHEN)).hasSize(1);
        }
        Files.write(folder.resolve(HistoryFile.KEY), new byte[3]);
        notices.clear();
        try (var history = history(null)) {
            assertThat(asked(history, KITCHEN)).isEmpty();
            history.keep(KITCHEN, turn(2));
            assertThat(asked(history, KITCHEN)).isEmpty();
            assertThat(codes()).contains("history-not-read", "history-not-kept");
            Files.delete(folder.resolve(HistoryFile.KEY));
            assertThat(asked(history, KITCHEN)).as("what could not be written is written then")
                    .containsExactly("question 2");
        }
    }

    @Test
    void whatIsForgottenDoesNotComeBackFromWhatWaits() throws IOException {
        Files.createDirectory(folder.resolve(HistoryFile.FILE));
        try (var history = history(null)) {
            history.keep(KITCHEN, turn(1));
            history.keep(BATH, turn(2));
            assertThat(asked(history, KITCHEN)).isEmpty();
            assertThat(history.forget(KITCHEN)).isZero();
            Files.delete(folder.resolve(HistoryFile.FILE));
            assertThat(asked(history, BATH)).hasSize(1);
            assertThat(asked(history, KITCHEN)).isEmpty();
        }
    }

    @Test
    void whatWaitsToBeWrittenIsBounded() {
        var unwritten = new UnwrittenTurns();
        for (int i = 0; i < UnwrittenTurns.MOST; i++) {
            assertThat(unwritten.add(new UnwrittenTurns.Change(KITCHEN, turn(i)))).isTrue();
        }
        UnwrittenTurns.Change first = Objects.requireNonNull(unwritten.first());
        assertThat(unwritten.add(new UnwrittenTurns.Change(BATH, null))).isFalse();
        unwritten.written(first);
        assertThat(Objects.requireNonNull(unwritten.first()).turn()).as("it had made room before").isEqualTo(turn(1));
    }
}
