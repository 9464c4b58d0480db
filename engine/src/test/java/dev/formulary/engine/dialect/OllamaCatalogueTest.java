package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.dialect.OllamaCatalogue.Named;
import dev.formulary.engine.dialect.OllamaCatalogue.Running;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.Capability;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OllamaCatalogueTest {
    private static final Instant SINCE = Instant.parse("2026-11-21T10:00:00Z");
    private static final Candidate MODEL = model("llama3:8b", EnumSet.allOf(Capability.class), 8_192,
            Map.of("family", "llama", "parameter-size", "8B", "quantization-level", "Q4_K_M", "format", "gguf", "bytes",
                    "4661224676", "parameter-count", "8030261248", "licence", "llama3"));
    private static final Candidate PLAIN = model("plain", Set.of(Capability.CHAT), 0,
            Map.of("parameters", "630000000", "quantization", "F16", "file-bytes", "77"));
    private static final Named AUTO = new Named("auto", "formulary", List.of(MODEL, PLAIN));

    private final OllamaCatalogue catalogue = new OllamaCatalogue(SINCE);

    private static Candidate model(String id, Set<Capability> can, int context, Map<String, String> attributes) {
        return Candidate.of("ollama", new ModelCard(id, can, context, 0, 0, true, Set.of(), 5, 5, attributes),
                Candidate.Vitals.UNKNOWN);
    }

    @Test
    void tagsHaveNameAndModelAndWhatIsKnown() {
        JsonNode models = json(catalogue.tags(List.of(AUTO, Named.of(MODEL), Named.of(PLAIN)))).path("models");

        assertThat(models).hasSize(3).allSatisfy(each -> {
            assertThat(each.path("name")).isEqualTo(each.path("model"));
            assertThat(each.path("digest").asText()).matches("[0-9a-f]{64}");
            assertThat(Instant.parse(each.path("modified_at").asText())).isEqualTo(SINCE);
            assertThat(each.path("size").isIntegralNumber()).isTrue();
        });
        assertThat(models.get(1).path("size").asLong()).isEqualTo(4_661_224_676L);
        assertThat(models.get(1).path("details")).hasToString("{\"parent_model\":\"\",\"format\":\"gguf\","
                + "\"family\":\"llama\",\"families\":[\"llama\"],\"parameter_size\":\"8B\","
                + "\"quantization_level\":\"Q4_K_M\",\"context_length\":8192}");
        assertThat(models.get(2).path("details")).hasToString("{\"parent_model\":\"\",\"format\":\"\","
                + "\"family\":\"ollama\",\"families\":[\"ollama\"],\"parameter_size\":\"630M\","
                + "\"quantization_level\":\"F16\"}");
        assertThat(models.get(2).path("size").asInt()).isEqualTo(77);
    }

    @Test
    void autoCanWhatAnyOfItsModelsCan() {
        JsonNode auto = json(catalogue.show(AUTO));

        assertThat(auto.path("capabilities"))
                .hasToString("[\"completion\",\"embedding\",\"vision\",\"audio\",\"tools\",\"thinking\"]");
        assertThat(auto.path("model_info"))
                .hasToString("{\"general.architecture\":\"formulary\",\"formulary.context_length\":8192}");
        assertThat(auto.at("/details/parameter_size").asText("?")).isEmpty();
    }

    @Test
    void showTellsTheContextWhereClientsLookForIt() {
        JsonNode shown = json(catalogue.show(Named.of(MODEL)));

        assertThat(shown.path("model_info")).hasToString("{\"general.architecture\":\"llama\","
                + "\"general.parameter_count\":8030261248,\"llama.context_length\":8192}");
        assertThat(shown.path("parameters").asText()).matches("num_ctx +8192");
        assertThat(shown.path("license").asText()).isEqualTo("llama3");
        assertThat(shown.path("template").isTextual()).isTrue();
        assertThat(shown.path("modified_at").asText()).isEqualTo(SINCE.toString());
        assertThat(json(catalogue.show(Named.of(PLAIN))).path("parameters").asText("?")).isEmpty();
        assertThat(json(catalogue.show(Named.of(PLAIN))).path("capabilities")).hasToString("[\"completion\"]");
    }

    @Test
    void whatRunsHasATimeAlways() {
        Instant until = Instant.parse("2026-11-21T10:05:00Z");
        JsonNode models = json(catalogue.running(List.of(
                new Running(Named.of(MODEL), new LoadedModel("llama3:8b", 5_000, 4_000, 4_096, until)),
                new Running(Named.of(PLAIN), new LoadedModel("plain", -1, -1, 0, null))))).path("models");

        assertThat(models.get(0).path("name").asText()).isEqualTo("ollama/llama3:8b");
        assertThat(models.get(0).path("model").asText()).isEqualTo("ollama/llama3:8b");
        assertThat(models.get(0).path("size").asInt()).isEqualTo(5_000);
        assertThat(models.get(0).path("size_vram").asInt()).isEqualTo(4_000);
        assertThat(models.get(0).path("context_length").asInt()).isEqualTo(4_096);
        assertThat(models.get(0).path("expires_at").asText()).isEqualTo(until.toString());
        assertThat(models.get(1).path("size").asInt(-1)).isZero();
        assertThat(models.get(1).path("expires_at").asText()).isEqualTo("0001-01-01T00:00:00Z");
    }

    @Test
    void clientsGetAVersionAndAStatus() {
        assertThat(json(catalogue.version()).path("version").asText()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(json(catalogue.status("success"))).hasToString("{\"status\":\"success\"}");
    }

    @Test
    void aModelIsNamedByEitherMember() throws Exception {
        assertThat(OllamaCatalogue.asked(Wire.utf8("{\"name\":\"a\"}")))
                .isEqualTo(new OllamaCatalogue.Asked("a", true));
        assertThat(OllamaCatalogue.asked(Wire.utf8("{\"model\":\"b\",\"name\":\"a\",\"stream\":false}")))
                .isEqualTo(new OllamaCatalogue.Asked("b", false));
        assertThatThrownBy(() -> OllamaCatalogue.asked(Wire.utf8("{}"))).hasMessageContaining("'name'");
        assertThatThrownBy(() -> OllamaCatalogue.asked(new byte[0])).hasMessage("missing request body");
    }
}
