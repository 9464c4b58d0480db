package dev.formulary.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two calls at once may try to begin with.
class TrialsTest {
    private static final long LONG = TimeUnit.MINUTES.toNanos(1);
    private static final List<Candidate> ONE = List.of(Dispatching.model("a"));
    private static final List<Candidate> TWO = List.of(Dispatching.model("a"), Dispatching.model("b"));

    private final Trials trials = new Trials(2);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        executor.shutdownNow();
    }

    private Trials.Trial enter(List<Candidate> models) throws InterruptedException {
        return Objects.requireNonNull(trials.enter(models, LONG), "a place");
    }

    @Test
    void asManyAsFindOutMayTryAndThenThoseOfTheNextModel() throws Exception {
        assertThat(enter(TWO).model().id()).isEqualTo("a/m");
        assertThat(enter(TWO).model().id()).isEqualTo("a/m");
        assertThat(enter(TWO).model().id()).isEqualTo("b/m");
        assertThat(trials.enter(ONE, 1)).as("all places are taken").isNull();
    }

    @Test
    void anAnswerThatBeginsMakesRoomForTwo() throws Exception {
        Trials.Trial first = enter(ONE);
        enter(ONE);
        first.began();
        enter(ONE);
        enter(ONE);
        assertThat(trials.enter(ONE, 1)).isNull();
        first.over();
        assertThat(trials.enter(ONE, 1)).as("its place was free already").isNull();
    }

    @Test
    void afterAFailureNobodyTriesForAMoment() throws Exception {
        Trials.Trial first = enter(ONE);
        first.began();
        enter(ONE).failed();
        assertThat(trials.enter(ONE, 1)).isNull();
        assertThat(trials.enter(ONE, LONG)).as("after the moment").isNotNull();
        assertThat(trials.enter(ONE, LONG)).isNotNull();
        assertThat(trials.enter(ONE, 1)).as("no more than at the beginning").isNull();
    }

    @Test
    void whoHearsThatAllHaveFailedAnotherWaitsNoLonger() throws Exception {
        List<Trials.Trial> held = List.of(enter(TWO), enter(TWO), enter(TWO), enter(TWO));
        Future<?> waiting = executor.submit(() -> trials.enter(TWO, LONG));
        held.get(0).failed();
        held.get(2).failed();
        // either it waited, and hears of both, or it came late, and gets a place after the rest
        Object got = waiting.get();
        if (got instanceof Trials.Trial late) {
            assertThat(late.model().id()).isIn("a/m", "b/m");
        }
        held.get(1).failed();
        held.get(3).failed();
        assertThat(trials.enter(ONE, 1)).isNull();
    }

    @Test
    void modelsThatAreGoneAreForgottenWhenNobodyTriesThem() throws Exception {
        Trials.Trial held = enter(ONE);
        held.began();
        trials.keep(Set.of());
        enter(ONE);
        enter(ONE);
        assertThat(trials.enter(ONE, 1)).as("new, with two places").isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noMoreTryThanPlacesAreThereHoweverManyCome(long seed) throws Exception {
        var inside = new ConcurrentHashMap<String, AtomicInteger>();
        var most = new AtomicInteger();
        var calls = new ArrayList<Future<?>>();
        for (int i = 0; i < 400; i++) {
            var random = new Random(seed * 1_000 + i);
            calls.add(executor.submit(() -> {
                Trials.Trial trial = trials.enter(TWO, LONG);
                if (trial != null) {
                    AtomicInteger here = inside.computeIfAbsent(trial.model().id(), _ -> new AtomicInteger());
                    most.accumulateAndGet(here.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    here.decrementAndGet();
                    if (random.nextInt(40) == 0) {
                        trial.failed();
                    }
                    trial.over();
                }
                return null;
            }));
        }
        for (Future<?> each : calls) {
            each.get();
        }
        assertThat(most).hasValueLessThanOrEqualTo(2);
        assertThat(enter(ONE)).isNotNull();
    }
}
