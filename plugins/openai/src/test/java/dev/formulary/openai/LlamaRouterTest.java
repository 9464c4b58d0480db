package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.Answer;
import dev.formulary.testkit.JdkHttpTransport;
import dev.formulary.testkit.TestAttempt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/// Models of a real llama.cpp server come and go. Runs where `LLAMA_ROUTER` names its program, which must be able to start
/// itself once more for each model: a script that starts it will not do.
@EnabledIfEnvironmentVariable(named = "LLAMA_ROUTER", matches = ".+")
class LlamaRouterTest {

    @Test
    void loadsAsksAndUnloads(@TempDir Path folder) throws Exception {
        Path models = Files.createDirectory(folder.resolve("models"));
        TinyModel.write(models.resolve("tiny.gguf"));
        try (LlamaServer server = LlamaServer.start(System.getenv("LLAMA_ROUTER"), folder, "--models-dir",
                models.toString()); var http = new JdkHttpTransport()) {
            Provider router = server.provider(http);
            assertThat(router.models()).extracting(card -> card.id()).containsExactly("tiny");
            assertThat(router.loaded(TestAttempt.patient())).isEmpty();
            router.load("tiny", null, TestAttempt.patient());
            router.load("tiny", null, TestAttempt.patient());
            assertThat(router.loaded(TestAttempt.patient())).extracting(LoadedModel::id).containsExactly("tiny");
            var request = new ChatRequest("tiny", List.of(Message.text(Role.USER, "Hi")), List.of(), null,
                    Sampling.DEFAULT, new Format.Free(), true, true, Map.of(), null);
            assertThat(Answer.read(router.chat(request, TestAttempt.patient())).text())
                    .isEqualTo(String.join("", TinyModel.SENTENCE));
            router.unload("tiny", TestAttempt.patient());
            router.unload("tiny", TestAttempt.patient());
            assertThat(catchThrowableOfType(ProviderException.class,
                    () -> router.load("none", null, TestAttempt.patient())).category())
                    .isEqualTo(FailureCategory.UNKNOWN_MODEL);
        }
    }
}
