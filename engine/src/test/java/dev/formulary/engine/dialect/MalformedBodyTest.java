package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.refusal;
import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.WireBody;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedBodyTest {
    private static final OpenAiChat DIALECT = new OpenAiChat();

    private static Refusal refusalOf(byte[] body) {
        try {
            DIALECT.read(body);
        } catch (MalformedBodyException e) {
            return e.refusal();
        }
        throw new AssertionError("accepted");
    }

    @Test
    void saysTheLineAndTheColumn() {
        Refusal refusal = refusal(DIALECT, "{\n \"model\": \"a\",\n \"n\": tru }");
        assertThat(refusal.code()).isEqualTo("invalid_json");
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.param()).isEqualTo("body");
        assertThat(refusal.message()).startsWith("the body is not valid JSON at line 3, column ").doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"model\"", "{\"model\":", "{\"model\":\"a\"", "{\"model\":\"a\",}", "{model:1}",
            "{'model':1}", "{\"model\":NaN}", "{\"model\":01}", "{\"model\":\"\t\"}", "{\"a\":1 \"b\":2}"})
    void whatIsNotJsonIsRefused(String body) {
        assertThat(refusal(DIALECT, body).code()).isEqualTo("invalid_json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void whatIsEmptyIsRefused(String body) {
        assertThat(refusal(DIALECT, body).message()).isEqualTo("the body is empty, it must be a JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"text\"", "7"})
    void whatIsNoObjectIsRefused(String body) {
        assertThat(refusal(DIALECT, body).message()).isEqualTo("the body must be a JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{} {}", "{}]", "{},", "{}x"})
    void nothingMayFollow(String body) {
        assertThat(refusal(DIALECT, body).code()).isEqualTo("invalid_json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"model\":\"a\",\"model\":\"b\"}", "{\"model\":\"a\",\"mod\\u0065l\":\"b\"}"})
    void aMemberMayNotStandTwice(String body) {
        Refusal refusal = refusal(DIALECT, body);
        assertThat(refusal.message()).isEqualTo("the member 'model' stands twice");
        assertThat(refusal.param()).isEqualTo("model");
    }

    @Test
    void depthIsLimited() throws Exception {
        String members = "{\"model\":\"a\",\"messages\":[{\"role\":\"user\"}],\"deep\":";
        DIALECT.read(utf8(members + "[".repeat(199) + "]".repeat(199) + "}"));
        assertThat(refusal(DIALECT, members + "[".repeat(200) + "]".repeat(200) + "}").message())
                .startsWith("the body is nested deeper than 200 levels");
    }

    @ParameterizedTest
    @CsvSource({"c3 28", "ff", "80", "e2 82", "f8 88 80 80 80", "ed a0"})
    void bytesThatAreNotUtf8AreRefused(String hex) {
        byte[] wrong = java.util.HexFormat.ofDelimiter(" ").parseHex(hex);
        byte[] body = utf8("{\"model\":\"@@@@@@\"}");
        System.arraycopy(wrong, 0, body, 10, wrong.length);
        assertThat(refusalOf(body).code()).isEqualTo("invalid_json");
        byte[] name = utf8("{\"@@@@@@\":1}");
        System.arraycopy(wrong, 0, name, 2, wrong.length);
        assertThat(refusalOf(name).code()).isEqualTo("invalid_json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32BE", "UTF-32LE", "UTF-16"})
    void otherEncodingsAreRefused(String charset) {
        byte[] body = "{\"model\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .getBytes(Charset.forName(charset));
        assertThat(refusalOf(body).code()).isEqualTo("invalid_json");
    }

    @Test
    void aByteOrderMarkIsRefused() {
        assertThat(refusalOf("\uFEFF{\"model\":\"a\"}".getBytes(StandardCharsets.UTF_8)).code())
                .isEqualTo("invalid_json");
    }

    @Test
    void anUnknownMemberIsMissing() throws Exception {
        Json.Members members = Json.members(WireBody.OPENAI_CHAT, utf8("{\"a\":null}"));
        assertThat(members.get("a").isNull()).isTrue();
        assertThat(members.get("b").isMissingNode()).isTrue();
        assertThat(members.source().members()).isEqualTo(List.of(new WireBody.Member("a", 1, 9)));
    }

    @Test
    void whatTheWriterThrowsIsNotHidden() {
        assertThatThrownBy(() -> Json.bytes(out -> {
            throw new java.io.IOException("full");
        })).isInstanceOf(java.io.UncheckedIOException.class);
    }
}
