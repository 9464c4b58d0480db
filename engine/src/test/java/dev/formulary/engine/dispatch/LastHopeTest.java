package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.model;
import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.engine.dispatch.Dispatching.Words;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of calls for which no model is left but those that are left alone for having failed.
class LastHopeTest {
    private static final int CALLS = 60;

    @TempDir
    private Path folder;
    private Dispatching all;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void begin() {
        all = new Dispatching(folder, 1_000_000);
    }

    @AfterEach
    void end() {
        executor.shutdownNow();
        all.assertNothingHeld();
    }

    private static Plan sparing(Plan plan, String... spared) {
        return new Plan(plan.attempts(), Map.of(), 0, -1, null, plan.reactions(), plan(spared).attempts());
    }

    private DispatchException failure(Plan plan) {
        return Objects.requireNonNull(catchThrowableOfType(DispatchException.class,
                () -> all.dispatcher.collect(order(plan), new Words())));
    }

    private String answered(Plan plan) throws Exception {
        return all.dispatcher.collect(order(plan), new Words()).candidate().id();
    }

    private Opened collected(Plan plan) throws Exception {
        return all.dispatcher.collect(order(plan), new Words());
    }

    private void throwing(String provider, FailureCategory category, Duration retryAfter) {
        all.provider(provider).then((_, _) -> {
            throw new ProviderException(category, "scripted " + category, 0, retryAfter, null);
        });
    }

    /// Until the breakers of these have opened.
    private void close(String... providers) {
        for (String id : providers) {
            all.provider(id).fails(FailureCategory.SERVER);
            for (int i = 0; i < 4; i++) {
                assertThat(failure(plan(id))).hasMessage("scripted SERVER");
            }
            assertThat(all.breakers.state(id + "/m")).isEqualTo(BreakerState.OPEN);
        }
    }

    @Test
    void theFirstCallIsAnsweredOnceOneOfThemIsBack() throws Exception {
        close("a", "b");
        all.provider("b").answers("back");
        assertThat(answered(plan("a", "b"))).isEqualTo("b/m");
        assertThat(all.breakers.state("b/m")).isEqualTo(BreakerState.CLOSED);
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void whereOneDiesInTheMomentInWhichTheSparedOneIsBackNobodyNotices() throws Exception {
        close("b");
        all.provider("b").answers("back");
        ScriptedProvider dying = all.provider("a").fails(FailureCategory.CONNECT);
        for (int i = 0; i < 10; i++) {
            assertThat(answered(sparing(plan("a"), "b"))).isEqualTo("b/m");
        }
        assertThat(dying.requests).as("until its breaker opens").hasSize(4);
    }

    @Test
    void aSparedModelIsNotAskedWhileAnotherAnswers() throws Exception {
        ScriptedProvider spared = all.provider("b").answers("fine");
        all.provider("a").answers("fine");
        assertThat(answered(sparing(plan("a"), "b"))).isEqualTo("a/m");
        assertThat(spared.requests).isEmpty();

        all.provider("a").fails(FailureCategory.SERVER);
        assertThat(answered(sparing(plan("a"), "b"))).as("spared for another reason than its breaker").isEqualTo("b/m");
    }

    @Test
    void whatStopsACallStopsItBeforeThese() {
        close("b");
        ScriptedProvider spared = all.provider("b").answers("back");
        all.provider("a").fails(FailureCategory.REFUSED);
        assertThat(failure(sparing(plan("a"), "b"))).hasMessage("scripted REFUSED");

        all.provider("c").fails(FailureCategory.SERVER);
        Plan stops = new Plan(plan("c").attempts(), Map.of(), 0, -1, null, Map.of(FailureClass.SERVER, Reaction.STOP),
                List.of(model("b")));
        assertThat(failure(stops)).hasMessage("scripted SERVER");
        assertThat(spared.requests).isEmpty();
    }

    @Test
    void whoWantsFewerCallsIsWaitedForOnlyWhenNobodyElseIsLeft() throws Exception {
        close("b");
        all.rests.clear();
        all.provider("b").answers("back");
        all.provider("a").fails(FailureCategory.THROTTLED);
        assertThat(answered(plan("a", "b"))).isEqualTo("b/m");
        assertThat(all.rests).isEmpty();

        all.provider("c").answers("for the budget of repetitions");
        all.provider("a").fails(FailureCategory.THROTTLED).answers("fine");
        close("b");
        for (int i = 0; i < 5; i++) {
            assertThat(answered(plan("c"))).isEqualTo("c/m");
        }
        all.rests.clear();
        assertThat(answered(plan("a", "b"))).isEqualTo("a/m");
        assertThat(all.rests).hasSize(1);
    }

    @Test
    void aVendorThatWantsFewerCallsIsAskedOnceMoreAfterThatWhereNobodyElseIsLeft() throws Exception {
        all.provider("a").fails(FailureCategory.THROTTLED).answers("fine");
        assertThat(collected(plan("a")).tried()).hasSize(2);
        assertThat(all.rests).as("a second where it does not say when").containsExactly(Duration.ofMillis(1_050));

        all.rests.clear();
        all.provider("ok").answers("fine");
        for (int i = 0; i < 5; i++) {
            collected(plan("ok"));
        }
        throwing("b", FailureCategory.THROTTLED, Duration.ofMillis(1_500));
        assertThat(failure(plan("b")).tried()).hasSize(2);
        assertThat(all.rests).containsExactly(Duration.ofMillis(1_550));

        all.rests.clear();
        throwing("c", FailureCategory.THROTTLED, Duration.ofMillis(2_001));
        assertThat(failure(plan("c")).tried()).as("nobody waits in place for so long").hasSize(1);
        assertThat(all.rests).isEmpty();
    }

    @Test
    void whatAnOperatorHasOpenedStaysSo() {
        ScriptedProvider provider = all.provider("a").answers("fine");
        all.breakers.override("a/m", Breakers.Manual.OPEN);
        var failure = failure(plan("a"));
        assertThat(failure).hasMessage("its circuit breaker is open");
        assertThat(failure.retryAfter()).isEmpty();
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void theReasonIsThatOfWhoWasAskedAndNotThatAnotherWasNot() {
        all.provider("b").answers("fine");
        all.breakers.override("b/m", Breakers.Manual.OPEN);
        all.provider("a").fails(FailureCategory.AUTH);
        var failure = failure(plan("a", "b"));
        assertThat(failure).hasMessage("scripted AUTH");
        assertThat(failure.tried()).extracting(Tried::kind).containsExactly(FailureClass.AUTH, FailureClass.HELD_BACK);
    }

    /// Calls come all at once. Whoever is down gets a few of them, and nobody is kept waiting long for the answer that there is none.
    @Test
    void whileAllAreDownAFewCallsFindThatOutForTheOthers() throws Exception {
        close("a", "b");
        var atOnce = new AtomicInteger();
        var most = new AtomicInteger();
        var asked = new AtomicInteger();
        for (String id : List.of("a", "b")) {
            all.provider(id).then((_, _) -> {
                most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                asked.incrementAndGet();
                Thread.onSpinWait();
                atOnce.decrementAndGet();
                throw new ProviderException(FailureCategory.CONNECT, "refused");
            });
        }
        var calls = new ArrayList<Future<DispatchException>>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(executor.submit(() -> failure(plan("a", "b"))));
        }
        for (Future<DispatchException> each : calls) {
            assertThat(each.get().getMessage()).isIn("refused", "its circuit breaker is open");
        }
        assertThat(most).as("one of each at once").hasValueLessThanOrEqualTo(2);
        assertThat(asked).hasValueBetween(2, CALLS);
        assertThat(all.breakers.history()).as("nothing came of it").hasSize(2);
        assertThat(all.breakers.openings()).extractingByKey("a/m").extracting(Breakers.Opening::times).isEqualTo(1);
    }

    /// One call at once finds out whether a model is back; here sixty come together, and it is.
    @Test
    void whoIsBackAnswersAllThatCome() throws Exception {
        close("a");
        all.provider("a").answers("back");
        var calls = new ArrayList<Future<String>>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(executor.submit(() -> answered(plan("a"))));
        }
        for (Future<String> each : calls) {
            assertThat(each.get()).isEqualTo("a/m");
        }
    }

    @Test
    void aCallThatIsLateOrWhoseCallerHasGoneIsNotTriedOn() {
        close("a");
        ScriptedProvider provider = all.provider("a").answers("back");
        assertThat(catchThrowableOfType(DispatchException.class, () -> all.dispatcher.collect(
                order(plan("a"), Presence.CONSTANT, 0), new Words()))).isNotNull();
        assertThat(provider.requests).isEmpty();
    }

    /// A model that begins and breaks off each time is not taken for one that is back.
    @Test
    void whatBreaksOffAgainLeavesTheBreakerOpen() throws Exception {
        close("a");
        all.provider("a").streams(() -> new ReplyEvent.Text("half an "), ScriptedProvider.failure(FailureCategory.CUT));
        assertThat(failure(plan("a"))).hasMessage("scripted CUT");
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);
        all.provider("a").answers("whole");
        assertThat(answered(plan("a"))).isEqualTo("a/m");
    }

    /// The place of a call whose answer is long is free for others as soon as that has begun.
    @Test
    void aLongAnswerKeepsNobodyFromTrying() throws Exception {
        close("a");
        var read = new CountDownLatch(1);
        all.provider("a").streams(ScriptedProvider.text("long"), () -> {
            read.await();
            return null;
        }, ScriptedProvider.finish()).answers("short");
        Opened open = all.dispatcher.open(order(plan("a")));
        assertThat(answered(plan("a"))).isEqualTo("a/m");
        assertThat(answered(plan("a"))).isEqualTo("a/m");
        open.close();
        read.countDown();
    }
}
