package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.json;
import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.dialect.Catalogue.Entry;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private static final Instant SINCE = Instant.parse("2026-11-21T10:00:00Z");
    private static final Candidate MODEL = Candidate.of("ollama", new ModelCard("llama3:8b",
            EnumSet.allOf(Capability.class), 0, 0, 0, true, Set.of(), 5, 5,
            Map.of("parameter_size", "8B", "quantization", "Q4_K_M")), Candidate.Vitals.UNKNOWN);
    private static final List<Entry> ENTRIES = List.of(new Entry("auto", "formulary"), Entry.of(MODEL));

    private final Catalogue catalogue = new Catalogue(SINCE);

    @Test
    void openAiClientsGetAListOfModels() {
        assertThat(json(catalogue.openAiList(ENTRIES)).toString()).isEqualTo("{\"object\":\"list\",\"data\":["
                + "{\"id\":\"auto\",\"object\":\"model\",\"created\":1795255200,\"owned_by\":\"formulary\"},"
                + "{\"id\":\"ollama/llama3:8b\",\"object\":\"model\",\"created\":1795255200,\"owned_by\":\"ollama\"}]}");
    }

    @Test
    void openAiClientsGetOneModelByItsWholeName() {
        assertThat(catalogue.openAiModel(ENTRIES, "ollama/llama3:8b")).map(Wire::text).get().asString()
                .contains("\"owned_by\":\"ollama\"");
        assertThat(catalogue.openAiModel(ENTRIES, "llama3:8b")).isEmpty();
    }

    @Test
    void dialectsAreFoundByTheirEntrances() {
        assertThat(Dialects.of("openai-chat")).map(ChatDialect::name).contains(Dialect.OPENAI_CHAT);
        assertThat(Dialects.of("ollama-chat")).map(ChatDialect::name).contains(Dialect.OLLAMA_CHAT);
        assertThat(Dialects.of("other")).isEmpty();
        assertThat(Dialects.of("anthropic-messages")).map(ChatDialect::name).contains(Dialect.ANTHROPIC_MESSAGES);
        assertThat(Dialects.all()).containsOnlyKeys("openai-chat", "openai-responses", "openai-embeddings",
                "ollama-chat",
                "ollama-embed", "ollama-embeddings", "ollama-generate", "anthropic-messages");
        assertThat(Dialects.usual().name()).isEqualTo(Dialect.OPENAI_CHAT);
    }

    @Test
    void aBodyThatCameWithoutSayingIsOllamasWhenItHasAMemberThatOnlyOllamaHas() throws Exception {
        assertThat(Dialects.guess(utf8("{\"model\":\"m\",\"options\":{}}")).name()).isEqualTo(Dialect.OLLAMA_CHAT);
        assertThat(Dialects.guess(utf8("{\"model\":\"m\"}")).name()).isEqualTo(Dialect.OPENAI_CHAT);
        assertThatThrownBy(() -> Dialects.guess(utf8("[]"))).isInstanceOf(MalformedBodyException.class);
    }
}
