package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.hang;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.Samples;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.spi.FailureCategory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A second model is asked when the first takes long to begin. A delay of a minute stands for a first that is in time.
class HedgeTest {
    private static final int AT_ONCE = 1;
    private static final int LATER = 60_000;

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Dispatching desk;
    private ScriptedProvider slow;
    private ScriptedProvider quick;

    @BeforeEach
    void begin() {
        desk = new Dispatching(folder, 1_000_000_000);
        slow = desk.provider("slow");
        quick = desk.provider("quick").answers("from the second");
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
        await().untilAsserted(desk::assertNothingHeld);
    }

    private static Plan hedged(double ms, String... providers) {
        return new Plan(plan(providers).attempts(),
                Map.of(Parameter.HEDGE_MS, new Plan.Limit(ms, Double.NaN)), 0);
    }

    private Opened collect(Plan plan) throws Exception {
        return desk.dispatcher.collect(order(plan), new Dispatching.Words());
    }

    @Test
    void theOneThatBeginsFirstAnswersAndTheOtherIsLetGoOf() throws Exception {
        slow.streams(hang());
        Opened answer = collect(hedged(AT_ONCE, "slow", "quick"));
        assertThat(answer.candidate().provider()).isEqualTo("quick");
        assertThat(answer.tried()).extracting(Tried::candidate).containsExactly("slow/m", "quick/m");
        assertThat(answer.tried().getFirst().failure()).isEqualTo(FailureCategory.CANCELLED);
        assertThat(answer.tried().getFirst().message()).isEqualTo("another model began first");
        assertThat(answer.tried()).extracting(Tried::vainMicros)
                .as("what a vendor charges for a question that it has not answered, nobody knows")
                .containsExactly(-1L, null);
        await().until(() -> slow.openStreams() == 0);
    }

    /// It heeds nothing and brings something although it is let go of, which is booked.
    @Test
    void whatTheLoserCostIsToldOnceItIsKnown() throws Exception {
        slow.streams(() -> {
            try {
                return hang().next();
            } catch (InterruptedException e) {
                return new dev.formulary.spi.ReplyEvent.Text("too late by far");
            }
        }, hang());
        Opened answer = collect(hedged(AT_ONCE, "slow", "quick"));
        assertThat(answer.candidate().provider()).isEqualTo("quick");
        await().until(() -> desk.heard.stream().anyMatch(each -> each.startsWith("ended slow/m")));
        await().untilAsserted(desk::assertNothingHeld);
        long lost = desk.budget().spent() - answer.costMicros();
        assertThat(lost).isPositive();
        assertThat(answer.tried()).extracting(Tried::vainMicros).containsExactly(lost, null);
    }

    @Test
    void aLoserThatIsFreeCostNothing() throws Exception {
        slow.streams(hang());
        Plan priced = hedged(AT_ONCE, "slow", "quick");
        Opened answer = collect(new Plan(List.of(Samples.priced("slow", "m", 0, 0), priced.attempts().getLast()),
                priced.parameters(), 0));
        assertThat(answer.tried()).extracting(Tried::vainMicros).containsExactly(0L, null);
    }

    @Test
    void aFirstThatIsInTimeAsksNobodyElse() throws Exception {
        slow.answers("in time");
        Opened answer = collect(hedged(LATER, "slow", "quick"));
        assertThat(answer.candidate().provider()).isEqualTo("slow");
        assertThat(answer.tried()).hasSize(1);
        assertThat(quick.requests).isEmpty();
    }

    @Test
    void aFirstThatFailsInTimeGoesOnToTheNextAsEver() throws Exception {
        slow.fails(FailureCategory.SERVER);
        Opened answer = collect(hedged(LATER, "slow", "quick"));
        assertThat(answer.candidate().provider()).isEqualTo("quick");
        assertThat(answer.tried()).extracting(Tried::failure).containsExactly(FailureCategory.SERVER, null);
    }

    @Test
    void aSecondThatFailsLeavesTheFirstToAnswer() throws Exception {
        var asked = new CountDownLatch(1);
        desk.provider("quick").then((_, _) -> {
            asked.countDown();
            throw new dev.formulary.spi.ProviderException(FailureCategory.SERVER, "down");
        });
        slow.streams(() -> {
            asked.await();
            return new dev.formulary.spi.ReplyEvent.Text("late");
        }, finish());
        Opened answer = collect(hedged(AT_ONCE, "slow", "quick"));
        assertThat(answer.candidate().provider()).isEqualTo("slow");
    }

    @Test
    void whenBothFailTheThirdIsAsked() throws Exception {
        var both = new CountDownLatch(2);
        for (String id : List.of("slow", "quick")) {
            desk.provider(id).then((_, _) -> {
                both.countDown();
                both.await();
                throw new dev.formulary.spi.ProviderException(FailureCategory.SERVER, "down");
            });
        }
        desk.provider("third").answers("at last");
        Opened answer = collect(hedged(AT_ONCE, "slow", "quick", "third"));
        assertThat(answer.candidate().provider()).isEqualTo("third");
        assertThat(answer.tried()).extracting(Tried::candidate)
                .containsExactlyInAnyOrder("slow/m", "quick/m", "third/m");
    }

    /// A prompt that was refused is not answered by somebody else, although that one was asked before.
    @Test
    void aRefusalEndsTheRace() {
        var both = new CountDownLatch(2);
        slow.then((_, _) -> {
            both.countDown();
            both.await();
            throw new dev.formulary.spi.ProviderException(FailureCategory.REFUSED, "no");
        });
        ScriptedProvider other = desk.provider("quick").streams(() -> {
            both.countDown();
            return hang().next();
        });
        ScriptedProvider third = desk.provider("third").answers("anything");
        assertThatThrownBy(() -> collect(hedged(AT_ONCE, "slow", "quick", "third")))
                .isInstanceOfSatisfying(DispatchException.class, why -> {
                    assertThat(why.category()).isEqualTo(FailureCategory.REFUSED);
                    assertThat(why.tried()).extracting(Tried::candidate).containsExactly("quick/m", "slow/m");
                });
        assertThat(third.requests).isEmpty();
        await().until(() -> other.openStreams() == 0);
    }

    @Test
    void aModelWhoseUsualTimeIsNotKnownIsNotHedged() throws Exception {
        slow.answers("fine");
        assertThat(order(hedged(0, "slow")).hedgeMs(Dispatching.model("slow"))).isEqualTo(-1);
        Candidate known = Candidate.of("slow", Dispatching.model("slow").card(),
                new Candidate.Vitals(Candidate.Vitals.UNKNOWN.breaker(), -1, 0, 750, -1, 0, -1));
        assertThat(order(hedged(0, "slow")).hedgeMs(known)).isEqualTo(750);
        assertThat(order(plan("slow")).hedgeMs(known)).isEqualTo(-1);
        assertThat(collect(hedged(0, "slow", "quick")).candidate().provider()).isEqualTo("slow");
    }

    @Test
    void oneCallInTwentyAtMost() {
        var budget = new ExtraBudget(20);
        int taken = 0;
        for (int call = 0; call < 2_000; call++) {
            budget.called();
            taken += budget.take() ? 1 : 0;
        }
        assertThat(taken).isBetween(100, 101);
        for (int call = 0; call < 5_000; call++) {
            budget.called();
        }
        int inARow = 0;
        while (budget.take()) {
            inARow++;
        }
        assertThat(inARow).isEqualTo(10);
    }

    @Test
    void aBusySecondIsNotAsked() throws Exception {
        desk.parallel.put("quick", 1);
        Opened holds = desk.dispatcher.open(order(plan("quick")));
        var asked = new CountDownLatch(1);
        slow.streams(() -> {
            asked.countDown();
            return hang().next();
        });
        Future<Opened> waits = threads.submit(() -> collect(hedged(AT_ONCE, "slow", "quick")));
        asked.await();
        waits.cancel(true);
        holds.close();
        assertThat(quick.requests).hasSize(1);
    }

    @Test
    void aCallerWhoLeavesLeavesBoth() throws Exception {
        var both = new CountDownLatch(2);
        for (String id : List.of("slow", "quick")) {
            desk.provider(id).streams(() -> {
                both.countDown();
                return hang().next();
            });
        }
        var guest = new Guest();
        Future<Opened> waits = threads
                .submit(() -> desk.dispatcher.open(order(hedged(AT_ONCE, "slow", "quick"), guest, 60_000)));
        both.await();
        guest.leave();
        assertThatThrownBy(waits::get).cause().isInstanceOfSatisfying(DispatchException.class,
                why -> assertThat(why.category()).isEqualTo(FailureCategory.CANCELLED));
    }

    @Test
    void theWinnerOfAStreamIsLetGoOfWhenTheCallerLeavesLater() throws Exception {
        slow.streams(hang());
        desk.provider("quick").streams(text("one"), hang());
        var guest = new Guest();
        Opened answer = desk.dispatcher.open(order(hedged(AT_ONCE, "slow", "quick"), guest, 60_000));
        Future<?> reads = threads.submit(() -> {
            answer.next();
            return answer.next();
        });
        guest.leave();
        assertThatThrownBy(reads::get).isNotNull();
        answer.close();
    }
}
