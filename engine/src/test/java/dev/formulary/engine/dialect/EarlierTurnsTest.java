package dev.formulary.engine.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Turn;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.WireBody;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlierTurnsTest {
    private static final List<Turn> TURNS = List.of(new Turn("a \"quoted\" word", "b\nc", Instant.EPOCH),
            new Turn("d", "e", Instant.EPOCH));

    private static ChatRequest read(ChatDialect dialect, String messages) throws MalformedBodyException {
        return dialect.read(("{\"model\":\"auto\",\"custom\":[1,  2],\"messages\":" + messages + ",\"stream\":false}")
                .getBytes(StandardCharsets.UTF_8)).request();
    }

    private static List<String> lines(ChatRequest request) {
        return request.messages().stream().map(message -> message.role() + " " + message.plainText()).toList();
    }

    @Test
    void turnsStandBehindTheSystemAndBeforeThePersonInBytesAndMessagesAlike() throws Exception {
        for (ChatDialect dialect : List.of(new OpenAiChat(), new OllamaChat(), AnthropicMessages.counting())) {
            ChatRequest asked = read(dialect, "[{\"role\":\"system\",\"content\":\"be kind\"},"
                    + "{\"role\":\"user\",\"content\":\"and now?\",\"extra\":1}]");
            ChatRequest put = EarlierTurns.put(asked, TURNS);

            assertThat(lines(put)).containsExactly("SYSTEM be kind", "USER a \"quoted\" word", "ASSISTANT b\nc",
                    "USER d", "ASSISTANT e", "USER and now?");
            WireBody source = Objects.requireNonNull(put.source());
            String bytes = new String(source.bytes(), StandardCharsets.UTF_8);
            assertThat(lines(dialect.read(source.bytes()).request())).isEqualTo(lines(put));
            assertThat(bytes).as("all else as it came").contains("\"custom\":[1,  2]", "\"extra\":1");
            assertThat(source.with(Map.of())).as("its members are known").isEqualTo(source.bytes());
        }
    }

    @Test
    void withoutASystemTheyComeFirstAndWithoutBytesTheyGoAlongToo() throws Exception {
        ChatRequest asked = read(new OpenAiChat(), "[{\"role\":\"user\",\"content\":\"hi\"}]");
        assertThat(lines(EarlierTurns.put(asked, TURNS.subList(1, 2)))).containsExactly("USER d", "ASSISTANT e",
                "USER hi");
        var bare = new ChatRequest("m", asked.messages(), List.of(), null, asked.sampling(), asked.format(), false,
                false, Map.of(), null);
        assertThat(lines(EarlierTurns.put(bare, TURNS))).hasSize(5);
        assertThat(EarlierTurns.put(asked, List.of())).isSameAs(asked);
        var unknown = new ChatRequest("m", asked.messages(), List.of(), null, asked.sampling(), asked.format(), false,
                false, Map.of(), new WireBody("odd", new byte[]{'{', '}'}, List.of()));
        assertThat(EarlierTurns.put(unknown, TURNS)).as("no known place in its bytes").isSameAs(unknown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        user                  | true
        system user           | true
        developer system user | true
        user system           | true
        user assistant user   | false
        user user             | false
        system                | false
        assistant user        | false
        user assistant        | false
        """)
    void oneMessageOfThePersonAndTheSystemsBringNoEarlierTurns(String roles, boolean missing) throws Exception {
        String messages = Stream.of(roles.split(" ", -1)).map(role -> "{\"role\":\"" + role + "\",\"content\":\"x\"}")
                .collect(java.util.stream.Collectors.joining(",", "[", "]"));
        assertThat(EarlierTurns.missing(read(new OpenAiChat(), messages))).isEqualTo(missing);
    }

    @Test
    void ofPicturesSoundsAndFilesOnlyThatTheyWereThereIsTold() throws Exception {
        ChatRequest asked = read(new OpenAiChat(), "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
                + "\"who is this?\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,SECRET\"}}]}]");
        assertThat(EarlierTurns.words(asked)).isEqualTo("who is this?\n[a picture]");
        var parts = List.<ChatRequest.Part>of(new ChatRequest.Audio("audio/wav", "SECRET"),
                new ChatRequest.Document("application/pdf", "SECRET", false, "a.pdf"), new ChatRequest.Opaque("odd"),
                new ChatRequest.Text(" "));
        var other = new ChatRequest("m", List.of(new ChatRequest.Message(Role.USER, parts, List.of(), null, null)),
                List.of(), null, asked.sampling(), asked.format(), false, false, Map.of(), null);
        assertThat(EarlierTurns.words(other)).isEqualTo("[a sound]\n[a file]");
    }

    @Test
    void onlyAnAnswerInWordsHasWordsToKeep() {
        assertThat(reply(new ReplyEvent.Text("fi"), new ReplyEvent.Text("ne"),
                new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP)).words()).isEqualTo("fine");
        assertThat(reply(new ReplyEvent.Text("cut at max_tokens"),
                new ReplyEvent.Finish(ReplyEvent.Finish.Reason.LENGTH)).words()).isEqualTo("cut at max_tokens");
        assertThat(reply(new ReplyEvent.Text("fi"), new ReplyEvent.Finish(ReplyEvent.Finish.Reason.CONTENT_FILTER))
                .words()).isEmpty();
        assertThat(reply(new ReplyEvent.Text("I see"), new ReplyEvent.Refusal("no")).words()).isEmpty();
        assertThat(reply(new ReplyEvent.Text("wait"), new ReplyEvent.ToolCall(0, "1", "light", "{}")).words())
                .isEmpty();
        assertThat(reply(new ReplyEvent.Thinking("hm")).words()).isEmpty();
    }

    private static CollectedReply reply(ReplyEvent... events) {
        var reply = new CollectedReply();
        Stream.of(events).forEach(reply::add);
        return reply;
    }
}
