package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.telemetry.FileCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is told of files, on the board and in `NAME.progress`, by a clock of the test's own.
class FileBoardTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path outbox;
    private final MutableClock clock = new MutableClock(Samples.NOON);
    private final FileBoard board = new FileBoard(clock,
            () -> Duration.between(Samples.NOON, clock.instant()).toNanos());

    private FileProgress begin(String name) {
        return Objects.requireNonNull(board.begin(outbox.resolve(name), new ProgressFile(outbox, name)));
    }

    private void end(String name, FileProgress progress, FileProgress.State state, String why) {
        board.end(outbox.resolve(name), progress, state, why);
    }

    private JsonNode file(String name) throws IOException {
        return JSON.readTree(Files.readAllBytes(outbox.resolve(name + ".progress")));
    }

    private JsonNode board() throws IOException {
        return JSON.readTree(JSON.writeValueAsBytes(board.document()));
    }

    @Test
    void aBatchIsTellingHowFarItIsAndWhenItWillEnd() throws Exception {
        FileProgress progress = begin("b.jsonl");
        progress.begin(Samples.NOON.minusSeconds(60), 10_000, new BatchOutput.Tally(10, 2), 1_200);

        assertThat(file("b.jsonl")).isEqualTo(JSON.readTree("""
            {"file":"b.jsonl","state":"working","done":12,"succeeded":10,"failed":2,"bytes_done":1200,
             "bytes_total":10000,"started":"%s","updated":"%s"}""".formatted(Samples.NOON.minusSeconds(60),
                Samples.NOON)));

        for (int second = 1; second <= 10; second++) {
            for (int line = 1; line <= 4; line++) {
                progress.answered(line != 3, 1_200 + ((second - 1) * 4 + line) * 100);
            }
            assertThat(file("b.jsonl").get("done").asInt()).as("no line is written by itself").isEqualTo(second * 4
                    + 8);
            clock.advance(Duration.ofSeconds(1));
            progress.tick();
        }

        JsonNode then = file("b.jsonl");
        assertThat(then.get("succeeded").asInt()).isEqualTo(40);
        assertThat(then.get("failed").asInt()).isEqualTo(12);
        assertThat(then.get("per_second").asDouble()).as("what was there already does not count").isEqualTo(4);
        assertThat(then.get("expected_end").asText()).isEqualTo(Samples.NOON.plusSeconds(10 + 12).toString());
        assertThat(then.has("total")).isFalse();
        assertThat(board().at("/working/0")).isEqualTo(then);
    }

    @Test
    void theEndIsWholeAndExpectsNothing() throws Exception {
        FileProgress progress = begin("b.jsonl");
        progress.begin(Samples.NOON, 103, BatchOutput.Tally.NOTHING, 0);
        progress.total(2);
        progress.answered(true, 50);
        progress.answered(false, 100);
        clock.advance(Duration.ofSeconds(30));

        end("b.jsonl", progress, FileProgress.State.DONE, "");

        JsonNode document = file("b.jsonl");
        assertThat(document).isEqualTo(JSON.readTree("""
            {"file":"b.jsonl","state":"done","done":2,"total":2,"succeeded":1,"failed":1,"bytes_done":103,
             "bytes_total":103,"started":"%s","updated":"%s"}""".formatted(Samples.NOON, clock.instant())));
        assertThat(board().get("working")).isEmpty();
        assertThat(board().at("/latest/0/state").asText()).isEqualTo("done");

        progress.answered(true, 103);
        progress.tick();
        end("b.jsonl", progress, FileProgress.State.WAITING, "late");
        assertThat(file("b.jsonl")).as("nothing comes after the end").isEqualTo(document);
    }

    @Test
    void whatHasToWaitOrIsRefusedSaysWhy() throws Exception {
        FileProgress progress = begin("b.jsonl");
        progress.begin(Samples.NOON, 100, BatchOutput.Tally.NOTHING, 0);
        end("b.jsonl", progress, FileProgress.State.WAITING, "no space left");

        assertThat(file("b.jsonl").get("state").asText()).isEqualTo("waiting");
        assertThat(file("b.jsonl").get("reason").asText()).isEqualTo("no space left");
        assertThat(board().at("/latest/0/reason").asText()).isEqualTo("no space left");

        FileProgress again = begin("b.jsonl");
        assertThat(board().get("latest")).as("it is at work again").isEmpty();
        end("b.jsonl", again, FileProgress.State.REFUSED, "the file is empty");

        assertThat(file("b.jsonl").get("state").asText()).isEqualTo("refused");
        assertThat(board().get("latest")).hasSize(1);
        assertThat(board.counts()).isEqualTo(new FileCounts(0, 0, 1, 0, 0));
    }

    @Test
    void aGatewayThatEndsSaysSoAndAnAnswerThatIsCompleteAllTheSameIsDone() throws Exception {
        FileProgress progress = begin("b.jsonl");
        progress.begin(Samples.NOON, 100, BatchOutput.Tally.NOTHING, 0);

        board.leave();

        assertThat(file("b.jsonl").get("state").asText()).isEqualTo("waiting");
        Files.delete(outbox.resolve("b.jsonl.progress"));
        end("b.jsonl", progress, FileProgress.State.WAITING, "interrupted");
        assertThat(outbox).as("nothing is written after the end").isEmptyDirectory();

        FileProgress other = begin("c.jsonl");
        board.leave();
        end("c.jsonl", other, FileProgress.State.DONE, "");
        assertThat(file("c.jsonl").get("state").asText()).isEqualTo("done");
    }

    @Test
    void aFileThatCantBeWrittenLeavesTheOneBeforeUntilTheEnd() throws Exception {
        FileProgress progress = begin("b.jsonl");
        progress.begin(Samples.NOON, 100, BatchOutput.Tally.NOTHING, 0);
        JsonNode before = file("b.jsonl");
        // as a full disk does: what is written aside can't be
        Path inTheWay = Files.createDirectories(outbox.resolve(".b.jsonl.progress/x"));

        progress.answered(true, 50);
        progress.tick();

        assertThat(file("b.jsonl")).isEqualTo(before);
        assertThat(board().at("/working/0/done").asInt()).isEqualTo(1);

        Files.delete(inTheWay);
        Files.delete(outbox.resolve(".b.jsonl.progress"));
        progress.tick();
        assertThat(file("b.jsonl").get("done").asInt()).isEqualTo(1);

        Files.createDirectories(inTheWay);
        end("b.jsonl", progress, FileProgress.State.DONE, "");
        assertThat(outbox.resolve("b.jsonl.progress")).as("'working' would be wrong").doesNotExist();
        assertThat(board().at("/latest/0/state").asText()).isEqualTo("done");
    }

    @Test
    void whatWasWrittenAsideDoesNotStayWhereItCantTakeItsPlace() throws Exception {
        Files.createDirectories(outbox.resolve("b.jsonl.progress/x"));
        FileProgress progress = begin("b.jsonl");
        progress.begin(Samples.NOON, 100, BatchOutput.Tally.NOTHING, 0);

        assertThat(outbox.resolve(".b.jsonl.progress")).doesNotExist();
        end("b.jsonl", progress, FileProgress.State.DONE, "");
        assertThat(board().at("/latest/0/state").asText()).isEqualTo("done");
    }

    @Test
    void anEmptyFileHasNoLines() throws Exception {
        FileProgress progress = begin("b.jsonl");
        progress.begin(Samples.NOON, 0, BatchOutput.Tally.NOTHING, 0);
        assertThat(file("b.jsonl").has("total")).isFalse();
        progress.total(0);
        end("b.jsonl", progress, FileProgress.State.REFUSED, "the file is empty");
        assertThat(file("b.jsonl").get("total").asInt()).isZero();
    }

    @Test
    void aFileIsAtWorkOnceAndOnlySoManyThatEndedAreShown() throws Exception {
        FileProgress first = begin("first");
        assertThat(board.begin(outbox.resolve("first"), null)).isNull();
        for (int i = 0; i < FileBoard.LATEST + 20; i++) {
            Path input = outbox.resolve("f" + i);
            board.end(input, Objects.requireNonNull(board.begin(input, null)), FileProgress.State.DONE, "");
        }
        board.answered(true);
        board.answered(false);
        board.answered(true);

        assertThat(board().get("working")).hasSize(1);
        assertThat(board().get("latest")).hasSize(FileBoard.LATEST);
        assertThat(board().at("/latest/0/file").asText()).isEqualTo("f119");
        assertThat(board().at("/latest/99/file").asText()).isEqualTo("f20");
        assertThat(board.counts()).isEqualTo(new FileCounts(1, 120, 0, 2, 1));
        end("first", first, FileProgress.State.WAITING, "");
        assertThat(board.counts().working()).isZero();
    }
}
