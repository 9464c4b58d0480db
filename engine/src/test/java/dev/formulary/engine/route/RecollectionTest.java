package dev.formulary.engine.route;

import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Whose;
import dev.formulary.engine.context.Counting;
import dev.formulary.engine.dialect.AnthropicMessages;
import dev.formulary.engine.dialect.OllamaChat;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.Turn;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.engine.store.History;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Conversations of devices that send only the latest turn, through the whole gateway with a real file of turns.
class RecollectionTest {
    private static final String BODY = "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";

    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(Samples.NOON);
    private final List<Question> questions = new ArrayList<>();
    private @Nullable History history;
    private @Nullable Desk opened;
    private String via = "mqtt";

    private Desk desk(boolean keepPrivate, @Nullable ResponseCache cache) {
        var kept = new Settings.History(Whose.MQTT_AND_FILE, 20, 200, Duration.ofDays(7), 1 << 20,
                keepPrivate, null);
        Settings settings = Samples.settings(Map.of(), List.of(Samples.key("a", "sk-a", "alice"),
                Samples.key("b", "sk-b", "bob")),
                new Settings.Sessions(Duration.ofDays(1), 10, 0, kept));
        var turns = new History(settings.sessions(), folder, folder, Counting.by(Settings.Tokens.ESTIMATE)::ofMessage,
                _ -> {}, clock);
        history = turns;
        var desk = new Desk(folder, cache, settings, Limits.none(), turns);
        desk.continuity = _ -> Continuity.NEW;
        desk.policy = seen(Desk.allowing(0, "a", "b"));
        desk.requestHeaders.putAll(Map.of("x-formulary-session", "s", "authorization", "Bearer sk-a"));
        opened = desk;
        return desk;
    }

    private Gateway.Policy seen(Gateway.Policy policy) {
        return question -> {
            questions.add(question);
            return policy.decide(question);
        };
    }

    @AfterEach
    void close() throws IOException {
        if (opened != null) {
            opened.assertSettled();
        }
        if (history != null) {
            history.close();
        }
    }

    private Answer ask(Desk desk, String body) throws InterruptedException {
        Arrival http = desk.arrival(body);
        return desk.gateway().chat(desk.dialect)
                .enter(new Arrival(via, http.path(), http.header(), http.body(), http.mayStream(), http.presence()));
    }

    private Answer.Whole say(Desk desk, String words) throws InterruptedException {
        return (Answer.Whole) ask(desk, BODY.formatted(words));
    }

    private List<String> kept(String tenant, String session) {
        return Objects.requireNonNull(history).before(new SessionName(tenant, session)).turns().stream()
                .map(Turn::asked).toList();
    }

    private static List<String> heard(Desk desk, String provider, int call) {
        var scripted = (ScriptedProvider) Objects.requireNonNull(desk.dispatching.providers.get(provider));
        ChatRequest request = List.copyOf(scripted.requests).get(call);
        String bytes = new String(Objects.requireNonNull(request.source()).bytes(), StandardCharsets.UTF_8);
        assertThat(request.messages()).as("bytes and messages say the same")
                .allSatisfy(message -> assertThat(bytes).contains(message.plainText()));
        return request.messages().stream().map(message -> message.role() + " " + message.plainText()).toList();
    }

    @Test
    void theSecondCallOfASessionTellsTheModelOfTheFirst() throws Exception {
        Desk desk = desk(false, null);
        desk.dispatching.provider("a").answers("The lamp is blue.");
        Answer.Whole first = say(desk, "What colour is the lamp?");
        Answer.Whole second = say(desk, "And now?");

        assertThat(heard(desk, "a", 0)).containsExactly("USER What colour is the lamp?");
        assertThat(heard(desk, "a", 1)).containsExactly("USER What colour is the lamp?", "ASSISTANT The lamp is blue.",
                "USER And now?");
        assertThat(first.headers()).doesNotContainKey("X-Formulary-History");
        long tokens = Counting.by(Settings.Tokens.ESTIMATE).ofMessage("What colour is the lamp?")
                + Counting.by(Settings.Tokens.ESTIMATE).ofMessage("The lamp is blue.");
        assertThat(second.headers()).containsEntry("X-Formulary-History", "turns=1, tokens=" + tokens);
        Question decided = questions.getLast();
        assertThat(decided.continuity()).isEqualTo(new Continuity("", 0, 0, 0, -1, -1, -1, -1, List.of(), 1,
                (int) tokens));
        assertThat(decided.context().promptTokens()).as("policy sees what goes along")
                .isEqualTo(tokens + Counting.by(Settings.Tokens.ESTIMATE).ofMessage("And now?"));
        assertThat(questions.getFirst().continuity()).isEqualTo(Continuity.NEW);
        assertThat(kept("alice", "s")).containsExactly("What colour is the lamp?", "And now?");
    }

    @Test
    void anOllamaClientAndAFileAreServedAlike() throws Exception {
        Desk desk = desk(false, null);
        via = "file";
        desk.dialect = new OllamaChat();
        desk.dispatching.provider("a").answers("yes");
        String body = "{\"model\":\"auto\",\"stream\":false,\"messages\":[{\"role\":\"system\",\"content\":\"be brief\"},"
                + "{\"role\":\"user\",\"content\":\"%s\"}]}";
        ask(desk, body.formatted("one"));
        ask(desk, body.formatted("two"));
        assertThat(heard(desk, "a", 1)).containsExactly("SYSTEM be brief", "USER one", "ASSISTANT yes", "USER two");
    }

    @Test
    void anAnthropicClientIsServedAlikeInItsOwnBytes() throws Exception {
        Desk desk = desk(false, null);
        desk.dialect = new AnthropicMessages();
        desk.dispatching.provider("a").answers("yes");
        String body = "{\"model\":\"auto\",\"max_tokens\":9,\"system\":\"be brief\",\"messages\":[{\"role\":\"user\","
                + "\"content\":\"%s\"}]}";
        ask(desk, body.formatted("one"));
        ask(desk, body.formatted("two"));
        assertThat(heard(desk, "a", 1)).containsExactly("SYSTEM be brief", "USER one", "ASSISTANT yes", "USER two");
    }

    @Test
    void nobodyReadsWhatAnotherTenantOrSessionSaidAndOtherWaysInKeepNothing() throws Exception {
        Desk desk = desk(false, null);
        desk.dispatching.provider("a").answers("yes");
        say(desk, "mine");
        desk.requestHeaders.put("authorization", "Bearer sk-b");
        say(desk, "theirs");
        assertThat(heard(desk, "a", 1)).containsExactly("USER theirs");
        desk.requestHeaders.putAll(Map.of("authorization", "Bearer sk-a", "x-formulary-session", "other"));
        say(desk, "elsewhere");
        assertThat(heard(desk, "a", 2)).containsExactly("USER elsewhere");
        desk.requestHeaders.put("x-formulary-session", "s");
        via = "http";
        say(desk, "by http");
        assertThat(heard(desk, "a", 3)).containsExactly("USER by http");
        desk.requestHeaders.remove("x-formulary-session");
        via = "mqtt";
        say(desk, "no session");
        assertThat(heard(desk, "a", 4)).containsExactly("USER no session");
        assertThat(kept("alice", "s")).containsExactly("mine");
        assertThat(kept("bob", "s")).containsExactly("theirs");
    }

    @Test
    void aCallThatBringsItsOwnHistoryIsLeftAsItIs() throws Exception {
        Desk desk = desk(false, null);
        desk.dispatching.provider("a").answers("yes");
        say(desk, "one");
        ask(desk, "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"own one\"},"
                + "{\"role\":\"assistant\",\"content\":\"own answer\"},{\"role\":\"user\",\"content\":\"own two\"}]}");
        assertThat(heard(desk, "a", 1)).containsExactly("USER own one", "ASSISTANT own answer", "USER own two");
        assertThat(kept("alice", "s")).containsExactly("one");
    }

    @Test
    void onlyCompleteAnswersAreKept() throws Exception {
        Desk desk = desk(false, null);
        desk.policy = Desk.allowing(0, "a");
        desk.dispatching.provider("a").fails(FailureCategory.INVALID_REQUEST).streams(text("fi"),
                failure(FailureCategory.CUT)).streams(text("whole"), finish());
        say(desk, "refused by the vendor");
        desk.policy = Desk.denying("denied_by_policy");
        say(desk, "denied");
        desk.policy = Desk.allowing(0, "a");
        String streamed = BODY.replace("\"auto\"", "\"auto\",\"stream\":true");
        Desk.frames((Answer.Streamed) ask(desk, streamed.formatted("cut")));
        assertThat(kept("alice", "s")).isEmpty();
        var left = (Answer.Streamed) ask(desk, streamed.formatted("hung up"));
        left.frames().next();
        left.frames().close();
        assertThat(kept("alice", "s")).isEmpty();
        Desk.frames((Answer.Streamed) ask(desk, streamed.formatted("to its end")));
        assertThat(kept("alice", "s")).containsExactly("to its end");
        assertThat(Objects.requireNonNull(history).before(new SessionName("alice", "s")).turns().getFirst().answered())
                .isEqualTo("whole");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        privacy=local                      | hello                              | false
        privacy=sanitised                  | hello                              | false
        privacy=metadata                   | hello                              | false
        privacy=open                       | hello                              | true
        risk=low                           | hello                              | true
        risk=low                           | my card is 4111 1111 1111 1111     | false
        consent=true                       | my card is 4111 1111 1111 1111     | true
        risk=low                           | write to me: ann@example.org       | true
        """)
    void whatPolicyCallsPrivateIsKeptOnlyWhereConfigured(String facts, String words, boolean usual) throws Exception {
        Desk desk = desk(false, null);
        desk.dispatching.provider("a").answers("yes");
        desk.requestHeaders.put("x-formulary-context", facts);
        say(desk, words);
        assertThat(!kept("alice", "s").isEmpty()).isEqualTo(usual);
        close();

        Desk keeping = desk(true, null);
        keeping.dispatching.provider("a").answers("yes");
        keeping.requestHeaders.putAll(Map.of("x-formulary-context", facts, "x-formulary-session", "again"));
        say(keeping, words);
        assertThat(kept("alice", "again")).containsExactly(words);
    }

    @Test
    void whatARuleForbidsToKeepIsNotKept() throws Exception {
        Desk desk = desk(false, null);
        desk.dispatching.provider("a").answers("yes");
        for (double cap : new double[]{0, 60}) {
            desk.policy = question -> new Decision.Allow(question.call().id(), Desk.RULES,
                    new Plan(List.of(Dispatching.model("a")), Map.of(Parameter.CACHE_SECONDS,
                            new Plan.Limit(Double.NaN, cap)), 0),
                    List.of(), List.of(), List.of(), List.of());
            say(desk, "capped at " + (int) cap);
        }
        assertThat(kept("alice", "s")).containsExactly("capped at 60");
    }

    @ParameterizedTest
    @CsvSource({"completed, true", "abandoned, true", "paused, false", "active, false"})
    void aDeviceThatEndsTheSessionHasItForgotten(String state, boolean ends) throws Exception {
        Desk desk = desk(false, null);
        desk.dispatching.provider("a").answers("yes");
        say(desk, "one");
        desk.requestHeaders.put("x-formulary-context", "session-state=" + state);
        say(desk, "good night");
        assertThat(heard(desk, "a", 1)).as("the last words are still understood").hasSize(3);
        assertThat(kept("alice", "s")).hasSize(ends ? 0 : 2);
    }

    @Test
    void aDecisionAloneForgetsNothingAndSeesWhatWouldGoAlong() throws Exception {
        Desk desk = desk(false, null);
        desk.dispatching.provider("a").answers("yes");
        say(desk, "one");
        desk.requestHeaders.put("x-formulary-context", "session-state=completed");
        Arrival http = desk.arrival(BODY.formatted("two"));
        Gateway.Decided decided = desk.gateway().decideOnly(desk.dialect,
                new Arrival(via, http.path(), http.header(), http.body(), false, http.presence()));
        assertThat(decided.question().continuity().keptTurns()).isEqualTo(1);
        assertThat(kept("alice", "s")).containsExactly("one");
    }

    @Test
    void whatIsSaidWithinAConversationIsNotAnsweredFromTheCache() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var cache = new ResponseCache(1 << 20, threads)) {
            Desk desk = desk(false, cache);
            desk.policy = Desk.allowing(60, "a");
            desk.dispatching.provider("a").answers("yes");
            Answer.Whole first = say(desk, "same");
            Answer.Whole second = say(desk, "same");
            assertThat(first.headers()).containsEntry("X-Formulary-Cache", "bypass");
            assertThat(second.headers()).containsEntry("X-Formulary-Cache", "bypass");
            assertThat(heard(desk, "a", 1)).hasSize(3);
        }
    }
}
