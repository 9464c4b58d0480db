package dev.formulary.engine.store;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptAnswersTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final AnswerLog.Size SMALL = new AnswerLog.Size(80_000, 10_000);

    @TempDir
    Path data;
    private final MutableClock clock = new MutableClock(NOON);

    private KeptAnswers open() {
        return open(null);
    }

    private KeptAnswers open(@Nullable Secret key) {
        return new KeptAnswers(data, key, DAY, clock, SMALL, null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(data.resolve(KeptAnswers.FOLDER))) {
            return files.sorted().toList();
        }
    }

    @Test
    void anAnswerOutlivesARestartAndLiesOnTheDiskForNobodyToRead() throws Exception {
        try (KeptAnswers first = open()) {
            first.begun("the question");
            first.keep("the question", bytes("the answer"));
            assertThat(text(first.find("the question"))).isEqualTo("the answer");
        }
        try (KeptAnswers again = open()) {
            assertThat(text(again.find("the question"))).isEqualTo("the answer");
            assertThat(again.find("another question")).isNull();
        }
        for (Path file : files()) {
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("answer", "question");
        }
    }

    @Test
    void anAnswerIsBoundToItsQuestionAndToTheKey() throws Exception {
        try (KeptAnswers first = open(new Secret("a".repeat(32)))) {
            first.keep("q", bytes("a"));
        }
        try (KeptAnswers other = open(new Secret("b".repeat(32)))) {
            assertThat(other.find("q")).isNull();
        }
    }

    @Test
    void anAnswerIsForgottenWhenItsTimeIsOver() throws Exception {
        try (KeptAnswers answers = open()) {
            answers.keep("q", bytes("a"));
            clock.advance(DAY.plusSeconds(1));
            assertThat(answers.find("q")).isNull();
            answers.prune();
            assertThat(files()).hasSize(1).allMatch(file -> file.toFile().length() == 0);
        }
    }

    @Test
    void theOldestGoWhenAllTakeTooMuch() throws Exception {
        byte[] answer = new byte[1_000];
        try (KeptAnswers answers = open()) {
            for (int i = 0; i < 300; i++) {
                answers.keep("q" + i, answer);
            }
            assertThat(answers.find("q0")).isNull();
            assertThat(answers.find("q299")).hasSize(1_000);
            assertThat(answers.find("q240")).hasSize(1_000);
        }
        assertThat(files().stream().mapToLong(file -> file.toFile().length()).sum()).isLessThan(100_000);
        try (KeptAnswers again = open()) {
            assertThat(again.find("q240")).hasSize(1_000);
            assertThat(again.find("q0")).isNull();
        }
    }

    @Test
    void whatIsTooLongIsNotKeptAndDoesNotCountAsUnfinished() {
        try (KeptAnswers answers = open()) {
            answers.begun("q");
            answers.keep("q", new byte[KeptAnswers.LONGEST + 1]);
            assertThat(answers.find("q")).isNull();
        }
        try (KeptAnswers again = open()) {
            assertThat(again.begun("q")).isZero();
        }
    }

    @Test
    void whatOneProcessBeginsAnewCountsOnce() {
        try (KeptAnswers answers = open()) {
            for (int i = 0; i < 5; i++) {
                assertThat(answers.begun("the same words again")).isZero();
            }
        }
        try (KeptAnswers again = open()) {
            assertThat(again.begun("the same words again")).isEqualTo(1);
        }
    }

    @Test
    void howOftenAQuestionWasBegunAndNotEndedIsKnown() {
        for (int i = 0; i < 3; i++) {
            try (KeptAnswers answers = open()) {
                assertThat(answers.begun("poison")).isEqualTo(i);
                answers.begun("good");
                answers.ended("good");
            }
        }
        try (KeptAnswers answers = open()) {
            assertThat(answers.begun("good")).isZero();
            answers.keep("poison", bytes("given up"));
        }
        try (KeptAnswers answers = open()) {
            assertThat(answers.begun("poison")).isZero();
        }
    }

    @Test
    void aFileThatWasCutOffAnywhereLosesNoEntryThatIsWhole() throws Exception {
        var random = new Random(3);
        long[] ends = new long[20];
        try (KeptAnswers answers = open()) {
            for (int i = 0; i < ends.length; i++) {
                answers.keep("q" + i, new byte[random.nextInt(200)]);
                ends[i] = Files.size(files().getFirst());
            }
        }
        byte[] whole = Files.readAllBytes(files().getFirst());
        for (int round = 0; round < 40; round++) {
            int cut = random.nextInt(whole.length + 1);
            Files.write(files().getFirst(), java.util.Arrays.copyOf(whole, cut));
            try (KeptAnswers again = open()) {
                for (int i = 0; i < ends.length; i++) {
                    assertThat(again.find("q" + i) != null).as("answer %d of a file cut at %d", i, cut)
                            .isEqualTo(ends[i] <= cut);
                }
                again.keep("more", bytes("still works"));
                assertThat(text(again.find("more"))).isEqualTo("still works");
            }
        }
    }

    @Test
    void whatWasChangedOnTheDiskIsNoAnswer() throws Exception {
        try (KeptAnswers first = open()) {
            first.keep("q", bytes("a"));
        }
        byte[] bytes = Files.readAllBytes(files().getFirst());
        bytes[bytes.length - 1] ^= 1;
        Files.write(files().getFirst(), bytes);
        try (KeptAnswers again = open()) {
            assertThat(again.find("q")).isNull();
        }
    }

    @Test
    void aFolderThatCanNotBeUsedFailsNoCall() throws Exception {
        Files.write(data.resolve(KeptAnswers.FOLDER), new byte[]{1}, StandardOpenOption.CREATE);
        try (KeptAnswers answers = open()) {
            assertThat(answers.begun("q")).isZero();
            answers.keep("q", bytes("a"));
            assertThat(answers.find("q")).isNull();
        }
    }
}
