package dev.formulary.engine.route;

import static dev.formulary.engine.route.Desk.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.dialect.AnthropicMessages;
import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.OllamaChat;
import dev.formulary.engine.dialect.OpenAiResponses;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.facts.TagName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallTagTest {
    private static final String KEY = "fml_" + "i".repeat(8) + "_" + "s".repeat(39);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {"kitchen, none, kitchen", "none, hall, hall", "kitchen, hall, kitchen",
            "'', hall, hall", "'', none, ''", "none, '', ''", "none, none, ''"})
    void theHeaderWinsOverTheMetadataAndAnEmptyOneSaysNothing(@Nullable String header, @Nullable String member,
            String tag) throws Exception {
        assertThat(CallTag.of(header, member == null ? Map.of() : Map.of("formulary_tag", member))).isEqualTo(tag);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "Project-7", "0", "team:web.v2_beta", "a.-_:"})
    void suchTagsAreRight(String tag) throws Exception {
        assertThat(TagName.isRight(tag)).isTrue();
        assertThat(CallTag.of(tag, Map.of())).isEqualTo(tag);
        assertThat(CallTag.of("x".repeat(64), Map.of())).hasSize(64);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b", "-a", ".a", ":a", "küche", "a,b", "a/b", "a\n", "a\u0000", "=1+1", "'", "*"})
    void allElseIsRefusedWithWhatIsRight(String tag) {
        assertThatThrownBy(() -> CallTag.of(tag, Map.of())).isInstanceOfSatisfying(RefusedException.class,
                refused -> assertThat(refused.refusal().message()).isEqualTo(
                        "the header X-Formulary-Tag has the wrong value '" + tag + "'; it must be " + TagName.RIGHT));
        assertThatThrownBy(() -> CallTag.of(null, Map.of("formulary_tag", tag)))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.refusal().code()).isEqualTo("invalid_tag");
                    assertThat(refused.refusal().param()).isEqualTo("metadata.formulary_tag");
                });
        assertThatThrownBy(() -> CallTag.of("x".repeat(65), Map.of())).isInstanceOf(RefusedException.class);
    }

    @Test
    void aKeyThatStandsThereIsRefusedAndNotShown() {
        assertThatThrownBy(() -> CallTag.of(KEY, Map.of())).isInstanceOfSatisfying(RefusedException.class,
                refused -> assertThat(refused.refusal().message()).contains("'fml_iiiiiiii_****'")
                        .doesNotContain("sss"));
    }

    @Test
    void everyDialectsMetadataMayHoldIt() throws Exception {
        var desk = new Desk(folder, null);
        desk.dispatching.provider("a").answers("fine");
        String asked = HELLO.replace("}]}",
                "}],\"max_tokens\":9,\"stream\":false,\"metadata\":{\"formulary_tag\":\"hall\"}}");
        for (ChatDialect dialect : List.of(desk.dialect, new OllamaChat(), new AnthropicMessages(),
                new OpenAiResponses())) {
            desk.dialect = dialect;
            Answer.Whole answer = desk.whole(dialect instanceof OpenAiResponses
                    ? "{\"model\":\"auto\",\"input\":\"hi\",\"store\":false,\"metadata\":{\"formulary_tag\":\"hall\"}}"
                    : asked);
            assertThat(answer.status()).as(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(200);
            assertThat(desk.calls.remove().tag()).as("%s", dialect.name()).isEqualTo("hall");
        }
    }

    @Test
    void aWrongOneIsABadRequestThatNamesTheHeader() throws Exception {
        var desk = new Desk(folder, null);
        desk.requestHeaders.put("x-formulary-tag", "two words");
        Answer.Whole answer = desk.whole(HELLO);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"invalid_header\"",
                "X-Formulary-Tag", "1 to 64");
        assertThat(desk.decided).isEmpty();
    }

    @Test
    void aLineOfABatchNamesItBesideItsBody() throws Exception {
        List<String> tags = new ArrayList<>();
        Entrance entrance = arrival -> {
            tags.add(String.valueOf(arrival.header().get(CallTag.HEADER)));
            return new Answer.Whole(200, "application/json", Map.of(), new byte[0]);
        };
        var line = "{\"url\":\"/v1/chat/completions\",\"x-formulary-tag\":\"night\",\"body\":{}}";
        var read = BatchItem.single(line.getBytes(StandardCharsets.UTF_8), "a.json", Map.of("openai-chat", entrance));
        read.item().answer();
        assertThat(tags).containsExactly("night");
    }
}
