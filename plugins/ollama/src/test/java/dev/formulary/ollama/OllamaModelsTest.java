package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.formulary.spi.Capability;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.testkit.VendorReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OllamaModelsTest extends OllamaCase {
    private static final String TAGS = "/api/tags";
    private static final String SHOW = "/api/show";
    private static final String EMBED = "/api/embed";

    @Test
    void tellsWhatAModelCan() throws Exception {
        vendor.always(SHOW,
                VendorReply.ollamaShow(40960, "completion", "tools", "vision", "thinking", "audio", "insert"));
        ModelCard card = provider().models().getFirst();
        assertThat(card.id()).isEqualTo("llama-test:latest");
        assertThat(card.contextTokens()).isEqualTo(40960);
        assertThat(card.capabilities()).containsExactlyInAnyOrder(Capability.CHAT, Capability.JSON, Capability.TOOLS,
                Capability.VISION, Capability.THINKING, Capability.AUDIO);
        assertThat(card.local()).isTrue();
        assertThat(card.inputPrice()).isZero();
        assertThat(card.outputPrice()).isZero();
        assertThat(card.attributes()).containsEntry("quantization-level", "Q4_K_M").containsEntry("family", "llama");
        assertThat(vendor.last(SHOW).text()).isEqualTo("{\"model\":\"llama-test:latest\"}");
    }

    @Test
    void asksOnceForEachVersionOfAModel() throws Exception {
        vendor.always(TAGS, VendorReply.ollamaTags("a", "b"));
        var provider = provider();
        provider.models();
        provider.models();
        assertThat(vendor.requests(SHOW)).hasSize(2);
        vendor.always(TAGS, VendorReply.json(200, "{\"models\":[{\"name\":\"a\",\"digest\":\"new\"}]}"));
        assertThat(provider.models()).extracting(ModelCard::id).containsExactly("a");
        assertThat(vendor.requests(SHOW)).hasSize(3);
    }

    @Test
    void toleratesOldServersThatSayLittle() throws Exception {
        vendor.always(TAGS, VendorReply.json(200, "{\"models\":[{\"name\":\"a\",\"details\":{\"context_length\":512}},"
                + "{\"name\":\"all-embed\"},{\"name\":\"a\"},{}]}"));
        vendor.always(SHOW, VendorReply.json(404, "{\"error\":\"not found\"}"));
        List<ModelCard> cards = provider().models();
        assertThat(cards).extracting(ModelCard::id).containsExactly("a", "all-embed");
        assertThat(cards.getFirst().capabilities()).containsExactlyInAnyOrder(Capability.CHAT, Capability.JSON);
        assertThat(cards.getFirst().contextTokens()).isEqualTo(512);
        assertThat(cards.getLast().capabilities()).containsExactly(Capability.EMBED);
        vendor.always(TAGS, VendorReply.json(200, "{\"models\":null}"));
        assertThat(provider().models()).isEmpty();
    }

    @Test
    void knowsModelsThatAreOnlyPassedOn() throws Exception {
        vendor.always(TAGS, VendorReply.json(200, "{\"models\":[{\"model\":\"big:cloud\",\"digest\":\"1\","
                + "\"remote_host\":\"https://ollama.com\",\"capabilities\":[\"embedding\"]}]}"));
        vendor.always(SHOW, VendorReply.json(200, "{}"));
        ModelCard card = provider().models().getFirst();
        assertThat(card.local()).isFalse();
        assertThat(card.inputPrice()).isEqualTo(ModelCard.UNKNOWN);
        assertThat(card.capabilities()).containsExactly(Capability.EMBED);
    }

    @Test
    void saysWhyThereAreNoModels() {
        vendor.next(TAGS, VendorReply.json(401, "{\"error\":\"unauthorized\"}"), VendorReply.json(200, "<html>"));
        var provider = provider();
        assertThat(failure(provider::models).category()).isEqualTo(FailureCategory.AUTH);
        assertThat(failure(provider::models).category()).isEqualTo(FailureCategory.MALFORMED);
        vendor.close();
        assertThat(failure(provider::models).category()).isEqualTo(FailureCategory.CONNECT);
    }

    @Test
    void keepsAModelOfWhichTheServerSaysNothing() {
        vendor.next(SHOW, VendorReply.slam());
        assertThatCode(() -> provider().models()).doesNotThrowAnyException();
    }

    @Test
    void probesWithoutCost() {
        assertThatCode(() -> provider().probe(attempt())).doesNotThrowAnyException();
        vendor.always("/api/version", VendorReply.serverError());
        assertThat(failure(() -> provider().probe(attempt())).category()).isEqualTo(FailureCategory.SERVER);
    }

    @Test
    void turnsTextsIntoVectors() throws Exception {
        var request = new Embeddings.Request("llama-test:latest", List.of("a", "bcd"), 2);
        Embeddings answer = provider(Map.of("keep-alive", "5m")).embed(request, attempt());
        assertThat(answer.vectors()).containsExactly(new float[]{1, 1}, new float[]{3, 1});
        assertThat(answer.usage().promptTokens()).isEqualTo(4);
        assertThat(vendor.last(EMBED).text()).isEqualTo("{\"model\":\"llama-test:latest\",\"input\":[\"a\",\"bcd\"],"
                + "\"truncate\":false,\"dimensions\":2,\"keep_alive\":\"5m\"}");
    }

    @Test
    void passesOnOptionsOfItsOwnAndTellsOfOthers() throws Exception {
        Map<String, @Nullable Object> extra = Map.of("options.num_ctx", 64, "odd", true);
        var options = new Embeddings.Options("u-1", Duration.ofSeconds(-1), extra, Set.of("input_type"));
        var request = new Embeddings.Request("m", List.of("a"), null, List.of(), true, options);
        Embeddings answer = provider().embed(request, attempt());
        assertThat(answer.ignored()).containsExactlyInAnyOrder("user", "odd");
        assertThat(vendor.last(EMBED).text()).isEqualTo("{\"model\":\"m\",\"input\":[\"a\"],\"truncate\":true,"
                + "\"keep_alive\":-1,\"options\":{\"num_ctx\":64}}");
        assertThat(provider().takesTokens()).isFalse();
    }

    @Test
    void refusesWhatWouldMakeTheVectorsOthers() {
        var options = new Embeddings.Options(null, null, Map.of("input_type", "query"), Set.of("input_type"));
        var request = new Embeddings.Request("m", List.of("a"), null, List.of(), true, options);
        assertThat(failure(() -> provider().embed(request, attempt())).category())
                .isEqualTo(FailureCategory.UNSUPPORTED);
    }

    @Test
    void saysSoWhenVectorsAreMissing() {
        var request = new Embeddings.Request("m", List.of("a", "b"), null);
        vendor.next(EMBED, VendorReply.json(200, "{\"embeddings\":[[1]]}"),
                VendorReply.json(200, "{\"error\":\"model 'm' not found\"}"),
                VendorReply.json(404, "{\"error\":\"model 'm' not found\"}"));
        for (FailureCategory category : List.of(FailureCategory.MALFORMED, FailureCategory.UNKNOWN_MODEL,
                FailureCategory.UNKNOWN_MODEL)) {
            assertThat(failure(() -> provider().embed(request, attempt())).category()).isEqualTo(category);
        }
    }
}
