package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import dev.formulary.testkit.VendorReply;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OllamaLoadingTest extends OllamaCase {
    private static final String GENERATE = "/api/generate";
    private static final String MODEL = "llama-test:latest";
    private static final String LOADED = "{\"model\":\"m\",\"message\":{},\"done\":true,\"done_reason\":\"load\"}";

    @Test
    void tellsWhatLiesInMemory() throws Exception {
        vendor.always("/api/ps", VendorReply.json(200,
                """
                    {"models":[{"name":"a","model":"a","size":1000,"size_vram":750,"expires_at":"2026-11-30T10:00:00+01:00",
                      "context_length":4096},{"name":"b","expires_at":"2318-01-01T00:00:00Z"},{"name":"c","expires_at":"?"},{}]}"""));
        assertThat(provider().loadsHere()).as("the server runs on this machine").isTrue();
        assertThat(provider().loaded(attempt())).containsExactly(
                new LoadedModel("a", 1000, 750, 4096, Instant.parse("2026-11-30T09:00:00Z")),
                new LoadedModel("b", -1, -1, 0, null), new LoadedModel("c", -1, -1, 0, null));
    }

    @Test
    void showsHowMuchOfAModelLiesOnTheGraphicsCard() throws Exception {
        var provider = provider();
        assertThat(provider.models().getFirst().attributes()).doesNotContainKey("gpu-share");
        vendor.always("/api/ps", VendorReply.json(200,
                "{\"models\":[{\"model\":\"" + MODEL + "\",\"size\":1000,\"size_vram\":755}]}"));
        assertThat(provider.models().getFirst().attributes()).containsEntry("gpu-share", "76%");
        vendor.always("/api/ps", VendorReply.serverError());
        assertThat(provider.models()).extracting(ModelCard::id).containsExactly(MODEL);
        assertThat(vendor.requests("/api/show")).as("asked once").hasSize(1);
    }

    @Test
    void knowsLicenceSizeAndKind() throws Exception {
        vendor.always("/api/show", VendorReply.json(200, """
            {"license":"\\n  Apache License\\n  Version 2.0","details":{"family":"llama","format":"gguf"},
             "model_info":{"general.architecture":"llama","general.parameter_count":8030261248,
             "llama.context_length":8192},"capabilities":["completion"]}"""));
        assertThat(provider().models().getFirst().attributes()).containsEntry("licence", "Apache License")
                .containsEntry("bytes", "1000").containsEntry("parameter-count", "8030261248")
                .containsEntry("parameter-size", "8B").containsEntry("format", "gguf");
        vendor.always("/api/show", VendorReply.json(200,
                "{\"license\":\"" + "x".repeat(99) + "\",\"model_info\":{\"general.license\":\"mit\"}}"));
        assertThat(provider().models().getFirst().attributes()).containsEntry("licence", "mit");
        vendor.always("/api/show", VendorReply.json(200, "{\"license\":\"" + "x".repeat(99) + "\"}"));
        assertThat(provider().models().getFirst().attributes().getOrDefault("licence", "")).hasSize(81);
    }

    @Test
    void loadsAModelWithTheContextThatItWillNeed() throws Exception {
        vendor.always(GENERATE, VendorReply.json(200, LOADED));
        var provider = provider(Map.of("keep-alive", "30m"));
        provider.load(MODEL, null, attempt());
        assertThat(vendor.last(GENERATE).text()).isEqualTo("{\"model\":\"llama-test:latest\","
                + "\"stream\":false,\"options\":{\"num_ctx\":2048},\"keep_alive\":\"30m\"}");
        provider.load(MODEL, Duration.ofMinutes(5), attempt());
        assertThat(vendor.last(GENERATE).text()).contains("\"keep_alive\":300}");
        provider.load(MODEL, Duration.ofSeconds(-1), attempt());
        assertThat(vendor.last(GENERATE).text()).contains("\"keep_alive\":-1}");
    }

    @Test
    void loadsAModelThatMakesVectorsByItsOwnPath() throws Exception {
        vendor.always("/api/show", VendorReply.ollamaShow(512, "embedding"));
        vendor.always("/api/embed", VendorReply.json(200, "{\"model\":\"m\",\"embeddings\":[]}"));
        var provider = provider();
        provider.models();
        provider.load(MODEL, null, attempt());
        assertThat(vendor.last("/api/embed").text()).isEqualTo("{\"model\":\"llama-test:latest\",\"input\":[]}");
    }

    @Test
    void unloadsAModel() throws Exception {
        vendor.always(GENERATE, VendorReply.json(200, LOADED.replace("load", "unload")));
        provider().unload(MODEL, attempt());
        assertThat(vendor.last(GENERATE).text()).isEqualTo("{\"model\":\"llama-test:latest\","
                + "\"stream\":false,\"keep_alive\":0}");
    }

    @Test
    void aMissingModelIsAnErrorAndNeverAnother() {
        VendorReply missing = VendorReply.json(404, "{\"error\":\"model 'x' not found\"}");
        vendor.always(GENERATE, missing).always(CHAT, missing);
        var provider = provider();
        assertThat(failure(() -> provider.load("x", null, attempt())).category())
                .isEqualTo(FailureCategory.UNKNOWN_MODEL);
        assertThat(failure(() -> provider.unload("x", attempt())).category()).isEqualTo(FailureCategory.UNKNOWN_MODEL);
        assertThat(failure(() -> provider.chat(ask(true), attempt())).category())
                .isEqualTo(FailureCategory.UNKNOWN_MODEL);
        vendor.always(GENERATE, VendorReply.json(200, "{\"error\":\"model requires more system memory\"}"));
        assertThat(failure(() -> provider.load("x", null, attempt())).category()).isEqualTo(FailureCategory.SERVER);
    }
}
