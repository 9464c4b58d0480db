package dev.formulary.engine.route;

import static dev.formulary.engine.Samples.NOON;
import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.give;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Retained;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.dialect.OpenAiResponses;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.SensitiveKind;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.engine.store.Responses;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ReplyEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of `/v1/responses` that are kept, through the whole gateway.
class RetentionTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Settings.Key ANN = new Settings.Key("ann", new Secret("key-of-ann"), "ann");
    private static final Settings.Key BOB = new Settings.Key("bob", new Secret("key-of-bob"), "bob");

    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(NOON);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable ResponseCache cache;
    private Responses responses;
    private Desk desk;

    @BeforeEach
    void begin() {
        responses = open(Retained.USUAL);
        desk = desk(null);
    }

    private Responses open(Retained kept) {
        return new Responses(new Settings.Sessions(Duration.ofDays(1), 10, 0, Settings.History.USUAL, kept), folder,
                folder, _ -> {}, clock);
    }

    private Desk desk(@Nullable ResponseCache cache) {
        var made = new Desk(folder, cache, Samples.settings(Map.of(), List.of(ANN, BOB)), Limits.none(), null,
                responses);
        made.dialect = new OpenAiResponses();
        made.requestHeaders.put("authorization", "Bearer key-of-ann");
        return made;
    }

    @AfterEach
    void end() throws Exception {
        desk.assertSettled();
        responses.close();
        if (cache != null) {
            cache.close();
        }
        threads.close();
    }

    private void cached() throws InterruptedException {
        var made = new ResponseCache(8 << 20, threads);
        assertThat(made.awaitStart()).isTrue();
        cache = made;
        desk = desk(made);
        desk.policy = Desk.allowing(60, "a");
    }

    private static String body(String input, String members) {
        return "{\"model\":\"auto\",\"input\":" + input + members + "}";
    }

    private static String after(String id) {
        return ",\"previous_response_id\":\"" + id + "\"";
    }

    private JsonNode ask(String input, String members) throws Exception {
        Answer.Whole answer = desk.whole(body(input, members));
        assertThat(answer.status()).as(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(200);
        return Desk.json(answer);
    }

    private ScriptedProvider scripted() {
        return (ScriptedProvider) Objects.requireNonNull(desk.dispatching.providers.get("a"));
    }

    private List<String> heard() {
        var requests = new ArrayList<>(scripted().requests);
        return requests.getLast().messages().stream().map(each -> each.role() + ": " + each.plainText()).toList();
    }

    private Answer.Whole at(String entrance, String path, String query) throws Exception {
        var arrival = new Arrival("http", "/v1/responses/" + path, Map.copyOf(desk.requestHeaders)::get, new byte[0],
                true, Arrival.Presence.CONSTANT, query);
        try {
            return (Answer.Whole) Objects.requireNonNull(desk.responseDesk.all().get(entrance)).enter(arrival);
        } catch (RefusedException e) {
            return Answers.refusal(desk.dialect, e.refusal(), Map.of());
        }
    }

    private static JsonNode lastEvent(String stream) throws JsonProcessingException {
        List<String> data = stream.lines().filter(line -> line.startsWith("data: {")).toList();
        return MAPPER.readTree(data.getLast().substring("data: ".length())).path("response");
    }

    @Test
    void anAnswerIsFollowedWithAllThatWasSaidButWithoutTheInstructionsOfBefore() throws Exception {
        desk.dispatching.provider("a").answers("A dog.").answers("Rex.").answers("Brown.");
        JsonNode first = ask("\"I have a pet.\"", ",\"instructions\":\"Be brief.\"");
        assertThat(first.path("store").asBoolean()).isTrue();
        JsonNode second = ask("[{\"role\":\"user\",\"content\":\"Its name?\"}]", after(first.path("id").asText()));
        assertThat(second.path("previous_response_id")).isEqualTo(first.path("id"));
        assertThat(heard()).containsExactly("USER: I have a pet.", "ASSISTANT: A dog.", "USER: Its name?");
        ask("\"Its colour?\"", after(second.path("id").asText()) + ",\"instructions\":\"Rhyme.\"");
        assertThat(heard()).containsExactly("SYSTEM: Rhyme.", "USER: I have a pet.", "ASSISTANT: A dog.",
                "USER: Its name?", "ASSISTANT: Rex.", "USER: Its colour?");
    }

    @Test
    void aStreamIsFollowedTooAndToolsSignaturesAndThoughtsGoAlong() throws Exception {
        desk.dispatching.provider("a").streams(give(new ReplyEvent.Thinking("hm")),
                give(new ReplyEvent.Signature("kind:thoughts", ReplyEvent.Signature.THOUGHTS)),
                give(new ReplyEvent.ToolCall(0, "c1", "weather", "{\"city\":\"Bern\"}")),
                give(new ReplyEvent.Signature("kind:call", 0)), finish()).answers("Sun.");
        JsonNode first = lastEvent(Desk.text(Desk.frames(desk.streamed(body("\"Weather?\"", ",\"stream\":true")))));
        ask("[{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"sun\"}]",
                after(first.path("id").asText()));
        ChatRequest asked = new ArrayList<>(scripted().requests).getLast();
        assertThat(asked.messages()).containsExactly(ChatRequest.Message.text(ChatRequest.Role.USER, "Weather?"),
                new ChatRequest.Message(ChatRequest.Role.ASSISTANT,
                        List.of(new ChatRequest.Thought("hm", "kind:thoughts")),
                        List.of(new ChatRequest.ToolCall("c1", "weather", "{\"city\":\"Bern\"}", "kind:call")), null,
                        null),
                new ChatRequest.Message(ChatRequest.Role.TOOL, List.of(new ChatRequest.Text("sun")), List.of(), "c1",
                        null));
    }

    @Test
    void whatIsNotKeptCanNotBeFollowedFetchedOrNamed() throws Exception {
        desk.dispatching.provider("a").answers("Hi");
        JsonNode unstored = ask("\"hi\"", ",\"store\":false");
        assertThat(unstored.path("store").asBoolean(true)).isFalse();
        String id = unstored.path("id").asText();
        Answer.Whole refused = desk.whole(body("\"more\"", after(id)));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(Desk.json(refused).path("error"))
                .isEqualTo(MAPPER.readTree("{\"message\":\"Previous response with id"
                        + " '" + id
                        + "' not found.\",\"type\":\"invalid_request_error\",\"param\":\"previous_response_id\","
                        + "\"code\":\"previous_response_not_found\"}"));
        assertThat(at("openai-response", id, "").status()).isEqualTo(404);
        assertThat(Desk.json(desk.whole(body("[{\"type\":\"item_reference\",\"id\":\"" + id.replace("resp", "msg")
                + "_0\"}]", ""))).at("/error/code").asText()).isEqualTo("item_not_found");
    }

    @Test
    void itemsThatAreOnlyNamedAreFound() throws Exception {
        desk.dispatching.provider("a").answers("A dog.").answers("Rex.");
        JsonNode first = ask("\"I have a pet.\"", "");
        ask("[{\"role\":\"user\",\"content\":\"I have a pet.\"},{\"type\":\"item_reference\",\"id\":\""
                + first.at("/output/0/id").asText() + "\"},{\"role\":\"user\",\"content\":\"Its name?\"}]", "");
        assertThat(heard()).containsExactly("USER: I have a pet.", "ASSISTANT: A dog.", "USER: Its name?");
    }

    @Test
    void nobodyElseSeesFollowsOrDeletesIt() throws Exception {
        desk.dispatching.provider("a").answers("Hi");
        String id = ask("\"hi\"", "").path("id").asText();
        desk.requestHeaders.put("authorization", "Bearer key-of-bob");
        assertThat(desk.whole(body("\"more\"", after(id))).status()).isEqualTo(400);
        assertThat(at("openai-response", id, "").status()).isEqualTo(404);
        assertThat(at("openai-response-input-items", id + "/input_items", "").status()).isEqualTo(404);
        assertThat(at("openai-response-delete", id, "").status()).isEqualTo(404);
        desk.requestHeaders.put("authorization", "Bearer key-of-ann");
        assertThat(at("openai-response", id, "").status()).isEqualTo(200);
    }

    @Test
    void itIsFetchedAsItWasGivenAndDeleted() throws Exception {
        desk.dispatching.provider("a").answers("Hi");
        JsonNode given = ask("\"hi\"", "");
        String id = given.path("id").asText();
        assertThat(Desk.json(at("openai-response", id, ""))).isEqualTo(given);
        assertThat(at("openai-response", id, "stream=true").status()).isEqualTo(400);
        Answer.Whole cancelled = at("openai-response-cancel", id + "/cancel", "");
        assertThat(cancelled.status()).isEqualTo(400);
        assertThat(Desk.json(cancelled).at("/error/message").asText()).contains("is complete");
        assertThat(Desk.json(at("openai-response-delete", id, ""))).isEqualTo(
                MAPPER.readTree("{\"id\":\"" + id + "\",\"object\":\"response\",\"deleted\":true}"));
        assertThat(at("openai-response", id, "").status()).isEqualTo(404);
        assertThat(at("openai-response-cancel", id + "/cancel", "").status()).isEqualTo(404);
    }

    @Test
    void whatItWasGivenToIsListedPageByPage() throws Exception {
        desk.dispatching.provider("a").answers("A dog.").answers("Rex.");
        JsonNode first = ask("\"I have a pet.\"", "");
        String id = ask("\"Its name?\"", after(first.path("id").asText())).path("id").asText();
        JsonNode page = Desk.json(at("openai-response-input-items", id + "/input_items", "order=asc&limit=2"));
        assertThat(page.path("data")).hasSize(2);
        assertThat(page.path("has_more").asBoolean()).isTrue();
        assertThat(page.at("/data/0/content/0")).isEqualTo(
                MAPPER.readTree("{\"type\":\"input_text\",\"text\":\"I have a pet.\"}"));
        assertThat(page.at("/data/1/id")).isEqualTo(first.at("/output/0/id"));
        JsonNode rest = Desk.json(at("openai-response-input-items", id + "/input_items",
                "order=asc&after=" + page.path("last_id").asText()));
        assertThat(rest.at("/data/0/content/0/text").asText()).isEqualTo("Its name?");
        assertThat(rest.path("has_more").asBoolean(true)).isFalse();
        assertThat(Desk.json(at("openai-response-input-items", id + "/input_items", "")).at("/data/0/content/0/text")
                .asText()).isEqualTo("Its name?");
        assertThat(at("openai-response-input-items", id + "/input_items", "limit=0").status()).isEqualTo(400);
        assertThat(at("openai-response-input-items", id + "/input_items", "order=up").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cap", "local", "card", "large"})
    void whatPolicyCallsPrivateIsAnsweredAndNotKept(String why) throws Exception {
        desk.dispatching.provider("a").answers("Hi");
        String input = "\"hi\"";
        switch (why) {
            case "cap" -> desk.policy = question -> new Decision.Allow(question.call().id(), Desk.RULES,
                    new Plan(List.of(Dispatching.model("a")),
                            Map.of(Parameter.CACHE_SECONDS, new Plan.Limit(Double.NaN, 0)), 0),
                    List.of(), List.of(), List.of(), List.of());
            case "local" -> desk.requestHeaders.put("x-formulary-context", "privacy=local");
            case "card" -> input = "\"My card is 4111 1111 1111 1111.\"";
            default -> input = "\"" + "x".repeat(5 << 20) + "\"";
        }
        JsonNode answer = ask(input, "");
        assertThat(answer.path("store").asBoolean(true)).isFalse();
        assertThat(responses.count("ann")).isZero();
    }

    @Test
    void whatBrokeOffIsNotKept() throws Exception {
        desk.dispatching.provider("a").streams(text("Hel"), failure(FailureCategory.CUT));
        desk.policy = Desk.allowing(0, "a");
        String sent = Desk.text(Desk.frames(desk.streamed(body("\"hi\"", ",\"stream\":true"))));
        assertThat(sent).contains("event: response.failed");
        assertThat(responses.count("ann")).isZero();
    }

    @Test
    void anAnswerFromTheCacheHasAnIdOfItsOwnAndIsKeptToo() throws Exception {
        cached();
        desk.dispatching.provider("a").answers("A dog.").answers("Rex.");
        JsonNode first = ask("\"pet?\"", "");
        JsonNode second = ask("\"pet?\"", "");
        assertThat(desk.caches).containsExactly("miss", "hit");
        assertThat(second.path("id")).isNotEqualTo(first.path("id"));
        assertThat(second.at("/output/0/content")).isEqualTo(first.at("/output/0/content"));
        at("openai-response-delete", first.path("id").asText(), "");
        assertThat(Desk.json(at("openai-response", second.path("id").asText(), ""))).isEqualTo(second);
        ask("\"Its name?\"", after(second.path("id").asText()));
        assertThat(heard()).containsExactly("USER: pet?", "ASSISTANT: A dog.", "USER: Its name?");
    }

    @Test
    void aStreamFromTheCacheIsKeptToo() throws Exception {
        cached();
        desk.dispatching.provider("a").answers("A dog.");
        Desk.frames(desk.streamed(body("\"pet?\"", ",\"stream\":true")));
        JsonNode again = lastEvent(Desk.text(Desk.frames(desk.streamed(body("\"pet?\"", ",\"stream\":true")))));
        assertThat(desk.caches).containsExactly("miss", "hit");
        assertThat(Desk.json(at("openai-response", again.path("id").asText(), ""))).isEqualTo(again);
    }

    @Test
    void whereNothingIsKeptAnswersSaySo() throws Exception {
        responses.close();
        responses = open(new Retained(false, Duration.ofDays(1), 10, 1 << 20));
        desk = desk(null);
        desk.dispatching.provider("a").answers("Hi");
        assertThat(ask("\"hi\"", "").path("store").asBoolean(true)).isFalse();
    }

    @Test
    void tokensAreCountedWithoutAskingAnyModel() throws Exception {
        ScriptedProvider provider = desk.dispatching.provider("a").answers("Hi");
        String id = ask("\"" + "a long story ".repeat(50) + "\"", "").path("id").asText();
        var plain = tokens("{\"input\":\"hi\"}");
        var followed = tokens("{\"input\":\"hi\",\"previous_response_id\":\"" + id + "\"}");
        assertThat(plain.path("object").asText()).isEqualTo("response.input_tokens");
        assertThat(plain.path("input_tokens").asInt()).isBetween(1, 10);
        assertThat(followed.path("input_tokens").asInt()).isGreaterThan(100);
        assertThat(provider.requests).hasSize(1);
    }

    private JsonNode tokens(String body) throws Exception {
        return Desk.json((Answer.Whole) Objects.requireNonNull(desk.responseDesk.all()
                .get("openai-responses-input-tokens")).enter(desk.arrival(body)));
    }

    @Test
    void onlyWithAKey() {
        desk.requestHeaders.clear();
        var entrance = Objects.requireNonNull(desk.responseDesk.all().get("openai-response"));
        assertThatThrownBy(() -> entrance.enter(desk.arrival(""))).isInstanceOf(RefusedException.class);
    }

    @Test
    void whatWasSaidBeforeIsLookedAtAndCountedToo() throws Exception {
        desk.dispatching.provider("a").answers("Noted.").answers("Yes.");
        JsonNode first = ask("\"Write to ann@example.org then.\"", "");
        ask("\"And now?\"", after(first.path("id").asText()));
        var contexts = new ArrayList<>(desk.contexts);
        assertThat(contexts.getLast().traits().has(SensitiveKind.EMAIL)).isTrue();
        assertThat(contexts.getLast().promptTokens()).isGreaterThan(contexts.getFirst().promptTokens());
    }
}
