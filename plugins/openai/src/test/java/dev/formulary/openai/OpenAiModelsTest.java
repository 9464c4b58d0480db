package dev.formulary.openai;

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

class OpenAiModelsTest extends OpenAiCase {
    private static final String MODELS = "/v1/models";
    private static final String EMBEDDINGS = "/v1/embeddings";

    @Test
    void listsWhatTheVendorLists() throws Exception {
        List<ModelCard> cards = provider().models();
        assertThat(cards).extracting(ModelCard::id).containsExactly("gpt-test", "text-embed-test");
        assertThat(cards.getFirst().capabilities()).containsExactlyInAnyOrder(Capability.CHAT, Capability.TOOLS,
                Capability.JSON);
        assertThat(cards.getLast().capabilities()).containsExactly(Capability.EMBED);
        assertThat(cards.getFirst().local()).isTrue();
        assertThat(cards.getFirst().inputPrice()).isZero();
        assertThat(vendor.last(MODELS).headers()).containsEntry("authorization", "Bearer " + KEY);
    }

    @Test
    void knowsNoPriceThatNobodyNames() throws Exception {
        ModelCard card = provider(Map.of("local", false)).models().getFirst();
        assertThat(card.inputPrice()).isEqualTo(ModelCard.UNKNOWN);
        assertThat(card.outputPrice()).isEqualTo(ModelCard.UNKNOWN);
    }

    @Test
    void believesWhatRicherListsSay() throws Exception {
        vendor.always(MODELS, VendorReply.json(200, """
            {"data":[{"id":"a/b","context_length":32768,"architecture":{"input_modalities":["text","image","audio"]},
              "supported_parameters":["tools","reasoning"],"pricing":{"prompt":"0.0000025","completion":0.00001}},
             {"id":"v","max_model_len":4096,"pricing":{"prompt":"-1","completion":"x"}},
             {"id":"l","meta":{"n_ctx_train":2048}},{"id":"whisper-1"},{"id":""},{"id":"l"}]}"""));
        List<ModelCard> cards = provider(Map.of("free", false)).models();
        assertThat(cards).extracting(ModelCard::id).containsExactly("a/b", "v", "l");
        assertThat(cards).extracting(ModelCard::contextTokens).containsExactly(32768, 4096, 2048);
        ModelCard rich = cards.getFirst();
        assertThat(rich.inputPrice()).isEqualTo(2_500_000);
        assertThat(rich.outputPrice()).isEqualTo(10_000_000);
        assertThat(rich.capabilities()).containsExactlyInAnyOrder(Capability.CHAT, Capability.TOOLS,
                Capability.THINKING, Capability.VISION, Capability.AUDIO);
        assertThat(cards.get(1).inputPrice()).isEqualTo(ModelCard.UNKNOWN);
        assertThat(cards.get(1).outputPrice()).isEqualTo(ModelCard.UNKNOWN);
    }

    @Test
    void asksNobodyWhenTheModelsAreConfigured() throws Exception {
        var provider = provider(Map.of("models", List.of("one", "two", "one"), "discover", false));
        assertThat(provider.models()).extracting(ModelCard::id).containsExactly("one", "two");
        assertThat(vendor.requests()).isEmpty();
    }

    @Test
    void addsTheConfiguredModelsToThoseFound() throws Exception {
        var provider = provider(Map.of("models", List.of("one", "gpt-test")));
        assertThat(provider.models()).extracting(ModelCard::id).containsExactly("gpt-test", "text-embed-test", "one");
        vendor.always(MODELS, VendorReply.json(404, "{}"));
        assertThat(provider.models()).extracting(ModelCard::id).containsExactly("one", "gpt-test");
    }

    @Test
    void saysWhyThereAreNoModels() {
        vendor.next(MODELS, VendorReply.json(401, "{}"), VendorReply.json(200, "{\"hello\":1}"),
                VendorReply.json(200, "<html>"), VendorReply.json(200, "{\"error\":\"Unexpected endpoint\"}"));
        var provider = provider();
        for (FailureCategory category : List.of(FailureCategory.AUTH, FailureCategory.CONFIGURATION,
                FailureCategory.MALFORMED, FailureCategory.CONFIGURATION)) {
            assertThat(failure(provider::models).category()).isEqualTo(category);
        }
    }

    @Test
    void namesTheAddressButNotThePasswordInIt() {
        vendor.always(MODELS, VendorReply.json(200, "{}"));
        var provider = provider(Map.of("base-url", vendor.baseUrl().replace("127.0.0.1", "me:hunter2@127.0.0.1")));
        assertThat(failure(provider::models))
                .hasMessageStartingWith("'/v1/models' at '127.0.0.1' has no list of models");
    }

    @Test
    void probesWithoutCost() {
        var provider = provider();
        assertThatCode(() -> provider.probe(attempt())).doesNotThrowAnyException();
        vendor.always(MODELS, VendorReply.json(404, "{}"));
        assertThat(failure(() -> provider.probe(attempt())).category()).isEqualTo(FailureCategory.UNKNOWN_MODEL);
        var silent = provider(Map.of("discover", false, "models", List.of("m")));
        assertThatCode(() -> silent.probe(attempt())).doesNotThrowAnyException();
        vendor.always(MODELS, VendorReply.serverError());
        assertThat(failure(() -> silent.probe(attempt())).category()).isEqualTo(FailureCategory.SERVER);
    }

    @Test
    void turnsTextsIntoVectors() throws Exception {
        var request = new Embeddings.Request("text-embed-test", List.of("a", "bcd"), 2);
        Embeddings answer = provider().embed(request, attempt());
        assertThat(answer.vectors()).containsExactly(new float[]{1, 1}, new float[]{3, 1});
        assertThat(answer.usage().promptTokens()).isEqualTo(4);
        assertThat(vendor.last(EMBEDDINGS).text()).isEqualTo("{\"model\":\"text-embed-test\",\"input\":[\"a\",\"bcd\"],"
                + "\"encoding_format\":\"base64\",\"dimensions\":2}");
    }

    @Test
    void passesOnTokensAndWhatTheCallerSaysBeside() throws Exception {
        Map<String, @Nullable Object> extra = Map.of("input_type", "query", "options.num_ctx", 64);
        var options = new Embeddings.Options("u-1", Duration.ofMinutes(5), extra, Set.of("input_type"));
        var request = new Embeddings.Request("m", List.of(), null, List.of(List.of(1, 2), List.of(3)), true, options);
        vendor.next(EMBEDDINGS, VendorReply.json(200, "{\"data\":[{\"embedding\":[1]},{\"embedding\":[2]}]}"));
        Embeddings answer = provider().embed(request, attempt());
        assertThat(provider().takesTokens()).isTrue();
        assertThat(answer.vectors()).hasSize(2);
        assertThat(answer.ignored()).containsExactlyInAnyOrder("keep_alive", "options.num_ctx");
        assertThat(vendor.last(EMBEDDINGS).text()).isEqualTo("{\"input_type\":\"query\",\"model\":\"m\","
                + "\"input\":[[1,2],[3]],\"user\":\"u-1\",\"encoding_format\":\"base64\"}");
    }

    @Test
    void readsVectorsInBase64AndInAnyOrder() throws Exception {
        vendor.next(EMBEDDINGS, VendorReply.json(200, "{\"data\":[{\"index\":1,\"embedding\":\"AACAPwAAAMA=\"},"
                + "{\"index\":0,\"embedding\":[0.5]}]}"));
        Embeddings answer = provider().embed(new Embeddings.Request("m", List.of("a", "b"), null), attempt());
        assertThat(answer.vectors()).containsExactly(new float[]{0.5f}, new float[]{1, -2});
        assertThat(answer.usage().estimated()).isTrue();
    }

    @Test
    void saysSoWhenVectorsAreMissing() {
        var request = new Embeddings.Request("m", List.of("a", "b"), null);
        vendor.next(EMBEDDINGS, VendorReply.json(200, "{\"data\":[{\"embedding\":[1]}]}"),
                VendorReply.json(200, "{\"data\":[{\"embedding\":\"?\"}]}"), VendorReply.json(200, "no"),
                VendorReply.json(200, "{\"error\":{\"code\":429}}"), VendorReply.throttled("3"));
        for (FailureCategory category : List.of(FailureCategory.MALFORMED, FailureCategory.MALFORMED,
                FailureCategory.MALFORMED, FailureCategory.THROTTLED, FailureCategory.THROTTLED)) {
            assertThat(failure(() -> provider().embed(request, attempt())).category()).isEqualTo(category);
        }
    }
}
