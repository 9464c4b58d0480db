package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.facts.Outcome;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DecisionLogTest {

    @Test
    void aDecisionIsFoundByItsId() {
        DecisionLog log = new DecisionLog(10);
        record(log, "d1");

        assertThat(log.get("d1")).isEqualTo(new Recorded(Decisions.question("d1"), Decisions.allow("d1"), null));
        assertThat(log.get("d2")).isNull();
    }

    @Test
    void theOutcomeIsAddedWhenItIsKnown() {
        DecisionLog log = new DecisionLog(10);
        record(log, "d1");
        Outcome outcome = Decisions.outcome();

        log.complete("d1", outcome);
        log.complete("gone", outcome);

        assertThat(log.recent(5)).singleElement()
                .satisfies(recorded -> assertThat(recorded.outcome()).isSameAs(outcome));
    }

    @Test
    void theOldestMakesRoom() {
        DecisionLog log = new DecisionLog(3);
        for (int i = 1; i <= 5; i++) {
            record(log, "d" + i);
        }

        assertThat(log.get("d2")).isNull();
        assertThat(log.get("d3")).isNotNull();
        assertThat(log.recent(10)).extracting(Recorded::id).containsExactly("d5", "d4", "d3");
        assertThat(log.recent(2)).extracting(Recorded::id).containsExactly("d5", "d4");
        assertThat(log.recent(-1)).isEmpty();
    }

    @Test
    void keepsExactlyAsManyWhenManyRecordAtOnce() throws InterruptedException {
        DecisionLog log = new DecisionLog(64);
        int threads = 8;
        int each = 2000;
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 0; t < threads; t++) {
                int thread = t;
                pool.execute(() -> {
                    for (int i = 0; i < each; i++) {
                        record(log, thread + "-" + i);
                        log.complete(thread + "-" + i, Decisions.outcome());
                    }
                });
            }
            pool.shutdown();
            assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }

        int found = 0;
        for (int t = 0; t < threads; t++) {
            for (int i = 0; i < each; i++) {
                found += log.get(t + "-" + i) == null ? 0 : 1;
            }
        }
        assertThat(found).isEqualTo(64);
        assertThat(log.recent(100)).hasSize(64);
    }

    @Test
    void aLogThatKeepsNothingIsRefused() {
        assertThatThrownBy(() -> new DecisionLog(0)).hasMessage("a decision log keeps at least 1 decision, not 0");
    }

    private static void record(DecisionLog log, String id) {
        log.record(Decisions.question(id), Decisions.allow(id));
    }
}
