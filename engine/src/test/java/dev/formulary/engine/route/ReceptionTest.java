package dev.formulary.engine.route;

import static dev.formulary.engine.Samples.NOON;
import static dev.formulary.engine.route.Desk.HELLO;
import static dev.formulary.engine.route.Desk.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.Samples;
import dev.formulary.engine.dialect.OllamaChat;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Risk;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceptionTest {
    @TempDir
    private Path folder;
    private Desk desk;

    @BeforeEach
    void begin() {
        desk = new Desk(folder, null);
        desk.dispatching.provider("a").answers("fine");
    }

    @AfterEach
    void everythingIsSettled() {
        desk.assertSettled();
    }

    private Call call(String body) throws InterruptedException {
        assertThat(desk.whole(body).status()).isEqualTo(200);
        return desk.calls.remove();
    }

    @Test
    void aCallThatSaysNothingHasTheUsualManners() throws Exception {
        Call call = call(HELLO);
        assertThat(call).isEqualTo(new Call(call.id(), Dialect.OPENAI_CHAT, "http", "default", "", "auto", false,
                Priority.NORMAL, null, false, NOON, 60_000));
    }

    @Test
    void headersSayHow() throws Exception {
        desk.requestHeaders.putAll(Map.of("x-formulary-session", "s-1", "x-formulary-priority", "urgent",
                "x-formulary-deadline-ms", "1500", "x-formulary-substitute", "allow", "x-formulary-context",
                "risk=high"));
        Call call = call(HELLO);
        assertThat(call.session()).isEqualTo("s-1");
        assertThat(call.priority()).isEqualTo(Priority.URGENT);
        assertThat(call.deadlineMs()).isEqualTo(1_500);
        assertThat(call.substitute()).isTrue();
        assertThat(desk.contexts.element().risk()).isEqualTo(Risk.HIGH);
    }

    @Test
    void aKeyThatStandsWhereANameBelongsIsNotKept() throws Exception {
        String key = "fml_" + "i".repeat(8) + "_" + "s".repeat(39);
        desk.requestHeaders.put("x-formulary-session", key);
        Call call = call(HELLO.replace("auto", key));
        assertThat(call.model()).isEqualTo("fml_iiiiiiii_****");
        assertThat(call.session()).isEqualTo("fml_iiiiiiii_****");
        desk.requestHeaders.clear();
        assertThat(call(HELLO.replace("}]", "}],\"metadata\":{\"session\":\"of " + key + "\"}")).session())
                .isEqualTo("of fml_iiiiiiii_****");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", delimiter = '|', quoteCharacter = '`', value = {
            "none | `,\"metadata\":{\"session\":\"s-2\"}` | s-2",
            "none | `,\"metadata\":{\"session_id\":\"s-3\"}` | s-3",
            "s-1 | `,\"metadata\":{\"session\":\"s-2\"}` | s-1",
            "`` | `,\"metadata\":{\"session\":\"s-2\"}` | s-2", "`` | `,\"n\":1` | none",
            "none | `,\"user\":\"u\",\"prompt_cache_key\":\"k\"` | none"})
    void theSessionComesInTheHeaderOrTheMetadata(@Nullable String header, String members, @Nullable String session)
            throws Exception {
        if (header != null) {
            desk.requestHeaders.put("x-formulary-session", header);
        }
        assertThat(call(HELLO.replace("}]}", "}]" + members + "}")).session()).isEqualTo(session);
    }

    @Test
    void aSessionThatIsTooLongIsRefusedByTheNameOfItsMember() throws Exception {
        Answer.Whole answer = desk.whole(HELLO.replace("}]}", "}],\"metadata\":{\"session\":\"" + "x".repeat(129)
                + "\"}}"));
        assertThat(json(answer).at("/error/code").asText()).isEqualTo("invalid_session");
        assertThat(json(answer).at("/error/param").asText()).isEqualTo("metadata.session");
        assertThat(json(answer).at("/error/message").asText()).endsWith("…'; it must be 1 to 128 characters");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, 0af7651916cd43dd8448eb211c80319c",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01, none", "0af7651916cd43dd8448eb211c80319c, none"})
    void theTraceIsTakenFromAWellFormedHeader(String header, @Nullable String trace) throws Exception {
        desk.requestHeaders.put("traceparent", header);
        assertThat(call(HELLO).trace()).isEqualTo(trace);
    }

    @ParameterizedTest
    @CsvSource({"urgent, URGENT", "interactive, INTERACTIVE", "normal, NORMAL", "batch, BATCH"})
    void everyPriorityIsKnown(String written, Priority priority) throws Exception {
        desk.requestHeaders.put("x-formulary-priority", written);
        assertThat(call(HELLO).priority()).isEqualTo(priority);
    }

    @Test
    void aDeadlineIsNotLongerThanTheGatewayAllows() throws Exception {
        desk.requestHeaders.put("x-formulary-deadline-ms", "3600000");
        desk.requestHeaders.put("x-formulary-substitute", "deny");
        assertThat(call(HELLO).deadlineMs()).isEqualTo(60_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "X-Formulary-Priority | high | urgent, interactive, normal or batch",
            "X-Formulary-Substitute | yes | allow or deny", "X-Formulary-Session | '  ' | 1 to 128 characters",
            "X-Formulary-Deadline-Ms | 0 | a whole number of milliseconds above 0",
            "X-Formulary-Deadline-Ms | -5 | a whole number of milliseconds above 0",
            "X-Formulary-Deadline-Ms | 1.5 | a whole number of milliseconds above 0",
            "X-Formulary-Deadline-Ms | soon | a whole number of milliseconds above 0"})
    void aWrongHeaderIsNamedWithWhatWouldBeRight(String header, String value, String right) throws Exception {
        desk.requestHeaders.put(header.toLowerCase(java.util.Locale.ROOT), value);
        Answer.Whole answer = desk.whole(HELLO);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(json(answer).at("/error/code").asText()).isEqualTo("invalid_header");
        assertThat(json(answer).at("/error/param").asText()).isEqualTo(header);
        assertThat(json(answer).at("/error/message").asText())
                .isEqualTo("the header " + header + " has the wrong value '" + value + "'; it must be " + right);
        assertThat(desk.decided).isEmpty();
    }

    @Test
    void aLongWrongValueIsCutShort() throws Exception {
        desk.requestHeaders.put("x-formulary-session", "x".repeat(129));
        assertThat(json(desk.whole(HELLO)).at("/error/message").asText()).contains("'" + "x".repeat(40) + "…'");
    }

    @Test
    void aWrongContextIsRefusedInTheCallersDialect() throws Exception {
        desk.requestHeaders.put("x-formulary-context", "risk=hihg");
        assertThat(json(desk.whole(HELLO)).at("/error/code").asText()).isEqualTo("invalid_context");
        desk.dialect = new OllamaChat();
        assertThat(json(desk.whole(HELLO)).path("error").asText()).contains("low, moderate, high, critical");
    }

    @Test
    void aBodyThatCantBeReadIsRefused() throws Exception {
        Answer.Whole answer = desk.whole("{\"model\":");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(json(answer).at("/error/code").asText()).isEqualTo("invalid_json");
        assertThat(answer.headers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"auto, auto", "auto:latest, auto", "auto:fast, a/m", "auto:fast:latest, a/m", "vision, b/m",
            "vision:latest, b/m", "ollama/llama3:latest, ollama/llama3:latest", "other, other"})
    void aliasesAndTheTagsOfOllamaClientsAreResolved(String asked, String model) throws Exception {
        assertThat(call(HELLO.replace("auto", asked)).model()).isEqualTo(model);
    }

    @Test
    void whatAnOperatorChoseForAutoIsAskedForAndToldAndOthersMayStillStandIn() throws Exception {
        desk.aliases.choose("vision");
        desk.requestHeaders.put("x-formulary-substitute", "deny");

        Call call = call(HELLO);
        assertThat(call.model()).isEqualTo("b/m");
        assertThat(call.substitute()).as("the caller asked for no model").isTrue();
        assertThat(desk.contexts.remove().sources()).containsEntry("model", "auto=vision");

        assertThat(call(HELLO.replace("auto", "vision")).substitute()).isFalse();
        assertThat(desk.contexts.remove().sources()).doesNotContainKey("model");
    }

    @Test
    void metadataDeclaresFacts() throws Exception {
        call("{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"metadata\":{\"risk\":\"low\"}}");
        assertThat(desk.contexts.element().risk()).isEqualTo(Risk.LOW);
    }

    /// Whoever asks why a call went where it went sees who said so.
    @ParameterizedTest
    @CsvSource({"http, header", "mqtt, property", "file, file"})
    void eachDeclaredFactTellsWhatBroughtIt(String via, String source) throws Exception {
        desk.requestHeaders.put("x-formulary-context", "risk=high");
        desk.via = via;
        desk.whole(HELLO.replace("}]}", "}],\"metadata\":{\"risk\":\"low\",\"zone\":\"kitchen\"}}"));
        assertThat(desk.contexts.element().risk()).isEqualTo(Risk.HIGH);
        assertThat(desk.contexts.element().sources()).containsEntry("risk", source).containsEntry("zone", "metadata");
    }

    @Test
    void withKeysOnlyTheirOwnersMayCall() throws Exception {
        desk = new Desk(folder, null, Samples.settings(Map.of(), List.of(Samples.key("phone", "sk-1", "home"))));
        desk.dispatching.provider("a").answers("fine");
        Answer.Whole refused = desk.whole("not even JSON");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(json(refused).at("/error/code").asText()).isEqualTo("invalid_api_key");

        desk.requestHeaders.put("authorization", "Bearer sk-1");
        Call call = call(HELLO);
        assertThat(call.tenant()).isEqualTo("home");
        assertThat(call.key()).isEqualTo("phone");
    }
}
