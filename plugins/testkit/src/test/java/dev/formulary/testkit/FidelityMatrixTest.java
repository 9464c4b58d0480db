package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A table that says what is not so is found out.
class FidelityMatrixTest {
    @TempDir
    Path folder;

    /// Has no pictures, and leaves out seeds; its answers break off, which has nothing to do with it.
    private static final class Plain implements Provider {
        @Override
        public List<ModelCard> models() {
            return List.of();
        }

        @Override
        public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException {
            if (!request.model().equals("m")) {
                throw new ProviderException(FailureCategory.UNKNOWN_MODEL, "not my model");
            }
            if (request.messages().getLast().parts().stream().anyMatch(ChatRequest.Image.class::isInstance)) {
                throw new ProviderException(FailureCategory.UNSUPPORTED, "no pictures");
            }
            List<ReplyEvent> events = new ArrayList<>(request.ignoring(Set.of()));
            if (request.sampling().seed() != null) {
                events.add(new ReplyEvent.Ignored("seed"));
            }
            return new ReplyStream() {
                private int next;

                @Override
                public ReplyEvent next() throws ProviderException {
                    if (next == events.size()) {
                        throw new ProviderException(FailureCategory.CUT, "it breaks off");
                    }
                    return events.get(next++);
                }

                @Override
                public void close() {
                    // nothing to let go of
                }
            };
        }

        @Override
        public void close() {
            // nothing to let go of
        }
    }

    private static String outcome(String wish) {
        return switch (wish) {
            case "picture", "address of a picture", "anything else that matters" -> "refused";
            case "seed", "logit_bias", "anything else that tunes" -> "ignored";
            default -> "carried";
        };
    }

    private FidelityMatrix matrix(String lie) throws IOException {
        var text = new StringBuilder("# What becomes of it\n\n| wish | a client | plain |\n|---|---|---|\n");
        for (Wish wish : Wish.all("m")) {
            String told = wish.name().equals(lie) ? "carried" : outcome(wish.name());
            text.append("| ").append(wish.name()).append(" | `x` | ").append(told).append(" |\n");
        }
        return new FidelityMatrix(Files.writeString(folder.resolve("FIDELITY.md"), text));
    }

    @Test
    void aTableThatIsSoPasses() throws Exception {
        matrix("").assertColumn("plain", new Plain(), "m");
        assertThat(matrix("").column("a client")).hasSize(Wish.all("m").size()).containsEntry("seed", "`x`");
    }

    @Test
    void oneWrongCellIsFoundAndNamed() throws Exception {
        FidelityMatrix matrix = matrix("seed");
        assertThatThrownBy(() -> matrix.assertColumn("plain", new Plain(), "m")).isInstanceOf(AssertionError.class)
                .hasMessageContaining("the column 'plain'").hasMessageContaining("seed: ignored");
    }

    @Test
    void aColumnThatIsNotThereIsTold() throws Exception {
        FidelityMatrix matrix = matrix("");
        assertThatThrownBy(() -> matrix.column("other")).isInstanceOf(AssertionError.class)
                .hasMessageContaining("the column 'other'");
    }

    @Test
    void eachWishAsksForSomethingElse() {
        assertThat(Wish.all("m")).extracting(Wish::name).doesNotHaveDuplicates();
        assertThat(Wish.all("m")).extracting(Wish::request).doesNotHaveDuplicates()
                .allMatch(request -> request.model().equals("m"));
    }

    @Test
    void aProviderThatAsksNobodyCarriesNothing() throws Exception {
        FidelityMatrix matrix = matrix("");
        assertThatThrownBy(() -> matrix.assertColumn("plain", new Plain(), "not mine"))
                .isInstanceOf(AssertionError.class).hasMessage("'temperature' was not asked for: not my model");
    }

    private static Wish.Body sent(String body, boolean told) {
        return new Wish.Body(body.getBytes(StandardCharsets.UTF_8),
                told ? List.of(new ReplyEvent.Ignored("seed")) : List.of());
    }

    @Test
    void aTableIsMadeOfWhatWouldBeSent() {
        var columns = new LinkedHashMap<String, Wish.Writer>();
        columns.put("one", _ -> sent("{\"seed\":7}", false));
        columns.put("two", _ -> sent("{}", true));
        columns.put("three", _ -> {
            throw new ProviderException(FailureCategory.UNSUPPORTED, "no seeds");
        });
        List<Wish> seed = Wish.all("m").stream().filter(wish -> wish.name().equals("seed")).toList();
        assertThat(FidelityMatrix.table(seed, columns)).isEqualTo("""
            | wish | one | two | three |
            |---|---|---|---|
            | seed | carried | ignored | refused |""");
    }

    @Test
    void whatIsDroppedInSilenceOrToldAndYetSentIsFound() {
        Wish seed = Wish.all("m", Map.of("seed", "SEED")).stream().filter(wish -> wish.name().equals("seed"))
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> seed.in(_ -> sent("{\"seed\":7}", false))).isInstanceOf(AssertionError.class)
                .hasMessage("'seed' is dropped in silence");
        assertThatThrownBy(() -> seed.in(_ -> sent("{\"SEED\":7}", true))).isInstanceOf(AssertionError.class)
                .hasMessage("'seed' is told and yet sent");
        assertThatThrownBy(() -> seed.in(_ -> {
            throw new ProviderException(FailureCategory.SERVER, "it broke");
        })).isInstanceOf(AssertionError.class).hasMessageContaining("it broke");
    }
}
