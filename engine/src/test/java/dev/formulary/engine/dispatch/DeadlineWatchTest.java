package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static dev.formulary.engine.dispatch.ScriptedProvider.hang;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.dispatch.Dispatching.Words;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadlineWatchTest {
    private static final long DEADLINE_MS = 60_000;

    @TempDir
    private Path folder;
    private Dispatching all;
    private final CountDownLatch freed = new CountDownLatch(1);
    private final CompletableFuture<DispatchException> told = new CompletableFuture<>();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void begin() {
        all = new Dispatching(folder, 1_000_000);
    }

    @AfterEach
    void end() {
        freed.countDown();
        executor.close();
        all.assertNothingHeld();
    }

    /// Waits in a plug-in that heeds no interrupt.
    private void sleepOn() {
        boolean out = false;
        while (!out) {
            try {
                freed.await();
                out = true;
            } catch (InterruptedException e) {
                // on purpose
            }
        }
    }

    private ScriptedProvider stubborn(String id) {
        return all.provider(id).then((_, attempt) -> {
            sleepOn();
            return all.provider("x").answers("too late").chat(
                    Dispatching.request(dev.formulary.spi.ChatRequest.Sampling.DEFAULT), attempt);
        });
    }

    private Future<Opened> call(String... providers) {
        return executor.submit(() -> all.dispatcher.collect(
                order(plan(providers), Presence.CONSTANT, DEADLINE_MS, told::complete), new Words()));
    }

    /// As if the time had come.
    private void tick(Duration afterTheDeadline) {
        all.dispatcher.tick(System.nanoTime() + Duration.ofMillis(DEADLINE_MS).plus(afterTheDeadline).toNanos());
    }

    @Test
    void aPlugInThatIgnoresItsDeadlineIsInterrupted() {
        ScriptedProvider provider = all.provider("a").streams(hang());
        Future<Opened> call = call("a");
        await().until(() -> provider.openStreams() == 1);

        tick(Duration.ofMillis(-DEADLINE_MS));
        assertThat(call).isNotDone();
        await().until(() -> {
            tick(DeadlineWatch.INTERRUPT_AFTER);
            return call.isDone();
        });

        assertThatThrownBy(call::get).cause().isInstanceOfSatisfying(DispatchException.class, e -> {
            assertThat(e.category()).isEqualTo(FailureCategory.TIMEOUT);
            assertThat(e).hasMessageContaining("ended only when it was interrupted");
        });
        assertThat(told).isNotDone();
        assertThat(all.heard).endsWith("ended a/m DEADLINE");
    }

    @Test
    void whatAPlugInDoesToLetGoKeepsNobodyElseWaiting() throws Exception {
        ScriptedProvider provider = all.provider("a").then((_, attempt) -> {
            attempt.onCancel(this::sleepOn);
            sleepOn();
            throw new ProviderException(FailureCategory.CUT, "at last");
        });
        Future<Opened> call = call("a");
        await().until(() -> !provider.attempts.isEmpty());

        await().until(() -> {
            tick(DeadlineWatch.GIVE_UP_AFTER);
            return told.isDone();
        });

        assertThat(told.get().category()).isEqualTo(FailureCategory.TIMEOUT);
        freed.countDown();
        assertThatThrownBy(call::get).hasMessageContaining("deadline");
    }

    @Test
    void aStreamThatStopsComingIsEndedWithATimeout() throws Exception {
        all.provider("a").streams(text("half"), hang());
        Opened opened = all.dispatcher.open(order(plan("a"), Presence.CONSTANT, DEADLINE_MS, told::complete));
        assertThat(opened.next()).isNotNull();
        Future<?> rest = executor.submit(opened::next);

        await().until(() -> {
            tick(DeadlineWatch.INTERRUPT_AFTER);
            return rest.isDone();
        });

        assertThatThrownBy(rest::get).cause().isInstanceOfSatisfying(ProviderException.class,
                e -> assertThat(e.category()).isEqualTo(FailureCategory.TIMEOUT));
        assertThat(opened.next()).isNull();
    }

    @Test
    void aPlugInThatHeedsNothingIsLeftAloneAndTheCallerIsTold() throws Exception {
        ScriptedProvider provider = stubborn("a");
        Future<Opened> call = call("a");
        await().until(() -> !provider.attempts.isEmpty());

        await().until(() -> {
            tick(DeadlineWatch.GIVE_UP_AFTER);
            return told.isDone();
        });

        DispatchException why = told.get();
        assertThat(why.category()).isEqualTo(FailureCategory.TIMEOUT);
        assertThat(why).hasMessageContaining("does not come back");
        assertThat(why.tried()).extracting(Tried::candidate, Tried::failure)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("a/m", FailureCategory.TIMEOUT));
        assertThat(all.heard).containsExactly("begun a/m", "ended a/m DEADLINE");
        assertThat(all.breakers.of("a/m").getMetrics().getNumberOfFailedCalls()).isOne();
        assertThat(all.budget().reserved()).isZero();
        assertThat(call).isNotDone();
        assertThat(all.lent).as("what is lent must not be closed under it").hasValue(1);

        freed.countDown();
        assertThatThrownBy(call::get).cause().isInstanceOfSatisfying(DispatchException.class,
                e -> assertThat(e.category()).isEqualTo(FailureCategory.TIMEOUT));
        assertThat(all.heard).as("settled once").containsExactly("begun a/m", "ended a/m DEADLINE");
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void aProviderThatHoldsManyThreadsGetsNoMore() throws Exception {
        ScriptedProvider provider = stubborn("a");
        List<Future<Opened>> calls = new ArrayList<>();
        for (int i = 0; i < DeadlineWatch.MOST_STUCK; i++) {
            // a breaker would open long before; here each call is for another model of the provider
            all.breakers.of("a/m").reset();
            calls.add(call("a"));
            int asked = i + 1;
            await().until(() -> provider.attempts.size() == asked);
            await().until(() -> {
                tick(DeadlineWatch.GIVE_UP_AFTER);
                return all.heard.stream().filter("ended a/m DEADLINE"::equals).count() == asked;
            });
        }
        all.breakers.of("a/m").reset();

        assertThatThrownBy(() -> call("a").get()).cause().hasMessageContaining("16 calls are inside its plug-in");
        assertThat(provider.attempts).hasSize(DeadlineWatch.MOST_STUCK);

        freed.countDown();
        for (Future<Opened> each : calls) {
            assertThatThrownBy(each::get).hasMessageContaining("deadline");
        }
        assertThat(call("a").get()).as("once they are back it is asked again").isNotNull();
    }
}
