package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.ContinuationTest.allowing;
import static dev.formulary.engine.dispatch.ContinuationTest.asking;
import static dev.formulary.engine.dispatch.Dispatching.model;
import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.hang;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Plan.Limit;
import dev.formulary.engine.facts.StreamState;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Callers who leave in the midst of an answer, and models that fall silent.
class LiveAnswerTest {
    @TempDir
    private Path folder;
    private Dispatching all;
    private final Guest guest = new Guest();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void begin() {
        all = new Dispatching(folder, 1_000_000);
    }

    @AfterEach
    void end() {
        executor.close();
        all.assertNothingHeld();
    }

    private LiveAnswer open(Plan plan) throws Exception {
        return all.dispatcher.stream(asking(Dispatching.request(Sampling.DEFAULT), plan, guest));
    }

    private static String read(LiveAnswer live) throws ProviderException, InterruptedException {
        var words = new StringBuilder();
        for (ReplyEvent event = live.next(); event != null; event = live.next()) {
            words.append(event instanceof ReplyEvent.Text(String text) ? text : "");
        }
        return words.toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void silenceWithinAnAnswerEndsItAndAnotherModelGoesOn(boolean lettingGo) throws Exception {
        var released = new CountDownLatch(1);
        ScriptedProvider first = all.provider("a").streams(text("one "), lettingGo ? () -> {
            released.await();
            throw new ProviderException(FailureCategory.CUT, "let go of");
        } : hang());
        all.provider("b").streams(text("two"), finish());
        var parameters = new HashMap<>(allowing(1).parameters());
        parameters.put(Parameter.SILENCE_MS, new Limit(10_000, Double.NaN));
        LiveAnswer live = open(new Plan(List.of(model("a"), model("b")), parameters, 0));
        if (lettingGo) {
            first.attempts.element().onCancel(released::countDown);
        }
        assertThat(live.next()).isEqualTo(new ReplyEvent.Text("one "));
        Future<String> rest = executor.submit(() -> read(live));

        await().until(() -> first.openStreams() == 0 || tick(Duration.ofSeconds(10)));

        assertThat(rest.get()).isEqualTo("two");
        assertThat(live.tried().getFirst().failure()).isEqualTo(FailureCategory.TIMEOUT);
        assertThat(live.tried().getFirst().message()).isEqualTo("nothing came for 10000 ms");
    }

    /// As if so much time had gone by; not as much as the call has.
    private boolean tick(Duration later) {
        all.dispatcher.tick(System.nanoTime() + later.plus(DeadlineWatch.INTERRUPT_AFTER).toNanos());
        return false;
    }

    @Test
    void aModelMayThinkLongerBeforeItsFirstWord() throws Exception {
        ScriptedProvider first = all.provider("a").streams(hang());
        var parameters = Map.of(Parameter.SILENCE_MS, new Limit(10, Double.NaN));
        Future<LiveAnswer> call = executor.submit(() -> open(new Plan(List.of(model("a")), parameters, 0)));
        await().until(() -> first.openStreams() == 1);

        tick(Duration.ofSeconds(30));
        assertThat(call).isNotDone();
        guest.leave();
        assertThatThrownBy(call::get).cause().isInstanceOf(DispatchException.class);
    }

    @Test
    void aCallerWhoGoesWhileAnotherModelIsAskedHasItCancelled() throws Exception {
        all.provider("a").streams(text("one "), failure(FailureCategory.CUT));
        ScriptedProvider second = all.provider("b").streams(hang());
        LiveAnswer live = open(allowing(1, model("a"), model("b")));
        assertThat(live.next()).isNotNull();
        Future<String> rest = executor.submit(() -> read(live));
        await().until(() -> second.openStreams() == 1);

        guest.leave();

        assertThatThrownBy(rest::get).cause().isInstanceOfSatisfying(ProviderException.class,
                e -> assertThat(e.category()).isEqualTo(FailureCategory.CANCELLED));
        assertThat(second.attempts.element().cancelled()).isTrue();
        assertThat(live.tried()).extracting(Tried::failure).containsExactly(FailureCategory.CUT,
                FailureCategory.CANCELLED);
        assertThat(all.budget().spent()).as("what came is paid for").isEqualTo(live.costMicros()).isPositive();
    }

    @Test
    void aCallerWhoGoesBeforeThatHasNobodyAsked() throws Exception {
        all.provider("a").streams(text("one "), () -> {
            guest.leave();
            throw new ProviderException(FailureCategory.CUT, "gone at the same time");
        });
        all.provider("b").answers("whole");

        LiveAnswer live = open(allowing(1, model("a"), model("b")));
        assertThat(catchThrowableOfType(ProviderException.class, () -> read(live))).isNotNull();
        assertThat(all.heard).doesNotContain("begun b/m");
    }

    @Test
    void aCallerWhoGoesWhileAnotherModelGoesOnHasItCancelledAndPaysForBoth() throws Exception {
        all.provider("a").streams(text("one "), failure(FailureCategory.CUT));
        ScriptedProvider second = all.provider("b").streams(text("two "), hang());
        LiveAnswer live = open(allowing(1, model("a"), model("b")));
        live.next();
        live.next();

        live.close();

        assertThat(second.attempts.element().cancelled()).isTrue();
        assertThat(live.stream().state()).isEqualTo(StreamState.COMMITTED);
        assertThat(all.budget().spent()).isEqualTo(live.costMicros()).isEqualTo(3);
    }
}
