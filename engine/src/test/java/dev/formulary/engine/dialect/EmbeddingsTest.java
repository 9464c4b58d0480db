package dev.formulary.engine.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What clients of OpenAI's and of Ollama's format say and hear who ask for vectors.
class EmbeddingsTest {
    private static final ChatDialect OPENAI = dialect("openai-embeddings");
    private static final ChatDialect OLLAMA = dialect("ollama-embed");
    private static final ChatDialect OLDER = dialect("ollama-embeddings");

    private static ChatDialect dialect(String entrance) {
        return Dialects.of(entrance).orElseThrow();
    }

    private static Inquiry read(ChatDialect dialect, String body) throws MalformedBodyException {
        return dialect.read(Wire.utf8(body));
    }

    private static VectorQuestion question(ChatDialect dialect, String body) throws MalformedBodyException {
        return Objects.requireNonNull(read(dialect, body).vectors());
    }

    private static JsonNode written(ChatDialect dialect, String body) throws MalformedBodyException {
        var reply = new CollectedReply();
        reply.add(new ReplyEvent.Accounting(Usage.of(7, 0)));
        reply.add(List.of(new float[]{0.5f, -2}, new float[]{1, 1e-7f}), question(dialect, body));
        return Wire.json(dialect.whole(Wire.HEAD, reply));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "('a b')        | [a b]  | []",
            "['a','b']      | [a, b] | []",
            "[1,2]          | []     | [[1, 2]]",
            "[[1,2],[3]]    | []     | [[1, 2], [3]]"})
    void aTextSeveralOrTokensAreRead(String input, String texts, String tokens) throws Exception {
        Embeddings.Request request = question(OPENAI,
                "{\"model\":\"m\",\"input\":" + input.replace('\'', '"').replaceAll("[()]", "") + "}").request();

        assertThat(request.texts()).hasToString(texts);
        assertThat(request.tokens()).hasToString(tokens);
        assertThat(request.truncate()).isFalse();
    }

    @Test
    void textsAreOneMessageSoThatTheyAreScreened() throws Exception {
        ChatRequest asked = read(OPENAI, "{\"model\":\"m\",\"input\":[\"a\",\"b\"]}").request();

        assertThat(asked.messages()).singleElement()
                .satisfies(message -> assertThat(message.plainText()).isEqualTo("a\nb\n"));
        assertThat(asked.stream()).isFalse();
        assertThat(read(OPENAI, "{\"model\":\"m\",\"input\":[1]}").request().messages().getFirst().parts()).isEmpty();
    }

    @Test
    void whatTheCallerSaysBesideIsKept() throws Exception {
        Embeddings.Request request = question(OPENAI, """
            {"model":"m","input":"a","dimensions":256,"user":"u-1","input_type":"query"}""").request();

        assertThat(request.dimensions()).isEqualTo(256);
        assertThat(request.options().endUser()).isEqualTo("u-1");
        assertThat(request.options().extra()).containsOnlyKeys("input_type");
        assertThat(request.options().essential()).contains("input_type");
    }

    @Test
    void floatsAreNumbersAndBase64IsLittleEndian() throws Exception {
        JsonNode floats = written(OPENAI, "{\"model\":\"m\",\"input\":[\"a\",\"b\"]}");

        assertThat(floats.path("object").asText()).isEqualTo("list");
        assertThat(floats.path("model").asText()).isEqualTo("sim/fast");
        assertThat(floats.at("/data/0")).hasToString("{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5,-2.0]}");
        assertThat((float) floats.at("/data/1/embedding/1").doubleValue()).isEqualTo(1e-7f);
        assertThat(floats.path("usage")).hasToString("{\"prompt_tokens\":7,\"total_tokens\":7}");

        JsonNode packed = written(OPENAI, "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"base64\"}");
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(packed.at("/data/0/embedding").asText()))
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.remaining()).isEqualTo(8);
        assertThat(bytes.getFloat()).isEqualTo(0.5f);
        assertThat(bytes.getFloat()).isEqualTo(-2);
    }

    @Test
    void ollamaGetsItsOwnForms() throws Exception {
        JsonNode embed = written(OLLAMA, "{\"model\":\"m\",\"input\":[\"a\",\"b\"]}");
        assertThat(embed.path("embeddings")).hasToString("[[0.5,-2.0],[1.0,1.0E-7]]");
        assertThat(embed.path("prompt_eval_count").asInt()).isEqualTo(7);
        assertThat(embed.path("total_duration").isIntegralNumber()).isTrue();
        assertThat(embed.path("load_duration").isIntegralNumber()).isTrue();
        assertThat(written(OLDER, "{\"model\":\"m\",\"prompt\":\"a\"}")).hasToString("{\"embedding\":[0.5,-2.0]}");
        assertThat(OLDER.name()).isEqualTo(Dialect.OLLAMA_EMBEDDINGS).matches(Dialect::vectors);
    }

    @Test
    void ollamaCutsUnlessItIsToldNotToAndTakesOptions() throws Exception {
        Embeddings.Request request = question(OLLAMA, """
            {"model":"m","input":"a","keep_alive":"5m","options":{"num_ctx":512}}""").request();
        assertThat(request.truncate()).isTrue();
        assertThat(request.options().keepAlive()).isEqualTo(Duration.ofMinutes(5));
        assertThat(request.options().extra()).containsEntry("options.num_ctx", 512);
        assertThat(question(OLLAMA, "{\"model\":\"m\",\"input\":\"a\",\"truncate\":false}").request().truncate())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"'{\"model\":\"m\"}'", "'{\"model\":\"m\",\"input\":\"\"}'", "'{\"model\":\"m\",\"input\":[]}'"})
    void withoutATextOllamaOnlyLoadsTheModel(String body) throws Exception {
        assertThat(read(OLLAMA, body).loadOnly()).isTrue();
        assertThat(Wire.json(OLLAMA.loaded(Wire.HEAD, false)).path("embeddings")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{'model':'m'}                                       | 'input' must be a string, an array of strings",
            "{'model':'m','input':''}                            | 'input[0]' must be a text that is not empty",
            "{'model':'m','input':[]}                            | 'input' must hold at least one text",
            "{'model':'m','input':['a',1]}                       | 'input[1]' must be a string, like those before",
            "{'model':'m','input':[1,-1]}                        | 'input[1]' must be a token",
            "{'model':'m','input':[[1],'a']}                     | 'input[1]' must be an array",
            "{'model':'m','input':[[]]}                          | 'input[0]' must be a text that is not empty",
            "{'model':'m','input':{}}                            | 'input' must be a string",
            "{'model':'m','input':'a','encoding_format':'hex'}   | 'encoding_format' must be float or base64",
            "{'model':'m','input':'a','dimensions':0}            | 'dimensions' must be a whole number of at least 1",
            "{'model':'m','input':'a','dimensions':99999999}     | 'dimensions' must be a whole number from 1 to 65536",
            "{'input':'a'}                                       | 'model' must be a string"})
    void whatIsWrongIsNamed(String body, String message) {
        assertThatThrownBy(() -> read(OPENAI, body.replace('\'', '"'))).isInstanceOf(MalformedBodyException.class)
                .hasMessageContaining(message.replace('"', '\''));
    }

    @Test
    void tooManyTextsAreRefused() {
        String texts = String.join(",", Collections.nCopies(2_049, "\"a\""));
        assertThatThrownBy(() -> read(OPENAI, "{\"model\":\"m\",\"input\":[" + texts + "]}"))
                .isInstanceOfSatisfying(MalformedBodyException.class, e -> {
                    assertThat(e.refusal().code()).isEqualTo("too_many_inputs");
                    assertThat(e).hasMessageContaining("holds 2049 texts; send at most 2048 at once");
                });
        assertThatThrownBy(() -> read(OLLAMA, "{\"model\":\"m\",\"input\":[1,2]}"))
                .hasMessageContaining("'input' must be");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{'model':'m','input':['a']}                    | OPENAI_EMBEDDINGS",
            "{'model':'m','input':[1]}                      | OPENAI_EMBEDDINGS",
            "{'model':'m','input':'a','dimensions':2}       | OPENAI_EMBEDDINGS",
            "{'model':'m','input':'a','encoding_format':''} | OPENAI_EMBEDDINGS",
            "{'model':'m','messages':[],'dimensions':2}     | OPENAI_CHAT",
            "{'model':'m','options':{}}                     | OLLAMA_CHAT"})
    void aBodyThatDoesNotSayIsRecognised(String body, Dialect dialect) throws Exception {
        assertThat(Dialects.guess(Wire.utf8(body.replace('\'', '"'))).name()).isEqualTo(dialect);
    }

    @Test
    void errorsComeInTheFormOfTheClient() {
        Refusal refusal = Refusal.badRequest("c", "wrong", "input");
        assertThat(Wire.json(OPENAI.error(refusal)).at("/error/param").asText()).isEqualTo("input");
        assertThat(Wire.json(OLLAMA.error(refusal))).hasToString("{\"error\":\"wrong\"}");
    }
}
