package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.Provider;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturesTest extends GeminiCase {
    private static final String THREE = "gemini-3-flash-preview";

    private final Tape tape = new Tape(200, recorded("parallel-calls-in-one-frame").frames().toString().getBytes(
            StandardCharsets.UTF_8));
    private final Provider provider = provider(tape);

    private static ToolCall call(String id, @Nullable String signature) {
        return new ToolCall(id, "weather", "{}", signature);
    }

    private JsonNode parts(Ask ask) throws Exception {
        provider.chat(ask.model(THREE).whole(), attempt()).close();
        return json(tape.last()).at("/contents/1/parts");
    }

    @Test
    void whatTheClientKeptGoesBackWhereItWas() throws Exception {
        JsonNode parts = parts(new Ask().user("?").calls(call("1", "gemini:AbC="), call("2", null)).result("1", "x")
                .result("2", "y"));
        assertThat(parts.path(0).path("thoughtSignature").asText()).isEqualTo("AbC=");
        assertThat(parts.path(1).has("thoughtSignature")).isFalse();
    }

    @Test
    void whatTheClientDroppedIsRemembered() throws Exception {
        provider.chat(Ask.hi().whole(), attempt()).close();
        JsonNode parts = parts(new Ask().user("?").calls(call("q7w2e9", null), call("a1s3d5", null))
                .result("a1s3d5", "y").result("q7w2e9", "x"));
        assertThat(parts.path(0).path("thoughtSignature").asText()).isEqualTo("EsMBCsABAVSoX");
        assertThat(parts.path(1).has("thoughtSignature")).isFalse();
    }

    @Test
    void whatIsRememberedFollowsItsCall() throws Exception {
        provider.chat(Ask.hi().whole(), attempt()).close();
        JsonNode parts = parts(new Ask().user("?").calls(call("a1s3d5", null), call("q7w2e9", null)));
        assertThat(parts.path(0).path("thoughtSignature").asText()).isEqualTo(Signatures.NONE);
        assertThat(parts.path(1).path("thoughtSignature").asText()).isEqualTo("EsMBCsABAVSoX");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "anthropic:AbC=", "gemini", "gemini:", "AbC="})
    void whereNobodyHasItTheVendorIsToldSo(String foreign) throws Exception {
        JsonNode parts = parts(new Ask().user("?").calls(call("1", foreign), call("2", null)));
        assertThat(parts.path(0).path("thoughtSignature").asText()).isEqualTo("skip_thought_signature_validator");
        assertThat(parts.path(1).has("thoughtSignature")).isFalse();
    }

    @Test
    void eachStepHasItsOwn() throws Exception {
        parts(new Ask().user("?").calls(call("1", "gemini:one")).result("1", "x").calls(call("2", null))
                .result("2", "y"));
        assertThat(json(tape.last()).findValuesAsText("thoughtSignature")).containsExactly("one", Signatures.NONE);
    }

    @Test
    void olderModelsAreNotToldSo() throws Exception {
        provider.chat(new Ask().user("?").calls(call("1", null)).result("1", "x").whole(), attempt()).close();
        assertThat(tape.last()).doesNotContain("thoughtSignature");
    }

    @Test
    void aSignatureOfThoughtsGoesBackOnTheLastWords() throws Exception {
        var thought = new ChatRequest.Thought("", "gemini:c2ln");
        JsonNode alone = parts(new Ask().user("?").message(Role.ASSISTANT, thought).user("!"));
        assertThat(alone).isEqualTo(json("[{\"text\":\"\",\"thoughtSignature\":\"c2ln\"}]"));
        JsonNode words = parts(new Ask().user("?").message(Role.ASSISTANT, thought, new ChatRequest.Text("a"),
                new ChatRequest.Text("b")).user("!"));
        assertThat(words).isEqualTo(json("[{\"text\":\"a\"},{\"text\":\"b\",\"thoughtSignature\":\"c2ln\"}]"));
        JsonNode foreign = parts(new Ask().user("?").message(Role.ASSISTANT,
                new ChatRequest.Thought("hm", "other:c2ln"), new ChatRequest.Text("a")).user("!"));
        assertThat(foreign).isEqualTo(json("[{\"text\":\"hm\",\"thought\":true},{\"text\":\"a\"}]"));
    }

    @Test
    void theOneUsedLongestAgoIsForgottenFirst() {
        var memory = new Signatures(3, 1000);
        IntStream.range(0, 3).forEach(i -> memory.remember("c" + i, "s" + i));
        assertThat(memory.of(call("c0", null))).isEqualTo("s0");
        memory.remember("c3", "s3");
        assertThat(memory.of(call("c1", null))).isNull();
        assertThat(memory.of(call("c0", null))).isEqualTo("s0");
        assertThat(memory.of(call("", null))).isNull();
    }

    @Test
    void memoryStaysBounded() {
        var memory = new Signatures(100, 5000);
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            memory.remember("c" + random.nextInt(200), "s".repeat(random.nextInt(300)));
            assertThat(memory.size()).isLessThanOrEqualTo(100);
            assertThat(memory.characters()).isLessThanOrEqualTo(5000);
        }
        memory.remember("huge", "s".repeat(5000));
        assertThat(memory.of(call("huge", null))).isNull();
        assertThat(memory.size()).isPositive();
    }

    @Test
    void manyMayRememberAtOnce() throws Exception {
        var memory = new Signatures(50, 2000);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < 8; thread++) {
                var random = new Random(thread);
                threads.execute(() -> {
                    for (int i = 0; i < 2000; i++) {
                        String id = "c" + random.nextInt(100);
                        memory.remember(id, "s".repeat(random.nextInt(60)) + id);
                        String known = memory.of(call(id, null));
                        assertThat(known == null || known.endsWith(id)).isTrue();
                    }
                });
            }
        }
        assertThat(memory.size()).isBetween(1, 50);
        assertThat(memory.characters()).isBetween(1L, 2000L);
    }
}
