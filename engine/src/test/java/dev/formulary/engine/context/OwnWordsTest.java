package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Need;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnWordsTest {
    private final Assessor assessor = new Assessor(false);

    private static OwnWords.Read read(String rows) {
        return OwnWords.of(Map.of(OwnWords.FILE, ("fact,word,note\n" + rows).getBytes(StandardCharsets.UTF_8)));
    }

    private Context assess(@Nullable String header, Map<String, String> metadata) throws InvalidFactException {
        return assessor.assess(header, metadata, new ChatRequest("m", List.of(Message.text(Role.USER, "hi")), List.of(),
                null, ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), false, false, Map.of(), null));
    }

    @BeforeEach
    void words() {
        assessor.use(read("need,grief_support,new\nhouse-mode,away,\nhouse-mode,night,\n").words());
    }

    @Test
    void anotherNeedIsDeclaredLikeTheOthers() throws Exception {
        Context context = assess("need=grief-support", Map.of());
        assertThat(context.says("need", "grief_support")).isTrue();
        assertThat(context.need()).isEqualTo(Need.UNSPECIFIED);
        assertThat(context.sources()).containsEntry("need", "header");

        Context usual = assess("need=mindfulness", Map.of());
        assertThat(usual.need()).isEqualTo(Need.MINDFULNESS);
        assertThat(usual.words()).isEmpty();
    }

    @Test
    void aFactOfTheAuthorsOwnMayComeInTheMetadata() throws Exception {
        Context context = assess(null, Map.of("house_mode", "Night", "anything", "else"));
        assertThat(context.words()).isEqualTo(Map.of("house-mode", "night"));
        assertThat(context.says("house-mode", "away")).isFalse();
    }

    @Test
    void whatNobodyKnowsIsRefusedWithAllThatIsRight() {
        assertThatThrownBy(() -> assess("need=sleepy", Map.of())).isInstanceOf(InvalidFactException.class)
                .hasMessageContaining("'sleepy'").hasMessageContaining("mindfulness")
                .hasMessageContaining("grief_support");
        assertThatThrownBy(() -> assess("house-mode=party", Map.of())).isInstanceOf(InvalidFactException.class)
                .hasMessageEndingWith("right ones are away, night");
        assertThatThrownBy(() -> assess("mood=fine", Map.of())).isInstanceOf(InvalidFactException.class)
                .hasMessageContaining("house-mode");
    }

    @Test
    void withoutTheFileNothingIsAdded() throws Exception {
        assessor.use(OwnWords.of(Map.of()).words());
        assertThatThrownBy(() -> assess("need=grief_support", Map.of())).isInstanceOf(InvalidFactException.class);
        assertThat(assess("need=mindfulness", Map.of("house-mode", "away")).words()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Need,x,|a fact is written in lower-case letters, digits and '-', not 'Need'",
            "need,Grief,|a word is written in lower-case letters, digits and '_', not 'Grief'",
            "need,mindfulness,|'need' has the word 'mindfulness' already",
            "balance,low,|the fact 'balance' does not take words",
            "capabilities,smell,|the fact 'capabilities' does not take words", "need,a|a row has 3 fields"})
    void aMistakeIsToldWithItsLine(String row, String message) {
        assertThat(read("mood,fine,\n" + row + "\n").problems()).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(3);
            assertThat(problem.message()).startsWith(message);
        });
    }

    @Test
    void aWordStandsOnce() {
        assertThat(read("mood,fine,\nmood,fine,\n").problems()).singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("in a row above already"));
    }

    @Test
    void thereIsALimit() {
        var rows = new StringBuilder();
        for (int i = 0; i <= 500; i++) {
            rows.append("mood,m").append(i).append(",\n");
        }
        assertThat(read(rows.toString()).problems()).singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("there may be 500 rows"));
    }
}
