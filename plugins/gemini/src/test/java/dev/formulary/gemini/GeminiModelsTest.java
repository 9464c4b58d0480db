package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.formulary.spi.Capability;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.testkit.VendorReply;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GeminiModelsTest extends GeminiCase {
    private static final String BATCH = "/v1beta/models/" + EMBEDDING_MODEL + ":batchEmbedContents";
    private static final String ONE = "/v1beta/models/" + EMBEDDING_MODEL + ":embedContent";

    private Provider silent() {
        return provider(http, Map.of("base-url", vendor.baseUrl(), "discover", false, "models",
                List.of("gemini-x", Map.of("id", "embed-x"))));
    }

    @Test
    void listsWhatTheVendorLists() throws Exception {
        List<ModelCard> cards = provider().models();
        assertThat(cards).extracting(ModelCard::id).containsExactly(MODEL, EMBEDDING_MODEL);
        ModelCard chat = cards.getFirst();
        assertThat(chat.capabilities()).containsExactlyInAnyOrder(Capability.CHAT, Capability.TOOLS, Capability.JSON,
                Capability.VISION, Capability.AUDIO, Capability.THINKING);
        assertThat(chat.contextTokens()).isEqualTo(1_048_576);
        assertThat(chat.attributes()).isEqualTo(
                Map.of("display-name", "Gemini 2.5 Flash", "version", "001", "output-tokens", "65536"));
        assertThat(chat.local()).isFalse();
        assertThat(chat.inputPrice()).isEqualTo(ModelCard.UNKNOWN);
        assertThat(cards.getLast().capabilities()).containsExactly(Capability.EMBED);
        assertThat(cards.getLast().contextTokens()).isEqualTo(2048);
    }

    @Test
    void leavesOutWhatAnswersOtherwiseThanInWords() throws Exception {
        vendor.next(MODELS, VendorReply.json(200,
                """
                    {"models":[
                      {"name":"models/imagen-4","supportedGenerationMethods":["predict"]},
                      {"name":"models/gemini-2.5-flash-image","supportedGenerationMethods":["generateContent"]},
                      {"name":"models/gemini-2.5-flash-preview-tts","supportedGenerationMethods":["generateContent"]},
                      {"name":"models/gemini-live","supportedGenerationMethods":["bidiGenerateContent"]},
                      {"name":"models/aqa","supportedGenerationMethods":["generateAnswer"]},
                      {"name":"models/gemma-3-27b-it","supportedGenerationMethods":["generateContent"],"inputTokenLimit":"many"},
                      {"name":"models/gemma-3-27b-it","supportedGenerationMethods":["generateContent"]},
                      {"name":"models/a b","supportedGenerationMethods":["generateContent"]},
                      {"name":"tunedModels/mine-1","supportedGenerationMethods":["generateContent"]},
                      {"name":"","supportedGenerationMethods":["generateContent"]}, {}, 7]}"""));
        List<ModelCard> cards = provider().models();
        assertThat(cards).extracting(ModelCard::id).containsExactly("gemma-3-27b-it", "tunedModels/mine-1");
        assertThat(cards.getFirst().capabilities()).containsExactly(Capability.CHAT);
        assertThat(cards.getFirst().contextTokens()).isZero();
    }

    @Test
    void turnsThePages() throws Exception {
        String model = "{\"name\":\"models/m%s\",\"supportedGenerationMethods\":[\"generateContent\"]}";
        vendor.next(MODELS, VendorReply.json(200,
                "{\"models\":[" + model.formatted(1) + "],\"nextPageToken\":\"a+b/c=\"}"));
        vendor.always(MODELS + "&pageToken=a%2Bb%2Fc%3D", VendorReply.json(200, "{\"models\":[" + model.formatted(2)
                + "],\"nextPageToken\":\"d\"}"));
        vendor.always(MODELS + "&pageToken=d", VendorReply.json(200, "{}"));
        assertThat(provider().models()).extracting(ModelCard::id).containsExactly("m1", "m2");
        assertThat(vendor.requests()).hasSize(3);
    }

    @Test
    void stopsWhereThePagesHaveNoEnd() throws Exception {
        vendor.next(MODELS, VendorReply.json(200, "{\"models\":[],\"nextPageToken\":\"again\"}"));
        vendor.always(MODELS + "&pageToken=again", VendorReply.json(200,
                "{\"models\":[],\"nextPageToken\":\"again\"}"));
        assertThat(provider().models()).isEmpty();
        assertThat(vendor.requests()).hasSize(20);
    }

    @Test
    void knowsTheConfiguredModelsWithoutAsking() throws Exception {
        List<ModelCard> cards = silent().models();
        assertThat(vendor.requests()).isEmpty();
        assertThat(cards).extracting(ModelCard::id).containsExactly("gemini-x", "embed-x");
        assertThat(cards.getFirst().capabilities()).contains(Capability.CHAT, Capability.TOOLS);
        assertThat(cards.getLast().capabilities()).isEqualTo(Set.of(Capability.EMBED));
    }

    @Test
    void saysWhyThereAreNoModels() {
        vendor.next(MODELS, VendorReply.json(403, "{}"), VendorReply.json(404, "{}"),
                VendorReply.json(200, "{\"hello\":1}"), VendorReply.json(200, "[]"), VendorReply.json(200, "<html>"),
                VendorReply.json(200, "{\"error\":{\"code\":503}}"));
        var provider = provider();
        for (FailureCategory category : List.of(FailureCategory.AUTH, FailureCategory.CONFIGURATION,
                FailureCategory.CONFIGURATION, FailureCategory.CONFIGURATION, FailureCategory.MALFORMED,
                FailureCategory.SERVER)) {
            assertThat(failure(provider::models).category()).isEqualTo(category);
        }
    }

    @Test
    void probesWithoutCost() {
        assertThatCode(() -> provider().probe(attempt())).doesNotThrowAnyException();
        assertThatCode(() -> silent().probe(attempt())).doesNotThrowAnyException();
        vendor.always("/v1beta/models?pageSize=1", VendorReply.json(404, "{}"));
        assertThatCode(() -> silent().probe(attempt())).doesNotThrowAnyException();
        assertThat(failure(() -> provider().probe(attempt())).category()).isEqualTo(FailureCategory.CONFIGURATION);
        vendor.always("/v1beta/models?pageSize=1", VendorReply.serverError());
        assertThat(failure(() -> silent().probe(attempt())).category()).isEqualTo(FailureCategory.SERVER);
    }

    @Test
    void turnsTextsIntoVectors() throws Exception {
        Embeddings answer = provider().embed(new Embeddings.Request(EMBEDDING_MODEL, List.of("a", "b"), 2),
                attempt());
        assertThat(answer.vectors()).containsExactly(new float[]{0.5f, -1}, new float[]{0.25f, 0.001f});
        assertThat(answer.usage().estimated()).isTrue();
        assertThat(json(vendor.last(BATCH).text())).isEqualTo(
                json("""
                    {"requests":[
                      {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},"outputDimensionality":2},
                      {"model":"models/gemini-embedding-001","content":{"parts":[{"text":"b"}]},"outputDimensionality":2}]}"""));
    }

    @Test
    void oneTextIsAskedAlone() throws Exception {
        vendor.always(ONE, VendorReply.json(200, "{\"embedding\":{\"values\":[1]}}"));
        Embeddings answer = provider().embed(new Embeddings.Request(EMBEDDING_MODEL, List.of("a"), null), attempt());
        assertThat(answer.vectors()).containsExactly(new float[]{1});
        assertThat(vendor.last(ONE).text()).isEqualTo(
                "{\"model\":\"models/gemini-embedding-001\",\"content\":{\"parts\":[{\"text\":\"a\"}]}}");
    }

    @Test
    void manyTextsAreAskedInTurns() throws Exception {
        String vectors = "{\"embeddings\":" + Collections.nCopies(100, "{\"values\":[1]}") + "}";
        vendor.next(BATCH, VendorReply.json(200, vectors), VendorReply.json(200, vectors));
        vendor.always(ONE, VendorReply.json(200, "{\"embedding\":{\"values\":[2]}}"));
        var request = new Embeddings.Request(EMBEDDING_MODEL, Collections.nCopies(201, "x"), null);
        assertThat(provider().embed(request, attempt()).vectors()).hasSize(201).endsWith(new float[]{2});
        assertThat(vendor.requests()).hasSize(3);
    }

    @Test
    void saysSoWhenVectorsAreMissing() {
        var request = new Embeddings.Request(EMBEDDING_MODEL, List.of("a", "b"), null);
        vendor.next(BATCH, VendorReply.json(200, "{\"embeddings\":[{\"values\":[1]}]}"),
                VendorReply.json(200, "{\"embeddings\":[{\"values\":[1]},{\"values\":[]}]}"),
                VendorReply.json(200, "{\"embeddings\":[{\"values\":[1]},{\"values\":[\"x\"]}]}"),
                VendorReply.json(200, "no"), VendorReply.json(200, "{\"error\":{\"code\":429}}"),
                VendorReply.json(429, "{}"));
        for (FailureCategory category : List.of(FailureCategory.MALFORMED, FailureCategory.MALFORMED,
                FailureCategory.MALFORMED, FailureCategory.MALFORMED, FailureCategory.THROTTLED,
                FailureCategory.THROTTLED)) {
            assertThat(failure(() -> provider().embed(request, attempt())).category()).isEqualTo(category);
        }
    }
}
