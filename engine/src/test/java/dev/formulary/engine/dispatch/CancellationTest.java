package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static dev.formulary.engine.dispatch.ScriptedProvider.hang;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.dispatch.Dispatching.Words;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CancellationTest {
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
        executor.shutdownNow();
        all.assertNothingHeld();
    }

    private static Throwable causeOf(Future<?> call) throws InterruptedException {
        try {
            call.get();
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
        throw new AssertionError("it ended well");
    }

    private void assertThatTheCallerHasGone(Throwable failure) {
        assertThat(failure).isInstanceOfSatisfying(DispatchException.class, e -> {
            assertThat(e.category()).isEqualTo(FailureCategory.CANCELLED);
            assertThat(e.tried()).singleElement().extracting(Tried::failure).isEqualTo(FailureCategory.CANCELLED);
        });
        assertThat(all.heard).last().isEqualTo("ended a/m CANCELLED");
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void aCallerWhoLeavesBeforeTheFirstContentInterruptsAProviderThatRegisteredNothing() throws Exception {
        ScriptedProvider provider = all.provider("a").streams(hang());
        all.provider("b").answers("never asked");
        Future<?> call = executor.submit(() -> all.dispatcher.open(order(plan("a", "b"), guest, 60_000)));
        await().until(() -> provider.openStreams() == 1);

        guest.leave();
        assertThatTheCallerHasGone(causeOf(call));
    }

    @Test
    void aCallerWhoLeavesWhileTheVendorIsAskedRunsWhatTheProviderRegistered() throws Exception {
        var cut = new CompletableFuture<Boolean>();
        ScriptedProvider provider = all.provider("a").then((_, attempt) -> {
            attempt.onCancel(() -> cut.complete(Thread.currentThread().isInterrupted()));
            try {
                cut.get(1, TimeUnit.MINUTES);
            } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
                throw new AssertionError(e);
            }
            throw new ProviderException(FailureCategory.CUT, "the connection was closed");
        });
        Future<?> call = executor.submit(() -> all.dispatcher.collect(order(plan("a"), guest, 60_000), new Words()));
        await().until(() -> !provider.attempts.isEmpty());

        guest.leave();
        assertThatTheCallerHasGone(causeOf(call));
        assertThat(cut).isCompletedWithValue(false);
        assertThat(provider.attempts.element().cancelled()).isTrue();
    }

    @Test
    void aCallerWhoHasLeftAlreadyCausesNoRequest() throws Exception {
        ScriptedProvider provider = all.provider("a").answers("too late");
        guest.leave();
        Future<?> call = executor.submit(() -> all.dispatcher.open(order(plan("a"), guest, 60_000)));
        assertThatTheCallerHasGone(causeOf(call));
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void aStreamThatIsClosedBeforeItsEndIsCancelledAndPaidForSoFar() throws Exception {
        all.provider("a").streams(text("half an answer"), hang());
        Opened opened = all.dispatcher.open(order(plan("a")));
        opened.close();
        opened.close();
        assertThat(opened.next()).isNotNull();
        assertThat(opened.next()).isNull();
        assertThat(opened.tried()).singleElement().extracting(Tried::failure).isEqualTo(FailureCategory.CANCELLED);
        assertThat(all.budget().spent()).isEqualTo(4);
    }

    @Test
    void leavingAfterTheEndTouchesNothing() throws Exception {
        var released = new AtomicInteger();
        all.provider("a").then((_, attempt) -> {
            attempt.onCancel(released::incrementAndGet);
            return all.provider("x").answers("fine").chat(Dispatching.request(
                    dev.formulary.spi.ChatRequest.Sampling.DEFAULT), attempt);
        });
        all.dispatcher.collect(order(plan("a"), guest, 60_000), new Words());
        guest.leave();
        assertThat(released).hasValue(0);
        assertThat(all.heard).endsWith("ended a/m");
    }

    @Test
    void anAttemptTellsTheProviderWhatItMayTake() throws Exception {
        ScriptedProvider provider = all.provider("a").answers("fine");
        all.dispatcher.collect(order(plan("a"), Presence.CONSTANT, 2_000), new Words());
        Attempt attempt = provider.attempts.element();
        assertThat(attempt.callId()).isEqualTo("01CALL");
        assertThat(attempt.remaining()).isLessThan(java.time.Duration.ofSeconds(2));
        assertThat(attempt.firstByte()).isLessThan(java.time.Duration.ofSeconds(2));
        assertThat(attempt.cancelled()).isFalse();
        var late = new AtomicInteger();
        attempt.onCancel(late::incrementAndGet);
        assertThat(late).hasValue(0);
    }

    @Test
    void whoRegistersAfterTheCancellationIsRunAtOnce() {
        var attempt = new RunningAttempt("call", System.nanoTime(), java.time.Duration.ofSeconds(1));
        attempt.cancel();
        attempt.cancel();
        var ran = new AtomicInteger();
        attempt.onCancel(ran::incrementAndGet);
        assertThat(ran).hasValue(1);
    }

    @Test
    void aGatewayThatStopsIsNoCallerWhoLeft() throws Exception {
        ScriptedProvider provider = all.provider("a").streams(hang());
        var thrown = new CompletableFuture<Throwable>();
        Thread call = Thread.ofVirtual().start(() -> {
            try {
                all.dispatcher.open(order(plan("a"), guest, 60_000));
            } catch (DispatchException | InterruptedException e) {
                thrown.complete(e);
            }
        });
        await().until(() -> provider.openStreams() == 1);
        call.interrupt();
        assertThat(thrown.get(1, TimeUnit.MINUTES)).isInstanceOf(InterruptedException.class);
        assertThat(all.heard).endsWith("ended a/m CANCELLED");
    }
}
