package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Text;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every row of the table of points.
class ComplexityTest {
    private static double points(int tokens, int tools, Format format, Message... messages) {
        var request = new ChatRequest("m", List.of(messages),
                Collections.nCopies(tools, new ChatRequest.Tool("t", null, Map.of())), null,
                ChatRequest.Sampling.DEFAULT, format, false, false, Map.of(), null);
        return Complexity.of(request, new TextMemory(EstimatedTokens.ALL).turns(request), tokens);
    }

    private static double points(Message... messages) {
        return points(1, 0, new Format.Free(), messages);
    }

    private static Message user(Part... parts) {
        return new Message(Role.USER, Arrays.asList(parts), List.of(), null, null);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, value = {"a|0", "a?|0.4", "a？|0.4",
            "?????|1.2", "{|0.1", "};`|0.3", ";;;;;;;;;;;;;;;;;;;;|1.5", "- a|0.3", "- a\\n- b|0.5", "a - b|0",
            " \\t* a|0.3", "• a|0.3", "1. a|0.3", "12) a|0.3", "123. a|0.3", "12345. a|0", "a 1. b|0", "x\\n1. b|0.3",
            ".|0", "a. b|0", "-\\n-\\n-\\n-\\n-\\n-\\n-\\n-|1.5"})
    void whatStandsInTheText(String text, double expected) {
        assertThat(points(user(new Text(text.replace("\\n", "\n").replace("\\t", "\t"))))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} tokens: {1}")
    @CsvSource({"1,0", "16,0", "32,0.6", "64,1.2", "1000000000,4"})
    void howLongThePromptIs(int tokens, double expected) {
        assertThat(points(tokens, 0, new Format.Free())).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} tools: {1}")
    @CsvSource({"0,0", "1,0.8", "3,1", "40,1.6"})
    void toolsAndWhatIsNoText(int tools, double expected) {
        assertThat(points(1, tools, new Format.Free())).isEqualTo(expected);
        assertThat(points(1, 0, new Format.Schema("s", Map.of(), true))).isEqualTo(0.8);
        assertThat(points(1, 0, new Format.Json())).isZero();
        Part file = new ChatRequest.Opaque("file");
        assertThat(points(user(file))).isEqualTo(0.8);
        assertThat(points(user(file, file, file))).isEqualTo(1.6);
    }

    @Test
    void turnsCountAndInstructionsAreNone() {
        Message turn = Message.text(Role.ASSISTANT, "? { - ;");
        assertThat(points(turn)).isZero();
        assertThat(points(Message.text(Role.SYSTEM, "?"), turn)).isZero();
        assertThat(points(turn, turn, turn)).isEqualTo(0.3);
        assertThat(points(Collections.nCopies(30, turn).toArray(Message[]::new))).isEqualTo(1.2);
    }

    @Test
    void onlyTheBeginningIsLookedAt() {
        assertThat(points(user(new Text("a".repeat(15_999) + "??")))).isEqualTo(0.4);
        assertThat(points(user(new Text("a".repeat(15_999)), new Text("??")))).isEqualTo(0.4);
        assertThat(points(user(new Text("a".repeat(16_000)), new Text("??")))).isZero();
    }

    @Test
    void tenIsTheMost() {
        Part file = new ChatRequest.Opaque("file");
        Message all = user(new Text("???\n" + "- ;;;\n".repeat(20)), file, file);
        assertThat(points(1_000_000_000, 40, new Format.Schema("s", Map.of(), true), all)).isEqualTo(10);
    }
}
