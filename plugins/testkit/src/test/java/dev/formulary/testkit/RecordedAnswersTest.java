package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The tests on recordings pass a good reader, and are not passed by a bad one.
class RecordedAnswersTest extends RecordedAnswers {
    private static final Path FOLDER = Path.of("src/test/resources/recordings");

    RecordedAnswersTest() throws IOException {
        super(FOLDER, "say end\n");
    }

    @Override
    protected ReplyStream open(boolean stream, byte[]... pieces) {
        return new LineReply(new TornResponse(pieces));
    }

    /// Takes each piece for a line.
    private static final class Careless extends RecordedAnswers {
        Careless() throws IOException {
            super(FOLDER, "say end\n");
        }

        @Override
        protected ReplyStream open(boolean stream, byte[]... pieces) throws ProviderException {
            if (!stream) {
                return new LineReply(new TornResponse(pieces));
            }
            var all = new StringBuilder();
            for (byte[] piece : pieces) {
                all.append(new String(piece, StandardCharsets.UTF_8).strip()).append('\n');
            }
            return new LineReply(new TornResponse(all.toString().getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void aReaderThatMindsTheTearsFails() throws Exception {
        var careless = new Careless();
        assertThat(careless.saysWhatItSays()).hasSize(3)
                .allSatisfy(each -> each.getExecutable().execute());
        assertThat(careless.saysTheSameHoweverItIsTorn()).hasSize(2).last().satisfies(each -> assertThatThrownBy(
                each.getExecutable()::execute).isInstanceOf(AssertionError.class)
                .hasMessageContaining("torn at byte"));
    }

    @Test
    void aReaderThatSaysNothingOfTheEndFails() throws Exception {
        var silent = new RecordedAnswers(FOLDER, "say end\n") {
            @Override
            protected ReplyStream open(boolean stream, byte[]... pieces) {
                return new ScriptedProvider(List.of(new ReplyEvent.Text("a")), false).reading();
            }
        };
        assertThatThrownBy(silent::damagedAnswersAreUnderstoodOrRefused).isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("input 0 of seed 7, ");
    }

    @Test
    void tellsHowFarAnAnswerWent() throws Exception {
        Recording broken = Recording.of(FOLDER.resolve("broken.lines"));
        assertThat(broken).hasToString("broken.lines");
        assertThat(Heard.of(() -> open(true, broken.body())))
                .isEqualTo(new Heard(List.of(new ReplyEvent.Text("Hello")), FailureCategory.CUT));
    }
}
