package dev.formulary.engine.route;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.FetchSettings;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.OpenAiChat;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.engine.schema.SchemaFolder;
import dev.formulary.engine.store.History;
import dev.formulary.engine.store.Responses;
import dev.formulary.engine.telemetry.CallTrace;
import dev.formulary.engine.telemetry.Tracing;
import dev.formulary.engine.transport.ImageFetcher;
import dev.formulary.spi.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A gateway with real dialects and a real dispatcher around scripted providers and a policy that the test writes, and what
/// the journal heard.
final class Desk implements Journal {
    static final String RULES = "0123456789abcdef0123";
    static final String HELLO = """
        {"model":"auto","messages":[{"role":"user","content":"hi"}]}""";
    static final String STREAMED = """
        {"model":"auto","messages":[{"role":"user","content":"hi"}],"stream":true}""";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    final Dispatching dispatching;
    final Map<String, Integer> decided = new ConcurrentHashMap<>();
    final Map<String, Integer> completed = new ConcurrentHashMap<>();
    final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    final Queue<String> caches = new ConcurrentLinkedQueue<>();
    /// Models and tokens of answers that were given again.
    final Queue<String> again = new ConcurrentLinkedQueue<>();
    final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    final Queue<Context> contexts = new ConcurrentLinkedQueue<>();
    final Map<String, String> requestHeaders = new HashMap<>();
    Function<Call, Continuity> continuity = _ -> Continuity.NONE;
    Gateway.Policy policy = allowing(0, "a", "b");
    ChatDialect dialect = new OpenAiChat();
    String via = "http";
    Tracing tracing = Tracing.OFF;
    boolean mayStream = true;
    Presence presence = Presence.CONSTANT;
    final MutableClock clock = new MutableClock(NOON);
    final PendingAnswers pending = new PendingAnswers(clock);
    final ResponseDesk responseDesk;
    final Aliases aliases;
    private final Gateway gateway;

    Desk(Path folder, @Nullable ResponseCache cache) {
        this(folder, cache, Samples.settings(Map.of("auto:fast", "a/m", "vision", "b/m"), List.of()));
    }

    Desk(Path folder, @Nullable ResponseCache cache, Settings settings) {
        this(folder, cache, settings, Limits.none());
    }

    Desk(Path folder, @Nullable ResponseCache cache, Settings settings, Limits limits) {
        this(folder, cache, settings, limits, null);
    }

    Desk(Path folder, @Nullable ResponseCache cache, Settings settings, Limits limits, @Nullable History history) {
        this(folder, cache, settings, limits, history, null, settings.fetch());
    }

    Desk(Path folder, @Nullable ResponseCache cache, Settings settings, Limits limits, @Nullable History history,
            @Nullable Responses responses) {
        this(folder, cache, settings, limits, history, responses, settings.fetch());
    }

    Desk(Path folder, @Nullable ResponseCache cache, FetchSettings fetch) {
        this(folder, cache, Samples.settings(Map.of(), List.of()), Limits.none(), null, null, fetch);
    }

    private Desk(Path folder, @Nullable ResponseCache cache, Settings settings, Limits limits,
            @Nullable History history, @Nullable Responses responses, FetchSettings fetch) {
        dispatching = new Dispatching(folder, 10_000_000);
        aliases = new Aliases(settings.aliases());
        var retention = new Retention(responses);
        var recollection = new Recollection(history, settings.sessions().history(), retention, clock);
        var reception = new Reception(new Keyring(settings.keys()), limits, new Assessor(false), recollection, settings,
                aliases, new Checks(new SchemaFolder(Path.of("../routes/schemas"))), clock);
        var now = new Situation(NOON, Host.UNKNOWN, List.of(), 0, 0, Set.of());
        responseDesk = new ResponseDesk(reception, retention);
        gateway = new Gateway(reception, recollection, question -> policy.decide(question),
                call -> continuity.apply(call), () -> now,
                () -> List.of(Dispatching.model("a")), new Replay(cache, settings.cache().stale(), clock),
                dispatching.dispatcher, this, 300, pending,
                new Pictures(fetch, new ImageFetcher(fetch)));
    }

    static Gateway.Policy allowing(int cacheSeconds, String... providers) {
        List<Candidate> models = List.of(providers).stream().map(Dispatching::model).toList();
        return question -> new Decision.Allow(question.call().id(), RULES, new Plan(models, Map.of(), cacheSeconds),
                List.of(), List.of(), List.of(), List.of());
    }

    static Gateway.Policy denying(String code) {
        return question -> new Decision.Deny(question.call().id(), RULES, code, "because of " + code, List.of(),
                List.of(),
                List.of(), List.of());
    }

    @Override
    public CallTrace arrived(Dialect spoken, Arrival arrival) {
        return tracing.begin(spoken, arrival);
    }

    @Override
    public void decided(Question question, Decision decision, long nanos) {
        decided.merge(question.call().id(), 1, Integer::sum);
        calls.add(question.call());
        contexts.add(question.context());
    }

    @Override
    public void cached(Call call, String model, Usage usage) {
        again.add(model + " " + usage.promptTokens() + "+" + usage.completionTokens());
    }

    @Override
    public void completed(Call call, Outcome outcome, String cache) {
        completed.merge(call.id(), 1, Integer::sum);
        outcomes.add(outcome);
        caches.add(cache);
    }

    Gateway gateway() {
        return gateway;
    }

    Arrival arrival(String body) {
        return new Arrival(via, "/v1/chat/completions", Map.copyOf(requestHeaders)::get,
                body.getBytes(StandardCharsets.UTF_8), mayStream, presence);
    }

    Answer enter(String body) throws InterruptedException {
        return gateway.chat(dialect).enter(arrival(body));
    }

    Answer.Whole whole(String body) throws InterruptedException {
        return (Answer.Whole) enter(body);
    }

    Answer.Streamed streamed(String body) throws InterruptedException {
        return (Answer.Streamed) enter(body);
    }

    /// The one outcome so far.
    Outcome outcome() {
        assertThat(outcomes).hasSize(1);
        return outcomes.element();
    }

    static List<byte[]> frames(Answer.Streamed answer) throws InterruptedException {
        List<byte[]> all = new ArrayList<>();
        try (Answer.Frames frames = answer.frames()) {
            for (byte[] frame = frames.next(); frame != null; frame = frames.next()) {
                all.add(frame);
            }
        }
        return all;
    }

    static String text(List<byte[]> frames) {
        var all = new ByteArrayOutputStream();
        frames.forEach(all::writeBytes);
        return all.toString(StandardCharsets.UTF_8);
    }

    static JsonNode json(Answer.Whole answer) {
        try {
            return MAPPER.readTree(new String(answer.body(), StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /// Every call that was decided was told of once, and nothing is held any more.
    void assertSettled() {
        assertThat(completed).isEqualTo(decided);
        assertThat(completed.values()).allMatch(times -> times == 1);
        dispatching.assertNothingHeld();
    }
}
