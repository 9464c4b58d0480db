package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.model;
import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.give;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.formulary.engine.dispatch.ScriptedProvider.Step;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Plan.Limit;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.StreamState;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContinuationTest {
    private static final Step COUNT = give(new ReplyEvent.Accounting(Usage.of(10, 20)));
    private static final ChatRequest HI = Dispatching.request(ChatRequest.Sampling.DEFAULT);

    @TempDir
    private Path folder;
    private Dispatching all;
    private final List<ReplyEvent> came = new ArrayList<>();

    @BeforeEach
    void begin() {
        all = new Dispatching(folder, 1_000_000);
    }

    @AfterEach
    void end() {
        all.assertNothingHeld();
    }

    static Plan allowing(int times, Candidate... models) {
        return new Plan(List.of(models), Map.of(Parameter.CONTINUATIONS, new Limit(times, Double.NaN)), 0);
    }

    static Order asking(ChatRequest request, Plan plan, Presence presence) {
        Order like = Dispatching.order(plan, presence, 60_000);
        return new Order(like.call(), Context.unspecified(), request, plan, presence, System.nanoTime(), _ -> {});
    }

    private LiveAnswer open(Plan plan) throws Exception {
        return all.dispatcher.stream(asking(HI, plan, Presence.CONSTANT));
    }

    private String read(LiveAnswer live) throws ProviderException, InterruptedException {
        for (ReplyEvent event = live.next(); event != null; event = live.next()) {
            came.add(event);
        }
        return words();
    }

    private String words() {
        var words = new StringBuilder();
        for (ReplyEvent event : came) {
            if (event instanceof ReplyEvent.Text(String text)) {
                words.append(text);
            }
        }
        return words.toString();
    }

    private ProviderException endOf(LiveAnswer live) {
        return catchThrowableOfType(ProviderException.class, () -> read(live));
    }

    private ScriptedProvider breaksOff(String id, String... words) {
        var steps = new ArrayList<Step>();
        List.of(words).forEach(word -> steps.add(text(word)));
        steps.add(failure(FailureCategory.CUT));
        return all.provider(id).streams(steps.toArray(Step[]::new));
    }

    private static Candidate labelled(String provider, String label, double safety, int contextTokens) {
        ModelCard card = model(provider).card();
        return Candidate.of(provider, new ModelCard(card.id(), card.capabilities(), contextTokens, card.inputPrice(),
                card.outputPrice(), card.local(), Set.of(label), card.quality(), safety, card.attributes()),
                Candidate.Vitals.UNKNOWN);
    }

    @Test
    void anotherModelGoesOnAndBothAreBooked() throws Exception {
        all.provider("a").streams(text("She went "), text("ho"), failure(FailureCategory.CUT));
        ScriptedProvider second = all.provider("b").streams(text("went home"), text(" and sang."), finish(), COUNT);
        LiveAnswer live = open(allowing(1, model("a"), model("b")));

        assertThat(read(live)).isEqualTo("She went home and sang.");
        assertThat(came).filteredOn(ReplyEvent.Finish.class::isInstance).hasSize(1);
        assertThat(live.stream().state()).isEqualTo(StreamState.DONE);
        assertThat(live.continuedBy()).containsExactly("b/m");
        assertThat(live.first().candidate().id()).isEqualTo("a/m");
        assertThat(live.tried()).extracting(Tried::candidate).containsExactly("a/m", "b/m");
        assertThat(live.tried()).extracting(Tried::failure).containsExactly(FailureCategory.CUT, null);
        assertThat(live.usage()).as("three tokens of the first, as nobody counted them")
                .isEqualTo(new Usage(10, 23, 0, 0, true));
        assertThat(live.costMicros()).isEqualTo(33);
        assertThat(all.budget().spent()).isEqualTo(33);

        ChatRequest asked = second.requests.element();
        assertThat(asked.messages()).extracting(Message::role).containsExactly(Role.USER, Role.ASSISTANT, Role.USER);
        assertThat(asked.messages().get(1).plainText()).isEqualTo("She went ho");
        assertThat(asked.messages().getLast().plainText()).contains("begin with the last word above");
        assertThat(asked.source()).isNull();
    }

    @Test
    void aModelThatIsKnownToGoOnByItselfIsNotTold() throws Exception {
        breaksOff("a", "ha ha ");
        ScriptedProvider second = all.provider("b").streams(text(" ha ha"), text("!"), finish());

        assertThat(read(open(allowing(1, model("a"), labelled("b", Continuation.PREFILL, 5, 0)))))
                .isEqualTo("ha ha ha ha!");
        assertThat(second.requests.element().messages()).extracting(Message::plainText).containsExactly("hi", "ha ha");
    }

    @Test
    void whatTheCallerHadBegunIsPartOfTheTurn() throws Exception {
        breaksOff("a", "upon a");
        ScriptedProvider second = all.provider("b").streams(text("a time"), finish());
        var begun = new ChatRequest(HI.model(), List.of(Message.text(Role.USER, "tell"),
                Message.text(Role.ASSISTANT, "Once ")), List.of(), null, HI.sampling(), HI.format(), true, false,
                Map.of(), null);

        assertThat(read(all.dispatcher.stream(asking(begun, allowing(1, model("a"), model("b")), Presence.CONSTANT))))
                .isEqualTo("upon a time");
        assertThat(second.requests.element().messages().get(1).plainText()).isEqualTo("Once upon a");
        assertThat(second.requests.element().messages()).hasSize(3);
    }

    @Test
    void theAnswerGetsNoLongerThanItMay() throws Exception {
        breaksOff("a", "x".repeat(400));
        ScriptedProvider second = all.provider("b").streams(text(" end"), finish());
        var parameters = new HashMap<>(allowing(1).parameters());
        parameters.put(Parameter.MAX_TOKENS, new Limit(300, 150));
        read(open(new Plan(List.of(model("a"), model("b")), parameters, 0)));

        assertThat(second.requests.element().sampling().maxTokens()).isEqualTo(50);
    }

    @Test
    void withoutPolicyAnAnswerThatBreaksOffIsBroken() throws Exception {
        breaksOff("a", "half");
        all.provider("b").answers("whole");
        LiveAnswer live = open(Dispatching.plan("a", "b"));

        assertThat(endOf(live)).hasMessage("scripted CUT").extracting(ProviderException::category)
                .isEqualTo(FailureCategory.CUT);
        assertThat(live.stream().state()).isEqualTo(StreamState.CUT);
        assertThat(live.continuedBy()).isEmpty();

        breaksOff("a", "half");
        var capped = new Plan(allowing(1, model("a"), model("b")).attempts(),
                Map.of(Parameter.CONTINUATIONS, new Limit(Double.NaN, 2)), 0);
        assertThat(endOf(open(capped))).as("a cap alone allows nothing").isNotNull();

        breaksOff("a", "half");
        var forbidden = new Plan(capped.attempts(), Map.of(Parameter.CONTINUATIONS, new Limit(1, 0)), 0);
        assertThat(endOf(open(forbidden))).as("and a cap of 0 forbids").isNotNull();
    }

    static List<Arguments> halves() {
        return List.of(arguments("a tool call had begun", new ReplyEvent.ToolCall(0, "1", "look_up", "{\"wor")),
                arguments("begun to decline", new ReplyEvent.Refusal("I can")),
                arguments("probabilities", new ReplyEvent.Logprobs(List.of())),
                arguments("outside its words", new ReplyEvent.Thinking("Hm")),
                arguments("outside its words", new ReplyEvent.Signature("x:1", ReplyEvent.Signature.THOUGHTS)),
                arguments("it was complete", new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP)),
                arguments("very long", new ReplyEvent.Text("x".repeat(Spoken.MOST))));
    }

    @ParameterizedTest
    @MethodSource("halves")
    void onlyWordsAreGoneOnWith(String why, ReplyEvent last) throws Exception {
        all.provider("a").streams(text("Well "), give(last), failure(FailureCategory.CUT));
        all.provider("b").answers("whole");

        assertThat(endOf(open(allowing(2, model("a"), model("b")))))
                .hasMessageStartingWith("scripted CUT; no other model can go on, for ").hasMessageContaining(why);
        assertThat(all.heard).doesNotContain("begun b/m");
    }

    @Test
    void thoughtsBeforeTheWordsAreNoObstacle() throws Exception {
        all.provider("a").streams(give(new ReplyEvent.Thinking("Hm")),
                give(new ReplyEvent.Signature("x:1", ReplyEvent.Signature.THOUGHTS)), text("One "),
                failure(FailureCategory.MALFORMED));
        all.provider("b").streams(give(new ReplyEvent.Ignored("seed")), give(new ReplyEvent.Thinking("So")),
                text("two"), give(new ReplyEvent.ToolCall(0, "1", "look_up", "{}")), finish());
        LiveAnswer live = open(allowing(1, model("a"), model("b")));

        assertThat(read(live)).isEqualTo("One two");
        assertThat(came).filteredOn(ReplyEvent.Thinking.class::isInstance)
                .as("what the second thinks belongs to no turn of the first")
                .containsExactly(new ReplyEvent.Thinking("Hm"));
        assertThat(came).filteredOn(ReplyEvent.ToolCall.class::isInstance).hasSize(1);
        assertThat(live.ignoredLater()).containsExactly("seed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "logprobs", "essential"})
    void whatHasAFormToKeepIsNotGoneOnWith(String form) throws Exception {
        breaksOff("a", "{\"half\":");
        all.provider("b").answers("whole");
        var options = new ChatRequest.Options(null, null, null, null, form.equals("logprobs") ? 2 : null, null, null,
                null, null, form.equals("essential") ? Set.of("n") : Set.of());
        var request = new ChatRequest(HI.model(), HI.messages(), List.of(), null, HI.sampling(),
                form.equals("json") ? new ChatRequest.Format.Json() : HI.format(), true, false,
                form.equals("essential") ? Map.of("n", 2) : Map.of(), null, options);

        LiveAnswer live = all.dispatcher
                .stream(asking(request, allowing(1, model("a"), model("b")), Presence.CONSTANT));
        assertThat(endOf(live)).hasMessageContaining("no other model can go on, for");
        assertThat(all.heard).doesNotContain("begun b/m");
    }

    @Test
    void onlyModelsAreAskedThatMayAndCan() throws Exception {
        all.provider("failed").fails(FailureCategory.SERVER);
        breaksOff("a", "half of a long answer");
        all.provider("b").answers("whole");
        Plan plan = allowing(2, labelled("failed", "x", 8, 0), labelled("a", "x", 8, 0), labelled("b", "less", 7, 0),
                labelled("b", "small", 8, 5));

        assertThat(endOf(open(plan))).hasMessage("scripted CUT; there is no other model that may go on");
        assertThat(all.heard).doesNotContain("begun b/m");
    }

    @Test
    void anAnswerIsGoneOnWithAsOftenAsPolicyAllows() throws Exception {
        breaksOff("a", "one ");
        breaksOff("b", "two ");
        breaksOff("c", "three ");
        all.provider("d").answers("four");
        LiveAnswer live = open(allowing(2, model("a"), model("b"), model("c"), model("d")));

        assertThat(endOf(live)).hasMessage("scripted CUT");
        assertThat(words()).isEqualTo("one two three ");
        assertThat(live.continuedBy()).containsExactly("b/m", "c/m");
        assertThat(live.stream().state()).isEqualTo(StreamState.CUT);
        assertThat(all.budget().spent()).isEqualTo(live.costMicros());
    }

    @Test
    void whatWasHeldBackWhenTheNextBrokeOffTooWasNeverSaid() throws Exception {
        breaksOff("a", "one two");
        breaksOff("b", "two");
        ScriptedProvider third = all.provider("c").streams(text("two three"), finish());

        assertThat(read(open(allowing(2, model("a"), model("b"), model("c"))))).isEqualTo("one two three");
        assertThat(third.requests.element().messages().get(1).plainText()).isEqualTo("one two");
    }

    @Test
    void oneThatDoesNotGoOnIsFollowedByTheNext() throws Exception {
        breaksOff("a", "one ");
        all.provider("b").fails(FailureCategory.CONNECT);
        all.provider("c").streams(text("two"), finish());
        LiveAnswer live = open(allowing(1, model("a"), model("b"), model("c")));

        assertThat(read(live)).isEqualTo("one two");
        assertThat(live.tried()).extracting(Tried::candidate).containsExactly("a/m", "b/m", "c/m");
    }

    @Test
    void whereNobodyGoesOnTheCallerIsTold() throws Exception {
        breaksOff("a", "one ");
        all.provider("b").fails(FailureCategory.CONNECT);
        LiveAnswer live = open(allowing(1, model("a"), model("b")));

        assertThat(endOf(live)).hasMessage("scripted CUT; no other model went on: scripted CONNECT");
        assertThat(live.tried()).extracting(Tried::failure).containsExactly(FailureCategory.CUT,
                FailureCategory.CONNECT, FailureCategory.CONNECT);
        assertThat(live.stream().state()).isEqualTo(StreamState.CUT);
    }

    @Test
    void anotherAnswerIsNotPassedOn() throws Exception {
        breaksOff("a", "Let us begin with a short walk by the sea, and");
        all.provider("b").streams(text("Let us begin with a short walk by the river."), finish());
        all.provider("c").streams(text("and then rest."), finish());
        LiveAnswer live = open(allowing(2, model("a"), model("b"), model("c")));

        assertThat(read(live)).isEqualTo("Let us begin with a short walk by the sea, and then rest.");
        assertThat(live.tried().get(1).message()).contains("began the answer anew");
        assertThat(all.breakers.of("b/m").getMetrics().getNumberOfFailedCalls()).isZero();
    }

    @Test
    void whatAVendorsFilterEndsIsNotGoneOnWith() throws Exception {
        all.provider("a").streams(text("half"), failure(FailureCategory.REFUSED));
        all.provider("b").answers("whole");

        assertThat(endOf(open(allowing(1, model("a"), model("b"))))).hasMessage("scripted REFUSED");
        assertThat(all.heard).doesNotContain("begun b/m");
    }

    @Test
    void whereARuleSaysThatNobodyElseIsAskedNobodyGoesOn() throws Exception {
        breaksOff("a", "One ");
        all.provider("b").answers("One two.");
        Plan allowing = allowing(1, model("a"), model("b"));
        var stopping = new Plan(allowing.attempts(), allowing.parameters(), 0, -1, null,
                Map.of(FailureClass.CUT, Reaction.STOP));
        assertThat(endOf(open(stopping))).hasMessageContaining("a rule says that nobody else is asked then");
        assertThat(words()).isEqualTo("One ");
    }
}
