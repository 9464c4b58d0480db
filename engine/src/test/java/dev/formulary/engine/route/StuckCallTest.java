package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.spi.FailureCategory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A call whose thread does not come back from a plug-in.
class StuckCallTest {
    @TempDir
    private Path folder;
    private final CountDownLatch freed = new CountDownLatch(1);
    private final CompletableFuture<Answer.Whole> given = new CompletableFuture<>();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        freed.countDown();
        executor.close();
    }

    /// Somebody who can be answered by any thread.
    private final class Caller implements Presence {
        @Override
        public boolean gone() {
            return false;
        }

        @Override
        public void onGone(Runnable action) {
            // never goes
        }

        @Override
        public boolean answer(Answer.Whole instead) {
            return given.complete(instead);
        }
    }

    private void heedNothing() {
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

    @Test
    void theCallerGetsATypedAnswerAndTheJournalHearsOfItOnce() throws Exception {
        var desk = new Desk(folder, null);
        desk.presence = new Caller();
        var provider = desk.dispatching.provider("a").then((_, _) -> {
            heedNothing();
            throw new IllegalStateException("too late");
        });
        Future<Answer> own = executor.submit(() -> desk.enter(Desk.HELLO));
        await().until(() -> !provider.attempts.isEmpty());

        long held = desk.dispatching.budget().reserved();
        await().until(() -> {
            desk.dispatching.dispatcher.tick(System.nanoTime() + Duration.ofDays(1).toNanos());
            return given.isDone();
        });

        assertThat(given.get().status()).isEqualTo(504);
        assertThat(new String(given.get().body(), StandardCharsets.UTF_8)).contains("\"code\":\"timeout\"",
                "does not come back");
        assertThat(given.get().headers()).containsKeys("X-Formulary-Decision").containsEntry("X-Formulary-Attempts",
                "1");
        Outcome outcome = desk.outcome();
        assertThat(outcome.status()).isEqualTo(Outcome.Status.FAILED);
        assertThat(outcome.attempts()).singleElement().extracting(Outcome.Tried::failure)
                .isEqualTo(FailureCategory.TIMEOUT);

        assertThat(held).isPositive();
        assertThat(desk.dispatching.budget().spent()).as("the vendor may bill it").isEqualTo(held);
        freed.countDown();
        assertThat(own.get().status()).isNotEqualTo(200);
        assertThat(desk.outcomes).hasSize(1);
        desk.dispatching.assertNothingHeld();
    }
}
