package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Document;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.FidelityMatrix;
import dev.formulary.testkit.Wish;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FidelityTest extends OllamaCase {
    /// That of the wish for a size of the context; the provider finds it out before the body is written.
    private static final int CONTEXT = 4096;
    private static final Map<String, String> MARKS = Map.of("JSON", "\"format\":\"json\"", "no tool may be called",
            "\"content\":\"Hi\"}],\"options\"");

    @Test
    void theReadmeSaysWhatBecomesOfEveryWish() throws Exception {
        var columns = new LinkedHashMap<String, Wish.Writer>();
        columns.put("a model that thinks", request -> written(request, true));
        columns.put("one that does not", request -> written(request, false));
        String table = FidelityMatrix.table(wishes(), columns);
        assertThat(Files.readString(Path.of("README.md"))).as("the table of README.md must be:\n%s", table)
                .contains(table);
    }

    @Test
    void thePublishedTableSaysWhatBecomesOfEveryWish() throws Exception {
        new FidelityMatrix(Path.of("../FIDELITY.md")).assertColumn("ollama", provider(), "llama-test:latest");
    }

    private static Wish.Body written(ChatRequest request, boolean thinks) throws ProviderException {
        ChatBody.Written written = new ChatBody(null).of(request, CONTEXT, thinks);
        return new Wish.Body(written.bytes(), written.ignored());
    }

    private static List<Wish> wishes() {
        var all = new ArrayList<>(Wish.all("m", MARKS));
        var file = new Document("", "https://example.org/37.pdf", true, null);
        all.add(new Wish("address of a file",
                asking(new Message(Role.USER, List.of(file), List.of(), null, null), Map.of()), "37.pdf"));
        all.add(new Wish("options that only this server has",
                asking(Message.text(Role.USER, "Hi"), Map.of("options.mirostat", Map.of("x37", 1))), "x37"));
        return all;
    }

    private static ChatRequest asking(Message message, Map<String, @Nullable Object> extra) {
        ChatRequest hi = ask(false);
        return new ChatRequest("m", List.of(message), List.of(), null, hi.sampling(), hi.format(), false, false, extra,
                null);
    }
}
