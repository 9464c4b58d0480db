package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FidelityTest extends GeminiCase {
    private static final byte[] ANSWER = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Yes\"}]},\"finishReason\":\"STOP\"}]}"
            .getBytes(StandardCharsets.UTF_8);

    static List<Fidelity.Case> cases() {
        return Fidelity.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nothingIsDroppedInSilence(Fidelity.Case each) {
        var tape = new Tape(200, ANSWER);
        List<String> said = Said.by(() -> provider(tape).chat(each.request(), attempt()));
        switch (each.feature().behaviour()) {
            case CARRIED -> {
                assertThat(said).containsExactly("text Yes", "finish STOP");
                for (int i = 0; i < each.evidence().size(); i += 2) {
                    assertThat(json(tape.last()).at(each.evidence().get(i))).as(each.evidence().get(i))
                            .isEqualTo(json(each.evidence().get(i + 1)));
                }
            }
            case IGNORED -> assertThat(said).containsExactly("ignored " + each.evidence().getFirst(), "text Yes",
                    "finish STOP");
            case REFUSED -> {
                assertThat(said).hasSize(1).first().asString().startsWith("fails " + FailureCategory.UNSUPPORTED);
                assertThat(tape.asked).isEmpty();
            }
        }
    }

    @Test
    void theReadmeSaysWhatIsSo() throws IOException {
        List<String> rows = Fidelity.features().stream().map(each -> "| " + each.feature() + " | "
                + each.behaviour().name().toLowerCase(Locale.ROOT) + " | " + each.how() + " |").toList();
        List<String> readme = Files.readAllLines(Path.of("README.md"));
        assertThat(readme).containsSubsequence(rows);
        int from = readme.indexOf(rows.getFirst());
        assertThat(readme.subList(from, from + rows.size())).isEqualTo(rows);
        assertThat(readme.get(from + rows.size())).as("the line behind the table").isEmpty();
    }
}
