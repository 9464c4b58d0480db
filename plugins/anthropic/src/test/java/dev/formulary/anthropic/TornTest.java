package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.testkit.TornResponse;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// However the network tears an answer, the same is heard.
class TornTest {
    static final List<String> STREAMS = Recorded.STREAMS;

    @ParameterizedTest
    @FieldSource("STREAMS")
    void atEveryByte(String name) {
        byte[] body = Recorded.stream(name);
        List<Object> expected = heard(false, body);
        List<Object> expectedNatively = heard(true, body);

        for (int cut = 1; cut < body.length; cut++) {
            byte[] first = Arrays.copyOf(body, cut);
            byte[] second = Arrays.copyOfRange(body, cut, body.length);
            assertThat(heard(false, first, second)).as("torn at " + cut).isEqualTo(expected);
            assertThat(heard(true, first, second)).as("torn at " + cut).isEqualTo(expectedNatively);
        }
    }

    @ParameterizedTest
    @FieldSource("STREAMS")
    void intoSingleBytes(String name) {
        byte[] body = Recorded.stream(name);
        byte[][] pieces = new byte[body.length][];
        for (int i = 0; i < body.length; i++) {
            pieces[i] = new byte[]{body[i]};
        }

        assertThat(heard(false, pieces)).isEqualTo(heard(false, body));
    }

    /// The events, and the error that ends them, where there is one.
    private static List<Object> heard(boolean natively, byte[]... pieces) {
        var heard = new java.util.ArrayList<Object>();
        var stream = new MessageFrames(new TornResponse(pieces), new byte[0], Recorded.asked(natively),
                Recorded.memory(), Recorded.errors());
        try {
            for (ReplyEvent event = stream.next(); event != null; event = stream.next()) {
                heard.add(event);
            }
        } catch (ProviderException e) {
            heard.add(e.category() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return heard;
    }
}
