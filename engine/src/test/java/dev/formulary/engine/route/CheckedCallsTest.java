package dev.formulary.engine.route;

import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.give;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static dev.formulary.engine.route.Desk.frames;
import static dev.formulary.engine.route.Desk.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.dialect.AnthropicMessages;
import dev.formulary.engine.dialect.OllamaChat;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckedCallsTest {
    private static final String TASKS = "{\"version\":1,\"zone\":\"kitchen\",\"tasks\":[]}";
    private static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},"
            + "\"required\":[\"n\"]}";
    private static final String OWN = "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
            + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":" + SCHEMA
            + "}}}";
    private static final String PLAIN = Desk.HELLO;

    @TempDir
    private Path folder;
    private Desk desk;
    private ScriptedProvider provider;

    @BeforeEach
    void begin() {
        desk = new Desk(folder, null);
        provider = desk.dispatching.provider("a");
        desk.policy = planning(null);
        desk.requestHeaders.put("x-formulary-schema", "request");
    }

    @AfterEach
    void everythingIsSettled() {
        desk.assertSettled();
    }

    private static Gateway.Policy planning(Plan.@Nullable Limit corrections) {
        Map<Parameter, Plan.Limit> parameters = corrections == null
                ? Map.of()
                : Map.of(Parameter.CORRECTIONS, corrections);
        return question -> new Decision.Allow(question.call().id(), Desk.RULES,
                new Plan(List.of(Dispatching.model("a")), parameters, 60), List.of(), List.of(), List.of(), List.of());
    }

    private static String content(Answer.Whole answer) {
        return json(answer).at("/choices/0/message/content").asText();
    }

    private static JsonNode error(Answer.Whole answer) {
        return json(answer).path("error");
    }

    private List<ChatRequest> asked() {
        return List.copyOf(provider.requests);
    }

    @Test
    void anAnswerThatFollowsTheSchemaGoesOutAsItWasWritten() throws Exception {
        provider.answers("{ \"n\": 1 }");

        Answer.Whole answer = desk.whole(OWN);

        assertThat(content(answer)).isEqualTo("{ \"n\": 1 }");
        assertThat(answer.headers()).containsEntry("X-Formulary-Checked", "valid")
                .containsEntry("X-Formulary-Attempts", "1").containsEntry("X-Formulary-Cache", "bypass");
        assertThat(asked().getFirst().format()).isInstanceOf(ChatRequest.Format.Schema.class);
        assertThat(desk.outcome().status()).isEqualTo(Status.ANSWERED);
        assertThat(desk.outcome().usage()).isEqualTo(Usage.of(10, 20));
    }

    @Test
    void whatIsBeyondDoubtIsRepairedAndTold() throws Exception {
        provider.answers("Sure:\n```json\n{\"n\": 1,}\n```");

        Answer.Whole answer = desk.whole(OWN);

        assertThat(content(answer)).isEqualTo("{\"n\":1}");
        assertThat(answer.headers()).containsEntry("X-Formulary-Checked",
                "repaired=code-fence+surrounding-text+syntax");
        assertThat(asked()).hasSize(1);
    }

    @Test
    void aModelIsAskedOnceMoreWithWhatIsWrong() throws Exception {
        provider.answers("{\"n\":\"one\"}").answers("{\"n\":1}");

        Answer.Whole answer = desk.whole(OWN);

        assertThat(content(answer)).isEqualTo("{\"n\":1}");
        assertThat(answer.headers()).containsEntry("X-Formulary-Attempts", "2").containsEntry("X-Formulary-Checked",
                "valid");
        List<ChatRequest.Message> again = asked().getLast().messages();
        assertThat(again).hasSize(3);
        assertThat(again.get(1)).isEqualTo(ChatRequest.Message.text(ChatRequest.Role.ASSISTANT, "{\"n\":\"one\"}"));
        assertThat(again.get(2).plainText()).contains("- /n: ").contains("Invent nothing");
        assertThat(json(answer).at("/usage/completion_tokens").asInt()).isEqualTo(40);
        assertThat(desk.outcome().costMicros()).as("both are paid for").isEqualTo(60);
        assertThat(desk.outcome().attempts()).extracting(Tried::failure).containsExactly(FailureCategory.MALFORMED,
                null);
    }

    @Test
    void anAnswerThatStaysWrongIsRefusedWithThePlace() throws Exception {
        provider.answers("{\"n\":\"one\"}").answers("{\"n\":\"two\"}");

        Answer.Whole answer = desk.whole(OWN);

        assertThat(answer.status()).isEqualTo(502);
        assertThat(error(answer).path("code").asText()).isEqualTo("schema_not_followed");
        assertThat(error(answer).path("message").asText()).contains("/n: ").doesNotContain("two");
        assertThat(answer.headers()).containsEntry("X-Formulary-Attempts", "2")
                .containsEntry("x-should-retry", "false");
        assertThat(asked()).hasSize(2);
        assertThat(desk.outcome().status()).isEqualTo(Status.FAILED);
        assertThat(desk.outcome().usage().completionTokens()).isEqualTo(40);
        assertThat(desk.outcome().costMicros()).isEqualTo(60);
    }

    @Test
    void whereTheSecondAnswerNeverComesTheFirstIsStillRefused() throws Exception {
        provider.answers("{\"n\":\"one\"}").fails(FailureCategory.QUOTA);

        Answer.Whole answer = desk.whole(OWN);

        assertThat(answer.status()).isEqualTo(502);
        assertThat(error(answer).path("message").asText()).contains("/n: ", "asked again, but: scripted QUOTA");
        assertThat(desk.outcome().attempts()).extracting(Tried::failure).containsExactly(FailureCategory.MALFORMED,
                FailureCategory.QUOTA);
        assertThat(desk.outcome().costMicros()).isEqualTo(30);
    }

    @Test
    void noModelIsAskedAgainAfterTheDeadline() throws Exception {
        desk.requestHeaders.put("x-formulary-deadline-ms", "300");
        provider.then((_, _) -> {
            Thread.sleep(350);
            throw new dev.formulary.spi.ProviderException(FailureCategory.SERVER, "late");
        });

        assertThat(desk.whole(OWN).status()).isIn(503, 504);
        assertThat(asked()).hasSize(1);
    }

    @Test
    void aModelThatWasNotDoneIsAskedAgain() throws Exception {
        provider.streams(text("{\"n\":1"), give(new ReplyEvent.Finish(ReplyEvent.Finish.Reason.LENGTH)))
                .answers("{\"n\":12}");

        assertThat(content(desk.whole(OWN))).isEqualTo("{\"n\":12}");
    }

    @Test
    void aCallOfAToolIsNoAnswerYet() throws Exception {
        provider.streams(give(new ReplyEvent.ToolCall(0, "c1", "look", "{}")),
                give(new ReplyEvent.Finish(ReplyEvent.Finish.Reason.TOOL_CALLS)));

        Answer.Whole answer = desk.whole(OWN);

        assertThat(json(answer).at("/choices/0/message/tool_calls/0/function/name").asText()).isEqualTo("look");
        assertThat(asked()).hasSize(1);
    }

    @Test
    void aModelThatDeclinesIsNotAskedAgain() throws Exception {
        provider.streams(give(new ReplyEvent.Refusal("no")), finish());

        Answer.Whole answer = desk.whole(OWN);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(error(answer).path("code").asText()).isEqualTo("content_filter");
        assertThat(asked()).hasSize(1);
    }

    @Test
    void aSchemaThatIsKeptHereGoesByItsName() throws Exception {
        desk.requestHeaders.put("x-formulary-schema", "formulary.tasks/1");
        provider.answers("```\n" + TASKS + "\n```");

        Answer.Whole answer = desk.whole(PLAIN);

        assertThat(content(answer)).isEqualTo(TASKS);
        var format = (ChatRequest.Format.Schema) asked().getFirst().format();
        assertThat(format.name()).isEqualTo("formulary_tasks");
        assertThat(format.schema()).containsKey("properties").doesNotContainKeys("$id", "$schema");
        assertThat(format.schema().toString()).as("its form").contains("additionalProperties", "const=1", "format=date")
                .as("without limits that some vendors refuse").doesNotContain("maxLength", "maxItems=", "minimum=");
        assertThat(desk.contexts.element().needs()).contains(Capability.JSON);
    }

    @Test
    void itsLimitsHoldForTheAnswerAllTheSame() throws Exception {
        desk.requestHeaders.put("x-formulary-schema", "formulary.tasks/1");
        provider.answers(TASKS.replace("kitchen", "k".repeat(65)));

        assertThat(error(desk.whole(PLAIN)).path("message").asText()).contains("/zone: must be at most 64 characters");
    }

    @Test
    void aBodyMayNameItWhereThereAreNoHeaders() throws Exception {
        desk.requestHeaders.clear();
        provider.answers("{}");

        Answer.Whole answer = desk.whole(PLAIN.replace("{\"model\"",
                "{\"metadata\":{\"formulary_schema\":\"formulary.tasks/1\"},\"model\""));

        assertThat(error(answer).path("message").asText()).contains("required property 'version'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"formulary.tasks/2 | own=no | unknown_schema | formulary.tasks/1",
            "request | own=no | invalid_header | needs a JSON schema",
            "formulary.tasks/1 | own=yes | invalid_header | leave one out",
            "../../etc/passwd | own=no | unknown_schema | formulary.tasks/1"})
    void aNameThatMeansNothingIsToldWhatWould(String name, String own, String code, String why) throws Exception {
        desk.requestHeaders.put("x-formulary-schema", name);

        Answer.Whole answer = desk.whole(own.equals("own=yes") ? OWN : PLAIN);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(error(answer).path("code").asText()).isEqualTo(code);
        assertThat(error(answer).path("message").asText()).contains(why);
        assertThat(asked()).isEmpty();
    }

    @Test
    void aSchemaThatCanNotBeCheckedIsRefusedBeforeAModelIsAsked() throws Exception {
        Answer.Whole answer = desk.whole(OWN.replace("\"integer\"", "\"integre\""));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(error(answer).path("code").asText()).isEqualTo("invalid_schema");
        assertThat(asked()).isEmpty();
        assertThat(desk.outcome().status()).isEqualTo(Status.DENIED);
    }

    @Test
    void withoutAskingNothingIsChecked() throws Exception {
        desk.requestHeaders.clear();
        provider.answers("no JSON");

        Answer.Whole answer = desk.whole(OWN);

        assertThat(content(answer)).isEqualTo("no JSON");
        assertThat(answer.headers()).doesNotContainKey("X-Formulary-Checked");
        assertThat(asked().getFirst().source()).as("the caller's own bytes").isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"0, NaN, no, 1", "2, NaN, no, 3", "2, 1, no, 2", "NaN, 0, yes, 1", "NaN, 2, yes, 2", "NaN, 2, no, 0"})
    void rulesSayWhoseAnswersAreCheckedAndHowOftenAModelIsAskedAgain(double set, double cap, String asks, int times)
            throws Exception {
        desk.policy = planning(new Plan.Limit(set, cap));
        if (asks.equals("no")) {
            desk.requestHeaders.clear();
        }
        provider.answers("no JSON");

        Answer.Whole answer = desk.whole(OWN);

        assertThat(answer.status()).isEqualTo(times == 0 ? 200 : 502);
        assertThat(asked()).hasSize(Math.max(1, times));
        desk.requestHeaders.clear();
        assertThat(desk.whole(PLAIN).status()).as("without a schema there is nothing to check").isEqualTo(200);
    }

    @Test
    void aStreamBeginsOnceTheAnswerWasChecked() throws Exception {
        provider.streams(text("{\"n\""), text(":\"one\"}"), finish())
                .streams(text("```\n{\"n\""), text(":1}\n```"), finish());

        Answer.Streamed answer = desk.streamed(OWN.replace("\"auto\"", "\"auto\",\"stream\":true"));

        assertThat(desk.outcome().status()).as("before a piece is out").isEqualTo(Status.ANSWERED);
        String sent = Desk.text(frames(answer));
        assertThat(sent).contains("{\\\"n\\\":1}").doesNotContain("one", "```").endsWith("data: [DONE]\n\n");
        assertThat(answer.headers()).containsEntry("X-Formulary-Checked", "repaired=code-fence");
    }

    @Test
    void aStreamThatNeedsNoRepairKeepsItsPieces() throws Exception {
        provider.streams(text("{\"n\""), text(":1}"), finish());

        assertThat(frames(desk.streamed(OWN.replace("\"auto\"", "\"auto\",\"stream\":true")))).hasSize(4);
    }

    /// As Home Assistant's *AI Task* asks by its Ollama integration, which has no headers of ours: a rule has it checked.
    @Test
    void aTaskOfAHouseIsCheckedByARule() throws Exception {
        desk.policy = planning(new Plan.Limit(1, Double.NaN));
        desk.requestHeaders.clear();
        desk.dialect = new OllamaChat();
        provider.answers("{\"n\":\"one\"}").streams(text("```json\n{\"n\""), text(":1}\n```"), finish());

        Answer.Streamed answer = desk.streamed("{\"model\":\"auto\",\"stream\":true,\"keep_alive\":-1,\"options\":"
                + "{\"num_ctx\":8192},\"messages\":[{\"role\":\"user\",\"content\":\"look\",\"images\":[\"/9j/AA==\"]}],"
                + "\"format\":" + SCHEMA + "}");

        List<String> lines = Desk.text(frames(answer)).lines().toList();
        assertThat(lines).hasSize(2).first().asString().contains("\"content\":\"{\\\"n\\\":1}\"");
        assertThat(lines.getLast()).contains("\"done\":true");
        assertThat(asked()).hasSize(2);
    }

    @Test
    void otherFormatsAreCheckedAlike() throws Exception {
        provider.answers("{\"n\":\"one\"}");
        desk.dialect = new OllamaChat();
        Answer.Whole ollama = desk
                .whole("{\"model\":\"auto\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":"
                        + "\"hi\"}],\"format\":" + SCHEMA + "}");
        assertThat(json(ollama).path("error").asText()).contains("/n: ");

        desk.requestHeaders.put("x-formulary-schema", "formulary.tasks/1");
        desk.dialect = new AnthropicMessages();
        Answer.Whole messages = desk.whole("{\"model\":\"auto\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
                + "\"content\":\"hi\"}]}");
        assertThat(Objects.requireNonNull(error(messages)).path("message").asText()).contains("'version'");
    }
}
