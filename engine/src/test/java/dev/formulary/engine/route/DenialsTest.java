package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Dialects;
import dev.formulary.engine.dialect.OpenAiChat;
import dev.formulary.engine.facts.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The words by which Ollama's clients know why they got no answer.
class DenialsTest {
    private static final String TOOLS = """
        {"model":"a/m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"t"}}]}""";
    private static final ChatDialect OLLAMA = Dialects.of("ollama-chat").orElseThrow();

    @TempDir
    Path folder;

    private Answer.Whole denied(ChatDialect dialect, String code, String body) throws Exception {
        var desk = new Desk(folder, null);
        desk.dialect = dialect;
        desk.policy = Desk.denying(code);
        Answer.Whole answer = desk.whole(body);
        desk.assertSettled();
        return answer;
    }

    private static String error(Answer.Whole answer) {
        return Desk.json(answer).path("error").asText();
    }

    @Test
    void aModelWithoutToolsSaysSoAsOllamaDoes() throws Exception {
        Answer.Whole answer = denied(OLLAMA, "model_forbidden", TOOLS);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(error(answer)).isEqualTo("a/m does not support tools");
    }

    @Test
    void aModelWithoutVectorsSaysSo() throws Exception {
        Answer.Whole answer = denied(Dialects.of("ollama-embed").orElseThrow(), "model_forbidden",
                "{\"model\":\"a/m\",\"input\":\"a\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(error(answer)).isEqualTo("a/m does not support embeddings");
    }

    @Test
    void aModelThatIsNotThereIsNotFound() throws Exception {
        Answer.Whole answer = denied(OLLAMA, "model_not_found", TOOLS);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(error(answer)).isEqualTo("model 'a/m' not found (because of model_not_found)");
    }

    @Test
    void whatARuleForbidsIsToldInItsOwnWords() throws Exception {
        Answer.Whole answer = denied(OLLAMA, "model_forbidden", Desk.HELLO.replace("auto", "a/m"));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(error(answer)).isEqualTo("because of model_forbidden");
    }

    @Test
    void otherClientsHearWhatTheyAlwaysDid() throws Exception {
        Answer.Whole answer = denied(new OpenAiChat(), "model_forbidden", TOOLS);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(Desk.json(answer).at("/error/code").asText()).isEqualTo("model_forbidden");
    }
}
