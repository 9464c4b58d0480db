package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.Samples;
import dev.formulary.engine.dispatch.Dispatching.Words;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.ProviderException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// Breakers open at half of four calls failed, and one call or probe closes them again.
class BreakersTest {
    private static final Set<String> MODELS = Set.of("a/m", "b/m");

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

    private void call(Plan plan) {
        call(order(plan));
    }

    private void call(Order order) {
        try {
            all.dispatcher.collect(order, new Words());
        } catch (DispatchException e) {
            // counted by the breaker
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void open() {
        all.provider("a").fails(FailureCategory.SERVER);
        for (int i = 0; i < 4; i++) {
            call(plan("a"));
        }
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void opensAtTheConfiguredShareOfFailedCallsAndNotBefore() {
        all.provider("a").fails(FailureCategory.SERVER).answers("one").fails(FailureCategory.CONNECT).answers("two");
        Plan plan = plan("a");
        var once = new Plan(plan.attempts(), plan.parameters(), 0, -1, null,
                Map.of(FailureClass.SERVER, Reaction.NEXT, FailureClass.CONNECT, Reaction.NEXT));
        for (int i = 0; i < 3; i++) {
            call(once);
            assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);
        }
        call(once);
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);
        assertThat(all.changes).containsExactly("a/m OPEN");
        assertThat(all.breakers.all()).isEqualTo(Map.of("a/m", BreakerState.OPEN));
    }

    @Test
    void aModelWhoseBreakerIsOpenIsSkipped() throws Exception {
        open();
        ScriptedProvider first = all.provider("a").answers("not asked");
        all.provider("b").answers("fine");
        Opened opened = all.dispatcher.collect(order(plan("a", "b")), new Words());
        assertThat(opened.candidate().id()).isEqualTo("b/m");
        assertThat(opened.tried().getFirst().message()).isEqualTo("its circuit breaker is open");
        assertThat(first.requests).isEmpty();
    }

    @Test
    void afterItsTimeATickLetsOneCallTry() {
        open();
        all.breakers.tick(MODELS);
        all.clock.advance(Samples.BREAKER.openFor().minusMillis(1));
        all.breakers.tick(MODELS);
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);

        all.clock.advance(Duration.ofMillis(1));
        all.breakers.tick(MODELS);
        assertThat(all.breakers.halfOpen()).containsExactly("a/m");
        all.provider("a").answers("back");
        call(plan("a"));
        assertThat(all.changes).containsExactly("a/m OPEN", "a/m HALF_OPEN", "a/m CLOSED");
    }

    @Test
    void aTryThatFailsOpensItAgainForTwiceAsLongEachTimeUpToTheMost() {
        open();
        Duration wait = Samples.BREAKER.openFor();
        for (int times = 1; times <= 5; times++) {
            assertThat(all.breakers.openings()).containsOnlyKeys("a/m");
            Breakers.Opening opening = all.breakers.openings().values().iterator().next();
            assertThat(opening.times()).isEqualTo(times);
            assertThat(Duration.between(opening.since(), opening.until())).isEqualTo(wait);
            all.clock.advance(Duration.between(all.clock.instant(), opening.until()).minusMillis(1));
            all.breakers.tick(MODELS);
            assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);
            all.clock.advance(Duration.ofMillis(1));
            all.breakers.tick(MODELS);
            assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.HALF_OPEN);
            call(plan("a"));
            wait = Duration.ofSeconds(Math.min(60, wait.toSeconds() * 2));
        }
        all.clock.advance(Samples.BREAKER.openMost());
        all.breakers.tick(MODELS);
        all.provider("a").answers("back");
        call(plan("a"));
        assertThat(all.breakers.openings()).as("closed, it begins anew").isEmpty();
    }

    @Test
    void nodesDoNotReturnTogether() {
        var breakers = new Breakers(Samples.BREAKER, all.clock, () -> 1, _ -> {});
        breakers.of("a/m").transitionToOpenState();
        assertThat(breakers.openings().values()).singleElement().extracting(Breakers.Opening::until)
                .isEqualTo(all.clock.instant().plusSeconds(12));
    }

    @Test
    void answersThatBeginTooLateOpenItToo() {
        CircuitBreaker breaker = all.breakers.of("a/m");
        for (int i = 0; i < 3; i++) {
            breaker.onSuccess(Samples.BREAKER.slowAfter().toNanos() + 1, TimeUnit.NANOSECONDS);
        }
        breaker.onSuccess(1, TimeUnit.NANOSECONDS);
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void anOperatorOpensClosesAndLetsItDecideAgain() {
        ScriptedProvider provider = all.provider("a").answers("fine");
        all.breakers.override("a/m", Breakers.Manual.OPEN);
        all.clock.advance(Duration.ofDays(1));
        all.breakers.tick(MODELS);
        call(plan("a"));
        assertThat(provider.requests).as("not even when it is the only one").isEmpty();
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);

        all.breakers.override("a/m", Breakers.Manual.CLOSED);
        all.provider("a").fails(FailureCategory.SERVER);
        for (int i = 0; i < 10; i++) {
            call(plan("a"));
        }
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);

        all.breakers.override("a/m", Breakers.Manual.NONE);
        open();
        assertThat(all.breakers.history()).extracting(each -> each.to() + (each.forced() ? " forced" : ""))
                .containsExactly("OPEN", "CLOSED", "CLOSED forced", "OPEN forced");
    }

    @Test
    void whoIsConfiguredInAnotherWayBeginsAnewUnlessAnOperatorSaysOtherwise() {
        open();
        all.breakers.forget("a/m");
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);
        open();

        all.breakers.override("a/m", Breakers.Manual.OPEN);
        all.breakers.forget("a/m");
        all.breakers.forget("never/seen");
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);
        assertThat(all.breakers.all()).containsOnlyKeys("a/m");
    }

    @Test
    void thoseThatAreOpenAreSoAfterARestart() throws Exception {
        open();
        Path file = folder.resolve("breakers.tsv");
        new BreakerFile(file, all.breakers).save();
        var restarted = new Breakers(Samples.BREAKER, all.clock, () -> 0, _ -> {});
        var again = new BreakerFile(file, restarted);
        assertThat(restarted.state("a/m")).isEqualTo(BreakerState.OPEN);
        assertThat(restarted.openings()).isEqualTo(all.breakers.openings());
        all.clock.advance(Samples.BREAKER.openFor());
        restarted.tick(MODELS);
        assertThat(restarted.state("a/m")).isEqualTo(BreakerState.HALF_OPEN);
        restarted.of("a/m").transitionToClosedState();
        again.save();
        assertThat(file).isEmptyFile();

        Files.writeString(file, "a/m\tyesterday");
        var learnsAgain = new Breakers(Samples.BREAKER, all.clock, () -> 0, _ -> {});
        var _ = new BreakerFile(file, learnsAgain);
        assertThat(learnsAgain.all()).isEmpty();
    }

    @Test
    void theHistoryKeepsTheLatest() {
        for (int i = 0; i <= BreakerHistory.MOST; i++) {
            all.breakers.override("a/m", i % 2 == 0 ? Breakers.Manual.OPEN : Breakers.Manual.CLOSED);
        }
        assertThat(all.breakers.history()).hasSize(BreakerHistory.MOST);
        assertThat(all.breakers.history().getFirst().to()).isEqualTo(BreakerState.OPEN);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "TIMEOUT", "QUOTA", "AUTH", "MALFORMED", "CUT", "SERVER", "CONFIGURATION",
            "UNKNOWN_MODEL"})
    void whatIsTheModelsFaultOpensIt(FailureCategory category) {
        all.provider("a").fails(category);
        for (int i = 0; i < 4; i++) {
            call(plan("a"));
        }
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = {"CONNECT", "TIMEOUT", "QUOTA", "AUTH", "MALFORMED", "CUT", "SERVER",
            "CONFIGURATION", "UNKNOWN_MODEL"})
    void whatIsTheCallersDoingDoesNot(FailureCategory category) {
        all.provider("a").fails(category);
        for (int i = 0; i < 20; i++) {
            call(plan("a"));
        }
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNSUPPORTED", "CANCELLED"})
    void whatSaysNothingGivesTheOneTryBack(FailureCategory category) {
        open();
        all.clock.advance(Samples.BREAKER.openFor());
        all.breakers.tick(MODELS);
        all.provider("a").fails(category).fails(category).answers("back");
        call(plan("a"));
        call(plan("a"));
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.HALF_OPEN);
        call(plan("a"));
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void aCallerWithLittleTimeCantCloseAModelForEverybody() {
        all.provider("a").then((_, attempt) -> {
            new CountDownLatch(1).await(attempt.firstByte().toNanos(), TimeUnit.NANOSECONDS);
            throw new ProviderException(FailureCategory.TIMEOUT, "nothing came");
        });
        for (int i = 0; i < 8; i++) {
            call(order(plan("a"), Presence.CONSTANT, 20));
        }
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void modelsThatAreGoneAreForgotten() {
        open();
        all.breakers.tick(Set.of("b/m"));
        assertThat(all.breakers.all()).isEmpty();
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);
        assertThat(all.breakers.registry().getAllCircuitBreakers()).isEmpty();
    }

    @Test
    void aProbeClosesItWithoutRiskingACall() {
        open();
        ScriptedProvider provider = all.provider("a").fails(FailureCategory.SERVER);
        provider.probeFailure = new ProviderException(FailureCategory.CONNECT, "still down");
        var prober = new Prober(all::borrow, all.breakers, executor);
        prober.tick();
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);

        all.clock.advance(Samples.BREAKER.openFor());
        all.breakers.tick(MODELS);
        prober.tick();
        await().until(() -> all.breakers.state("a/m") == BreakerState.OPEN);

        provider.probeFailure = null;
        all.clock.advance(Samples.BREAKER.openFor().multipliedBy(2));
        all.breakers.tick(MODELS);
        prober.tick();
        await().until(() -> all.breakers.state("a/m") == BreakerState.CLOSED);
        assertThat(provider.requests).isEmpty();
        await().until(() -> all.lent.get() == 0);
    }

    @Test
    void aProbeOfAPluginThatHangsOrIsGoneEnds() {
        open();
        var asked = new AtomicInteger();
        all.providers.put("a", new HangingProvider(asked));
        var prober = new Prober(all::borrow, all.breakers, executor, Duration.ofMillis(50));
        all.clock.advance(Samples.BREAKER.openFor());
        all.breakers.tick(MODELS);
        prober.tick();
        prober.tick();
        await().until(() -> all.breakers.state("a/m") == BreakerState.OPEN);
        assertThat(asked).hasValue(1);
        await().until(() -> all.lent.get() == 0);

        all.providers.remove("a");
        all.clock.advance(Samples.BREAKER.openFor());
        all.breakers.tick(MODELS);
        prober.tick();
        await().until(() -> all.breakers.state("a/m") == BreakerState.OPEN);
    }

    @Test
    void aFleetShowsEveryModelWithItsStateInOrder() {
        open();
        var cards = new LinkedHashMap<String, List<ModelCard>>();
        cards.put("b", List.of(ModelCard.of("m")));
        cards.put("a", List.of(ModelCard.of("n"), ModelCard.of("m")));
        var seen = new ArrayList<String>();
        var fleet = new Fleet(() -> cards, (id, state) -> {
            seen.add(id + " " + state);
            return new Candidate.Vitals(state, -1, 0, -1, -1, 0, -1);
        }, all.breakers);
        assertThat(fleet.candidates()).isEmpty();

        fleet.tick();
        assertThat(fleet.candidates()).extracting(Candidate::id).containsExactly("a/m", "a/n", "b/m");
        assertThat(fleet.candidates().getFirst().breaker()).isEqualTo(BreakerState.OPEN);
        assertThat(seen).containsExactly("b/m CLOSED", "a/n CLOSED", "a/m OPEN");

        cards.remove("a");
        fleet.tick();
        assertThat(fleet.candidates()).extracting(Candidate::id).containsExactly("b/m");
        assertThat(all.breakers.all()).isEmpty();
    }
}
