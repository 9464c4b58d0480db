package dev.formulary.engine.store;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.SessionRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionFileTest {
    private static final Instant LONG_AGO = NOON.minusSeconds(86_400);

    @TempDir
    Path folder;

    private SessionFile file() {
        return new SessionFile(folder, folder, new MutableClock(NOON));
    }

    private static SessionRecord session(int number) {
        return SessionRecord.begun("key-" + number, NOON.plusSeconds(number)).answeredBy("a/m", NOON.plusSeconds(
                number));
    }

    private List<SessionRecord> kept() throws IOException {
        try (SessionFile file = file()) {
            return file.youngest(100, LONG_AGO);
        }
    }

    @Test
    void whatIsWrittenIsReadByTheNextProcess() throws IOException {
        var plain = SessionRecord.begun("b", NOON);
        var full = SessionRecord.begun("a", NOON)
                .called(CrisisLevel.CRITICAL, EmotionalState.CRISIS, NOON.plusMillis(1))
                .answeredBy("a/m", NOON.plusMillis(2)).answeredBy("b/m", NOON.plusMillis(3))
                .called(CrisisLevel.MODERATE, EmotionalState.CALM, NOON.plusMillis(4));
        assertThat(kept()).isEmpty();
        assertThat(folder).as("nothing to keep, no file").isEmptyDirectory();
        try (SessionFile file = file()) {
            file.write(List.of(full, plain), Set.of(), LONG_AGO, 100);
            // not closed before the next one reads it, as after kill -9
            assertThat(kept()).containsExactly(plain, full);
        }
    }

    @Test
    void aSessionIsKeptOnceAndGoesWhenItShould() throws IOException {
        try (SessionFile file = file()) {
            file.write(IntStream.range(0, 6).mapToObj(SessionFileTest::session).toList(), Set.of(), LONG_AGO, 100);
            file.write(List.of(session(2).answeredBy("c/m", NOON.plusSeconds(50))), Set.of("key-4", "key-9"), LONG_AGO,
                    100);
        }
        assertThat(kept()).extracting(SessionRecord::key).containsExactly("key-0", "key-1", "key-3", "key-5", "key-2");
        assertThat(kept().getLast().model()).isEqualTo("c/m");
    }

    @Test
    void tooOldOnesAndTooManyAreTakenAway() throws IOException {
        try (SessionFile file = file()) {
            file.write(IntStream.range(0, 10).mapToObj(SessionFileTest::session).toList(), Set.of(),
                    NOON.plusSeconds(3), 4);
        }
        assertThat(kept()).extracting(SessionRecord::key).containsExactly("key-6", "key-7", "key-8", "key-9");
        try (SessionFile file = file()) {
            assertThat(file.youngest(3, NOON.plusSeconds(8))).hasSize(2);
        }
        assertThat(kept()).as("what has ended goes from the disk, too").hasSize(2);
    }

    @Test
    void aDamagedFileIsMovedAside() throws IOException {
        Files.writeString(folder.resolve(SessionFile.FILE), "this is no database ".repeat(500));
        try (SessionFile file = file()) {
            assertThat(file.youngest(10, LONG_AGO)).isEmpty();
            file.write(List.of(session(1)), Set.of(), LONG_AGO, 10);
        }
        assertThat(kept()).hasSize(1);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .contains("sessions.db.broken-" + NOON.toEpochMilli());
        }
    }

    @Test
    void aFileOfANewerVersionIsLeftAlone() throws Exception {
        try (SessionFile file = file()) {
            file.write(List.of(session(1)), Set.of(), LONG_AGO, 10);
        }
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(SessionFile.FILE))) {
            Database.execute(connection, "pragma user_version=2");
        }
        try (SessionFile file = file()) {
            assertThatThrownBy(() -> file.youngest(10, LONG_AGO)).isInstanceOf(IOException.class)
                    .hasMessageEndingWith(
                            "can't be read: they were kept by a newer version, whose format is 2 and not 1");
        }
    }
}
