package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Document;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.testkit.FidelityMatrix;
import dev.formulary.testkit.Wish;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FidelityTest extends OpenAiCase {

    @Test
    void theReadmeSaysWhatBecomesOfEveryWish() throws Exception {
        var columns = new LinkedHashMap<String, Wish.Writer>();
        Dialects.ALL.forEach(dialect -> columns.put(dialect.name(), request -> {
            ChatBody.Written written = bodies(dialect).of(request);
            return new Wish.Body(written.bytes(), written.ignored());
        }));
        String table = FidelityMatrix.table(wishes(), columns);
        assertThat(Files.readString(Path.of("README.md"))).as("the table of README.md must be:\n%s", table)
                .contains(table);
    }

    @Test
    void thePublishedTableSaysWhatBecomesOfEveryWish() throws Exception {
        new FidelityMatrix(Path.of("../FIDELITY.md")).assertColumn("openai", provider(), "gpt-test");
    }

    private static ChatBody bodies(Dialect dialect) {
        return new ChatBody(new OpenAiSettings("http://127.0.0.1/v1", dialect, List.of(), "", Map.of(), List.of(), true,
                true, true, null));
    }

    private static List<Wish> wishes() {
        var all = new ArrayList<>(Wish.all("m"));
        var file = new Document("", "https://example.org/37.pdf", true, null);
        all.add(new Wish("address of a file", asking(new Message(Role.USER, List.of(file), List.of(), null, null)),
                "37.pdf"));
        return all;
    }

    private static ChatRequest asking(Message message) {
        ChatRequest hi = ask(false);
        return new ChatRequest("m", List.of(message), List.of(), null, hi.sampling(), hi.format(), false, false,
                Map.of(), null);
    }
}
