package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Dialects;
import dev.formulary.engine.dispatch.VectorProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Modality;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.SensitiveKind;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.spi.Capability;
import dev.formulary.spi.FailureCategory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Calls for vectors go the way of all calls.
class VectorCallsTest {
    private static final String TEXTS = """
        {"model":"auto","input":["one","two"]}""";
    private static final String TOKENS = """
        {"model":"auto","input":[[1,2,3],[4]]}""";

    @TempDir
    Path folder;
    private Desk desk;
    private final VectorProvider first = new VectorProvider(1, false);
    private final VectorProvider second = new VectorProvider(2, true);

    @BeforeEach
    void open() {
        desk = at(null);
    }

    private Desk at(@Nullable ResponseCache cache) {
        var made = new Desk(folder, cache);
        made.dialect = dialect("openai-embeddings");
        made.dispatching.providers.put("a", first);
        made.dispatching.providers.put("b", second);
        return made;
    }

    private static ChatDialect dialect(String entrance) {
        return Dialects.of(entrance).orElseThrow();
    }

    @Test
    void theAnswerSaysWhoseVectorsTheseAreAndIsRecordedLikeAnyOther() throws Exception {
        Answer.Whole answer = desk.whole(TEXTS);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(Desk.json(answer).path("model").asText()).isEqualTo("a/m");
        assertThat(Desk.json(answer).at("/data/1/embedding")).hasToString("[1.0,1.0]");
        assertThat(Desk.json(answer).at("/usage/prompt_tokens").asInt()).isEqualTo(11);
        assertThat(answer.headers()).containsEntry("X-Formulary-Model", "a/m")
                .containsEntry("X-Formulary-Attempts", "1")
                .containsEntry("X-Formulary-Ignored", "odd").containsKey("X-Formulary-Decision");
        assertThat(desk.outcome().status()).isEqualTo(Outcome.Status.ANSWERED);
        assertThat(desk.outcome().costMicros()).isEqualTo(11);
        assertThat(first.requests).singleElement().satisfies(request -> {
            assertThat(request.model()).isEqualTo("m");
            assertThat(request.texts()).containsExactly("one", "two");
        });
        desk.assertSettled();
    }

    @Test
    void textsAreScreenedAndTheRulesSeeWhatIsWanted() throws Exception {
        desk.whole("{\"model\":\"auto\",\"input\":[\"hello\",\"my card is 4111 1111 1111 1111\"]}");

        Context context = desk.contexts.element();
        assertThat(context.needs()).containsExactly(Capability.EMBED);
        assertThat(context.traits().sensitive()).contains(SensitiveKind.PAYMENT_CARD);
        assertThat(context.traits().modalities()).containsExactly(Modality.TEXT);
        assertThat(context.promptTokens()).isGreaterThan(10);
        assertThat(context.maxTokens()).isEqualTo(1);
        assertThat(context.deterministic()).isTrue();
        assertThat(desk.calls.element().dialect().vectors()).isTrue();
    }

    @Test
    void tokensGoToWhoTakesThemAndAreRefusedElsewhere() throws Exception {
        Answer.Whole answer = desk.whole(TOKENS);

        assertThat(answer.headers()).containsEntry("X-Formulary-Model", "b/m");
        assertThat(first.requests).isEmpty();
        assertThat(second.requests.element().tokens()).containsExactly(List.of(1, 2, 3), List.of(4));
        assertThat(desk.contexts.element().promptTokens()).isBetween(4, 12);
        assertThat(desk.contexts.element().traits().modalities()).as("nobody can read them").isEmpty();

        desk.policy = Desk.allowing(0, "a");
        Answer.Whole refused = desk.whole(TOKENS);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(Desk.json(refused).at("/error/code").asText()).isEqualTo("unsupported_parameter");
        assertThat(Desk.json(refused).at("/error/message").asText()).contains("takes texts and no tokens");
        desk.assertSettled();
    }

    @ParameterizedTest
    @CsvSource({"SERVER", "CONNECT", "THROTTLED", "MALFORMED"})
    void anotherProviderOfThePlanAnswersWhenOneFails(FailureCategory failure) throws Exception {
        first.failures.addAll(List.of(failure, failure, failure));

        Answer.Whole answer = desk.whole(TEXTS);

        assertThat(answer.headers()).containsEntry("X-Formulary-Model", "b/m");
        assertThat(Desk.json(answer).path("model").asText()).isEqualTo("b/m");
        assertThat(Desk.json(answer).at("/data/0/embedding/0").asInt()).isEqualTo(2);
        assertThat(desk.outcome().attempts()).hasSize(2);
        desk.assertSettled();
    }

    @Test
    void whatIsNoAnswerIsNotPassedOn() throws Exception {
        desk.policy = Desk.allowing(0, "a");
        first.missing = 1;
        assertThat(desk.whole(TEXTS).status()).isEqualTo(503);
        first.missing = 0;
        first.second = Float.NaN;
        assertThat(desk.whole(TEXTS).status()).isEqualTo(503);
        first.second = 1;
        Answer.Whole longer = desk.whole("{\"model\":\"auto\",\"input\":\"a\",\"dimensions\":256}");
        assertThat(longer.status()).isEqualTo(400);
        assertThat(Desk.json(longer).at("/error/message").asText())
                .contains("vectors of 2 numbers and not of 256; leave 'dimensions' out");
        assertThat(Desk.json(longer).at("/error/code").asText()).isEqualTo("unsupported_parameter");
        desk.assertSettled();
    }

    @Test
    void aTextThatIsTooLongIsATypedError() throws Exception {
        first.failures.add(FailureCategory.CONTEXT_OVERFLOW);
        second.failures.add(FailureCategory.CONTEXT_OVERFLOW);

        Answer.Whole refused = desk.whole(TEXTS);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(Desk.json(refused).at("/error/code").asText()).isEqualTo("context_length_exceeded");
        assertThat(Desk.json(refused).at("/error/param").asText()).isEqualTo("input");
        assertThat(Desk.json(refused).at("/error/message").asText()).contains("maximum context length");
    }

    @Test
    void anEqualCallIsAnsweredFromTheCacheWhereARuleAllowsIt() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var cache = new ResponseCache(1 << 20, threads)) {
            assertThat(cache.awaitStart()).isTrue();
            Desk kept = at(cache);
            kept.policy = Desk.allowing(60, "a");

            byte[] once = kept.whole(TEXTS).body();
            Answer.Whole again = kept.whole(TEXTS);
            assertThat(again.headers()).containsEntry("X-Formulary-Cache", "hit").containsEntry("X-Formulary-Model",
                    "a/m");
            assertThat(again.body()).isEqualTo(once);
            assertThat(first.requests).hasSize(1);

            kept.whole(TEXTS.replace("]}", "],\"encoding_format\":\"base64\"}"));
            assertThat(first.requests).as("another form is another answer").hasSize(2);
            kept.requestHeaders.put("x-formulary-substitute", "allow");
            kept.whole(TEXTS);
            assertThat(first.requests).as("what others may answer is kept apart").hasSize(3);
        }
    }

    @Test
    void ollamasClientsAreAnsweredInTheirForm() throws Exception {
        desk.dialect = dialect("ollama-embed");
        assertThat(Desk.json(desk.whole(TEXTS)).path("embeddings")).hasToString("[[1.0,1.0],[1.0,1.0]]");
        assertThat(first.requests.element().truncate()).isTrue();
        first.failures.add(FailureCategory.CONTEXT_OVERFLOW);
        second.failures.add(FailureCategory.CONTEXT_OVERFLOW);
        assertThat(Desk.json(desk.whole(TEXTS)).path("error").isTextual()).isTrue();

        desk.dialect = dialect("ollama-embeddings");
        assertThat(Desk.json(desk.whole("{\"model\":\"auto\",\"prompt\":\"a\"}")))
                .hasToString("{\"embedding\":[1.0,1.0]}");
    }

    @Test
    void anEmptyInputOfOllamaOnlyMakesTheModelReady() throws Exception {
        desk.dialect = dialect("ollama-embed");
        Answer.Whole answer = desk.whole("{\"model\":\"auto\",\"input\":\"\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(Desk.json(answer).path("embeddings")).isEmpty();
        assertThat(first.requests).isEmpty();
    }

    @Test
    void anAliasIsTheModelThatItStandsFor() throws Exception {
        desk.whole("{\"model\":\"vision\",\"input\":\"a\"}");
        assertThat(desk.calls.element().model()).isEqualTo("b/m");
    }
}
