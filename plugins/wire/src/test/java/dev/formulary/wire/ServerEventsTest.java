package dev.formulary.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.TornResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerEventsTest {
    private static final String STREAM = """
        : a comment
        event: first
        data: {"a":
        data:1}
        id: 7

        event: nothing

        data: ü

        data:  two blanks

        retry: 10
        data: [DONE]""";
    private static final List<String> SAYS = List.of("first {\"a\":\n1}", " ü", "  two blanks", " [DONE]");

    private static List<String> read(byte[] begun, byte[]... pieces) throws Exception {
        var events = new ServerEvents(new TornResponse(pieces), begun, 100);
        var all = new ArrayList<String>();
        for (ServerEvents.Event event = events.next(); event != null; event = events.next()) {
            all.add(event.name() + " " + new String(event.data(), StandardCharsets.UTF_8));
        }
        assertThat(events.next()).isNull();
        return all;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void readsTheSameHoweverItIsTornAndLinesEnd(String end) throws Exception {
        for (String mark : List.of("", "\uFEFF")) {
            byte[] body = utf8(mark + STREAM.replace("\n", end));
            for (int at = 0; at <= body.length; at++) {
                byte[] one = Arrays.copyOf(body, at);
                byte[] other = Arrays.copyOfRange(body, at, body.length);
                assertThat(read(new byte[0], one, other)).as("torn at %d", at).isEqualTo(SAYS);
                assertThat(read(one, other)).as("begun until %d", at).isEqualTo(SAYS);
            }
            byte[][] single = new byte[body.length][];
            Arrays.setAll(single, at -> new byte[]{body[at]});
            assertThat(read(new byte[0], single)).isEqualTo(SAYS);
        }
    }

    @Test
    void tellsAnEventAsSoonAsItsLineEnds() throws Exception {
        var events = new ServerEvents(new TornResponse(utf8("data: a\r\r"), utf8("\ndata: b\n\n")), new byte[0], 100);
        assertThat(events.next()).isNotNull().extracting(event -> event.isText("a")).isEqualTo(true);
        assertThat(events.next()).isNotNull().extracting(event -> event.isText("b")).isEqualTo(true);
    }

    @Test
    void leavesWhatHasBeenReadAsItIs() throws Exception {
        byte[] begun = utf8("data: a");
        assertThat(read(begun, utf8("b\n"), utf8("\ndata: c\n\n"))).containsExactly(" ab", " c");
        assertThat(begun).isEqualTo(utf8("data: a"));
    }

    @Test
    void joinsLinesOfDataAndBeginsAnewWithTheNextEvent() throws Exception {
        assertThat(read(utf8("data:\ndata: x\ndata:\ndata: y\n\ndata: z\n\n"))).containsExactly(" \nx\n\ny", " z");
    }

    @ParameterizedTest
    @CsvSource({"[DONE],true", "'[DONE] \t',true", "[DONE,false", "' [DONE]',false", "[done],false", "'',false"})
    void comparesData(String data, boolean same) {
        assertThat(new ServerEvents.Event("", utf8(data)).isText("[DONE]")).isEqualTo(same);
    }

    @ParameterizedTest
    @ValueSource(strings = {"one line, torn", "one line", "several lines"})
    void refusesAnEventWithoutEnd(String how) {
        byte[][] pieces = switch (how) {
            case "one line, torn" -> new byte[][]{utf8("data: " + "x".repeat(60)), utf8("x".repeat(60)), utf8("x\n")};
            case "one line" -> new byte[][]{utf8("data: " + "x".repeat(101) + "\n\n")};
            default -> new byte[][]{utf8(("data: " + "x".repeat(33) + "\n").repeat(3) + "\n")};
        };
        assertThatExceptionOfType(ProviderException.class).isThrownBy(() -> read(new byte[0], pieces))
                .withMessage("a frame of the vendor's stream has no end");
    }
}
