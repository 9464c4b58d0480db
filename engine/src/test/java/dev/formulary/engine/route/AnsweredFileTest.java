package dev.formulary.engine.route;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnsweredFileTest {
    private static final int ENTRY = 24;

    @TempDir
    Path folder;
    private Path file = Path.of("");
    private final MutableClock clock = new MutableClock(NOON);

    @BeforeEach
    void place() {
        file = folder.resolve("answered");
    }

    private AnsweredFile open() {
        return new AnsweredFile(file, clock);
    }

    private void answer(int from, int to) {
        try (AnsweredFile first = open()) {
            for (int i = from; i < to; i++) {
                first.answered("q" + i);
            }
        }
    }

    @Test
    void knowsOnceWhatWasAnsweredBeforeARestart() throws Exception {
        answer(0, 3);
        try (AnsweredFile again = open()) {
            assertThat(again.takeBefore("q1")).isTrue();
            assertThat(again.takeBefore("q1")).isFalse();
            assertThat(again.takeBefore("q3")).isFalse();
            again.answered("q4");
            assertThat(again.takeBefore("q4")).as("that is the memory's business").isFalse();
        }
        assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("q1");
    }

    @Test
    void neverGrowsBeyondItsBoundAndForgetsTheOldest() throws Exception {
        answer(0, 3 * AnsweredFile.MOST);
        assertThat(Files.size(file)).isLessThanOrEqualTo(2L * AnsweredFile.MOST * ENTRY);
        try (AnsweredFile again = open()) {
            assertThat(again.takeBefore("q" + (2 * AnsweredFile.MOST - 1))).isFalse();
            assertThat(again.takeBefore("q" + 2 * AnsweredFile.MOST)).isTrue();
        }
        assertThat(Files.size(file)).isEqualTo((long) AnsweredFile.MOST * ENTRY);
    }

    @Test
    void forgetsWhatIsOlderThanTheBrokersSession() {
        answer(0, 1);
        clock.advance(AnsweredFile.LONGEST.plus(Duration.ofSeconds(1)));
        try (AnsweredFile again = open()) {
            assertThat(again.takeBefore("q0")).isFalse();
        }
    }

    @Test
    void anEntryThatWasCutOffHarmsNoOther() throws Exception {
        answer(0, 2);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 5));
        answer(2, 3);
        try (AnsweredFile again = open()) {
            assertThat(again.takeBefore("q0")).isTrue();
            assertThat(again.takeBefore("q1")).isFalse();
            assertThat(again.takeBefore("q2")).isTrue();
        }
    }

    @Test
    void aPlaceThatCanNotBeWrittenIsNoReasonToStop() throws Exception {
        Files.createDirectories(file.resolve("a folder stands here"));
        try (AnsweredFile memory = open()) {
            memory.answered("q");
            assertThat(memory.takeBefore("q")).isFalse();
        }
    }
}
