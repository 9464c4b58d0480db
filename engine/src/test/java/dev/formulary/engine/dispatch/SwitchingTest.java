package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.formulary.engine.dispatch.Dispatching.Switched;
import dev.formulary.engine.dispatch.Dispatching.Words;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a failure to the answer of another model.
class SwitchingTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir
    private Path folder;
    private Dispatching all;

    @BeforeEach
    void begin() {
        all = new Dispatching(folder, 1_000_000_000);
    }

    private static long measured(List<Tried> failed, long now, long answered) {
        var heard = new ArrayList<Long>();
        var switching = new Switching();
        switching.failed(failed, now);
        switching.answered(answered, new Hearing(heard));
        return heard.isEmpty() ? -1 : heard.getFirst();
    }

    private static Tried tried(FailureClass kind, long ms) {
        return new Tried("a/m", kind.category(), "scripted", ms, kind);
    }

    /// Hears of switches only.
    private record Hearing(List<Long> heard) implements AttemptListener {
        @Override
        public void waited(Candidate candidate, Priority priority,
                long nanos) {
            throw new AssertionError("nobody waited");
        }

        @Override
        public void begun(Candidate candidate) {
            throw new AssertionError("nothing began");
        }

        @Override
        public void firstByte(Candidate candidate, long nanos) {
            throw new AssertionError("nothing came");
        }

        @Override
        public void ended(Candidate candidate,
                @Nullable FailureClass failure, long nanos) {
            throw new AssertionError("nothing ended");
        }

        @Override
        public void repeated(Candidate candidate, boolean allowed) {
            throw new AssertionError("nobody was asked again");
        }

        @Override
        public void switched(FailureClass why, long nanos) {
            heard.add(nanos);
        }

        @Override
        public void throttled(Candidate candidate, Duration retryAfter) {
            throw new AssertionError("nobody was throttled");
        }
    }

    @Test
    void countsFromTheFailureOrWhereAModelHungFromWhenItWasAsked() {
        assertThat(measured(List.of(tried(FailureClass.SERVER, 700)), 5 * SECOND, 6 * SECOND)).isEqualTo(SECOND);
        assertThat(measured(List.of(tried(FailureClass.FIRST_BYTE_TIMEOUT, 3_000)), 5 * SECOND, 6 * SECOND))
                .isEqualTo(4 * SECOND);
        assertThat(measured(List.of(tried(FailureClass.CONNECT, 1), tried(FailureClass.FIRST_BYTE_TIMEOUT, 3_000)),
                5 * SECOND, 6 * SECOND)).as("the first failure counts").isEqualTo(SECOND);
    }

    @Test
    void whoWasNotAskedOrLetGoOfHasNotFailed() {
        assertThat(measured(List.of(tried(FailureClass.HELD_BACK, 0), tried(FailureClass.CANCELLED, 9)), SECOND,
                2 * SECOND)).isEqualTo(-1);
    }

    @Test
    void aCallThatOneModelAnsweredOrNobodyIsNoSwitch() throws Exception {
        all.provider("a").answers("fine");
        all.dispatcher.collect(order(plan("a")), new Words());
        all.provider("b").fails(FailureCategory.AUTH);
        assertThat(catchThrowable(() -> all.dispatcher.collect(order(plan("b")), new Words()))).isNotNull();
        assertThat(all.switches).isEmpty();
    }

    @Test
    void eachCallCountsOnceByItsFirstFailure() throws Exception {
        all.provider("a").fails(FailureCategory.THROTTLED);
        all.provider("b").fails(FailureCategory.SERVER);
        all.provider("c").answers("fine");
        all.dispatcher.open(order(plan("a", "b", "c"))).close();
        assertThat(all.switches).extracting(Switched::why).containsExactly(FailureClass.THROTTLED);
    }

    @Test
    void anAnswerThatIsGoneOnWithCountsOnceThoughTheFirstThatShouldGoOnFails() throws Exception {
        all.provider("a").streams(text("one two "), failure(FailureCategory.CUT));
        all.provider("b").fails(FailureCategory.SERVER);
        all.provider("c").streams(text("three"), finish());
        Plan plan = new Plan(plan("a", "b", "c").attempts(),
                Map.of(Parameter.CONTINUATIONS, new Plan.Limit(1, Double.NaN)), 0);
        ReplyStream live = all.dispatcher.stream(order(plan));
        while (live.next() != null) {
            // to its end
        }
        assertThat(all.switches).extracting(Switched::why).containsExactly(FailureClass.CUT);
    }

    @Test
    void ofTwoThatAreAskedAtOnceTheOneThatFailedCounts() throws Exception {
        var second = new CountDownLatch(1);
        var first = new CompletableFuture<Thread>();
        all.provider("a").then((_, _) -> {
            first.complete(Thread.currentThread());
            second.await();
            throw new ProviderException(FailureCategory.SERVER, "down");
        });
        all.provider("b").streams(() -> {
            second.countDown();
            first.join().join();
            return new ReplyEvent.Text("fine");
        }, finish());
        Plan plan = new Plan(plan("a", "b").attempts(), Map.of(Parameter.HEDGE_MS, new Plan.Limit(1, Double.NaN)), 0);
        all.dispatcher.collect(order(plan), new Words());
        assertThat(all.switches).extracting(Switched::why).containsExactly(FailureClass.SERVER);
    }
}
