package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Setting;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.VendorReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectTest extends OpenAiCase {

    @ParameterizedTest
    @CsvSource({"x,https://api.openai.com/v1,openai", "x,https://openrouter.ai/api/v1,openrouter",
            "x,https://api.deepseek.com,deepseek", "x,https://api.groq.com/openai/v1,groq",
            "x,https://me.openai.azure.com,azure", "x,http://127.0.0.1:1234/v1,lmstudio", "x,http://nas:8000/v1,vllm",
            "x,http://localhost:8080/v1,llama.cpp", "x,https://example.org:8000/v1,compatible",
            "x,http://127.0.0.1:9/v1,compatible", "vllm,https://example.org/v1,vllm",
            "openai,http://127.0.0.1:9/v1,compatible", "openai,http://127.0.0.1:8000/v1,vllm",
            "vllm,https://api.groq.com/openai/v1,groq", "x,https://notopenrouter.ai/v1,compatible"})
    void isKnownByTheHostTheNameOrThePort(String id, String url, String dialect) throws ProviderException {
        assertThat(OpenAiSettings.of(id, Map.of("base-url", url)).dialect().name()).isEqualTo(dialect);
        assertThat(OpenAiSettings.of(id, Map.of("base-url", url, "dialect", "auto")).dialect().name())
                .isEqualTo(dialect);
        assertThat(OpenAiSettings.of(id, Map.of("base-url", url, "dialect", "deepseek")).dialect().name())
                .isEqualTo("deepseek");
    }

    @Test
    void hasAnAddressOfItsOwnWhereEverybodySharesOne() throws ProviderException {
        assertThat(OpenAiSettings.of("x", Map.of("dialect", "openrouter")).baseUrl())
                .isEqualTo("https://openrouter.ai/api/v1");
        assertThat(OpenAiSettings.of("groq", Map.of()).baseUrl()).isEqualTo("https://api.groq.com/openai/v1");
        assertThat(failure(() -> OpenAiSettings.of("x", Map.of("dialect", "vllm"))))
                .hasMessage("provider 'x': 'base-url' is missing; it must be an address such as "
                        + "'http://127.0.0.1:8000/v1'");
        assertThat(failure(() -> OpenAiSettings.of("x", Map.of("dialect", "klingon"))))
                .hasMessageStartingWith("provider 'x': 'dialect' must be one of auto, openai, azure, openrouter");
    }

    @Test
    void everyDialectSaysWhatItNeedsTo() {
        assertThat(Dialects.names()).doesNotHaveDuplicates().endsWith("compatible");
        for (Dialect dialect : Dialects.ALL) {
            assertThat(dialect.limits()).as(dialect.name()).isNotEmpty();
            assertThat(dialect.efforts()).as(dialect.name()).isNotEmpty();
        }
    }

    @Test
    void declaresEverySetting() throws ProviderException {
        for (Setting setting : new OpenAiFactory().settings()) {
            assertThat(setting.meaning()).endsWith(".");
        }
        assertThat(new OpenAiFactory().settings()).extracting(Setting::name).doesNotHaveDuplicates()
                .doesNotContain("id", "kind", "models");
        assertThat(failure(() -> OpenAiSettings.of("x", Map.of("api-keys", List.of(1))))).hasMessageContaining("list");
        assertThat(OpenAiSettings.of("x", Map.of("api-key", "a", "api-keys", List.of("b", "a", " "))).keys())
                .containsExactly("a", "b");
    }

    @Test
    void sendsWhoAsks() throws Exception {
        all(provider(Map.of("referer", "https://example.org", "title", "Example")).chat(ask(false), attempt()));
        assertThat(vendor.last(CHAT).headers()).containsEntry("http-referer", "https://example.org")
                .containsEntry("x-title", "Example");
    }

    @ParameterizedTest
    @CsvSource({
            "'',/openai/deployments/gpt-test/chat/completions?api-version=2024-10-21,/openai/models?api-version=2024-10-21",
            "/openai/deployments/mine,/openai/deployments/mine/chat/completions?api-version=2024-10-21,",
            "/openai/v1,/openai/v1/chat/completions?api-version=2024-10-21,/openai/v1/models?api-version=2024-10-21"})
    void asksAzureAsItWantsToBeAsked(String path, String chat, String models) throws Exception {
        String base = vendor.baseUrl().replace("/v1", "") + path;
        vendor.always(chat, VendorReply.openai("Hi")).always(models == null ? "/none" : models,
                VendorReply.openaiModels("gpt-test"));
        Provider azure = provider(Map.of("base-url", base, "dialect", "azure", "api-version", "2024-10-21"));
        assertThat(text(all(azure.chat(ask(false), attempt())))).isEqualTo("Hi");
        assertThat(vendor.last(chat).headers()).containsEntry("api-key", KEY).doesNotContainKey("authorization");
        if (models != null) {
            assertThat(azure.models()).extracting(ModelCard::id).containsExactly("gpt-test");
        }
    }

    @Test
    void asksLlamaCppForTheContextThatItHasReserved() throws Exception {
        vendor.always("/v1/models", VendorReply.json(200, """
            {"models":[{"name":"q.gguf"}],"object":"list","data":[{"id":"q.gguf","object":"model","owned_by":"llamacpp",
             "meta":{"vocab_type":2,"n_ctx_train":40960,"n_params":596049920,"size":1}}]}"""));
        Provider server = provider(Map.of("dialect", "llama.cpp"));
        vendor.always("/props", VendorReply.json(200,
                """
                    {"default_generation_settings":{"n_ctx":4096},"total_slots":1,"modalities":{"vision":true,"audio":false}}"""));
        ModelCard card = server.models().getFirst();
        assertThat(card.contextTokens()).isEqualTo(4096);
        assertThat(card.capabilities()).contains(Capability.VISION).doesNotContain(Capability.AUDIO);
        assertThat(card.attributes()).containsEntry("parameter-count", "596049920");
        vendor.always("/props", VendorReply.json(404, "{}"));
        assertThat(server.models().getFirst().contextTokens()).isEqualTo(40960);
    }

    @Test
    void looksAtTheHealthOfServersThatTell() throws Exception {
        Provider server = provider(Map.of("dialect", "vllm"));
        server.probe(attempt());
        assertThat(vendor.requests("/v1/models")).as("no such path, so the list").hasSize(1);
        vendor.always("/health", VendorReply.text(200, ""));
        server.probe(attempt());
        assertThat(vendor.requests("/v1/models")).hasSize(1);
        vendor.always("/health", VendorReply.json(503,
                "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}"));
        assertThat(failure(() -> server.probe(attempt())).category()).isEqualTo(FailureCategory.SERVER);
    }

    private static VendorReply inState(String state) {
        return VendorReply.json(200, "{\"data\":[{\"id\":\"a\",\"status\":{\"value\":\"" + state
                + "\"},\"meta\":{\"n_ctx\":512,\"size\":9}},{\"id\":\"b\",\"status\":{\"value\":\"unloaded\"}}]}");
    }

    private static VendorReply refusal(String message) {
        return VendorReply.json(400, "{\"error\":{\"code\":400,\"message\":\"" + message + "\"}}");
    }

    @Test
    void waitsUntilTheModelIsThere() throws Exception {
        Provider router = provider(Map.of("dialect", "llama.cpp"));
        vendor.next("/models", inState("unloaded"), inState("loading"), inState("loading"));
        vendor.always("/models", inState("loaded")).always("/models/load", VendorReply.json(200, "{\"success\":true}"));
        router.load("a", null, attempt());
        assertThat(vendor.last("/models/load").text()).isEqualTo("{\"model\":\"a\"}");
        assertThat(vendor.requests("/models")).hasSize(4);
        assertThat(router.loaded(attempt())).containsExactly(new LoadedModel("a", 9, -1, 512, null));
        router.load("a", null, attempt());
        assertThat(vendor.requests("/models/load")).as("nothing to do").hasSize(1);
    }

    @Test
    void saysSoWhenAModelDoesNotCome() {
        Provider router = provider(Map.of("dialect", "llama.cpp"));
        vendor.always("/models/load", refusal("model is already running"));
        vendor.next("/models", inState("unloaded"), inState("unloaded\",\"failed\":true,\"x\":\""));
        assertThat(failure(() -> router.load("a", null, attempt())).category()).isEqualTo(FailureCategory.SERVER);
        vendor.always("/models", inState("loading"));
        assertThat(failure(() -> router.load("a", null, TestAttempt.lasting(Duration.ofMillis(150)))).category())
                .isEqualTo(FailureCategory.TIMEOUT);
        assertThat(failure(() -> router.load("z", null, attempt())).category())
                .isEqualTo(FailureCategory.UNKNOWN_MODEL);
    }

    @Test
    void unloadsAModelOnceAndDoesNotMindTwice() throws Exception {
        Provider router = provider(Map.of("dialect", "llama.cpp"));
        vendor.always("/models", inState("loaded"));
        vendor.next("/models/unload", VendorReply.json(200, "{\"success\":true}"), refusal("model is not running"),
                VendorReply.serverError());
        router.unload("a", attempt());
        router.unload("a", attempt());
        assertThat(failure(() -> router.unload("a", attempt())).category()).isEqualTo(FailureCategory.SERVER);
    }

    @Test
    void leavesServersAloneThatLoadByThemselves() throws Exception {
        vendor.always("/models", VendorReply.openaiModels("m"));
        Provider single = provider(Map.of("dialect", "llama.cpp"));
        assertThat(single.loaded(attempt())).extracting(LoadedModel::id).containsExactly("m");
        single.load("m", null, attempt());
        assertThat(failure(() -> single.unload("m", attempt())).category()).isEqualTo(FailureCategory.UNSUPPORTED);
        Provider other = provider();
        assertThat(other.loaded(attempt())).isEmpty();
        assertThat(failure(() -> other.load("m", null, attempt())).category()).isEqualTo(FailureCategory.UNSUPPORTED);
    }

    @Test
    void neverLetsAnotherModelAnswer() throws Exception {
        vendor.always("/v1/models", VendorReply.json(200,
                "{\"data\":[{\"id\":\"tiny.gguf\",\"aliases\":[\"gpt-test\"]},{\"id\":\"other\"}]}"));
        Provider server = provider(Map.of("dialect", "llama.cpp"));
        assertThat(text(all(server.chat(ask(false), attempt())))).as("by its other name").isEqualTo(
                "Hello from the vendor.");
        vendor.always("/v1/models", VendorReply.openaiModels("other"));
        server.models();
        ProviderException failure = failure(() -> server.chat(ask(false), attempt()));
        assertThat(failure.category()).isEqualTo(FailureCategory.UNKNOWN_MODEL);
        assertThat(failure).hasMessage("the server has no model 'gpt-test' and would answer with another");
        assertThat(vendor.requests(CHAT)).hasSize(1);
    }

    @Test
    void readsPricesOfClasses() throws Exception {
        vendor.always("/v1/models", VendorReply.json(200, """
            {"data":[{"id":"a","pricing":{"prompt":"0.000003","completion":"0.000015","input_cache_read":"0.0000003",
             "input_cache_write":"0.00000375"}}]}"""));
        ModelCard card = provider(Map.of("free", false)).models().getFirst();
        assertThat(card.classPrices().cachedInput()).isEqualTo(300_000);
        assertThat(card.classPrices().cacheWrite()).isEqualTo(3_750_000);
        assertThat(card.classPrices().source()).isEqualTo("the vendor's list of models");
    }

    @Test
    void callsTheLimitWhatTheServerCallsIt() throws Exception {
        var limit = new Sampling(null, null, 5, null, null, List.of());
        all(provider(Map.of("dialect", "openai")).chat(askNatively("{\"max_tokens\":9}", false, limit), attempt()));
        assertThat(vendor.last(CHAT).text()).isEqualTo("{\"model\":\"gpt-test\",\"max_completion_tokens\":5}");
        all(provider(Map.of("dialect", "deepseek")).chat(askNatively("{\"max_completion_tokens\":9}", false, limit),
                attempt()));
        assertThat(vendor.last(CHAT).text()).isEqualTo("{\"model\":\"gpt-test\",\"max_tokens\":5}");
    }
}
