package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.Samples;
import dev.formulary.engine.dispatch.Dispatching.Words;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.vitals.ModelVitals;
import dev.formulary.engine.vitals.VitalsFile;
import dev.formulary.spi.FailureCategory;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What still counts of a model when its breaker has closed.
class RecoveryTest {
    private static final Set<String> MODELS = Set.of("a/m");

    @TempDir
    private Path folder;
    private Dispatching all;

    @BeforeEach
    void begin() {
        all = new Dispatching(folder, 1_000_000);
    }

    @AfterEach
    void end() {
        all.assertNothingHeld();
    }

    private void call() {
        try {
            all.dispatcher.collect(order(plan("a")), new Words());
        } catch (DispatchException e) {
            // counted by the breaker
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void open() {
        all.provider("a").fails(FailureCategory.SERVER);
        for (int i = 0; i < 4; i++) {
            call();
        }
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);
    }

    private double errorRate() {
        return all.vitals.of("a/m", all.breakers.state("a/m")).errorRate();
    }

    private int calls() {
        return all.vitals.of("a/m", all.breakers.state("a/m")).calls();
    }

    private void callAfterItsTime() {
        all.clock.advance(Samples.BREAKER.openFor());
        all.breakers.tick(MODELS);
        call();
    }

    @Test
    void failuresOfAnOutageThatIsOverCountNoMoreAndTheCallThatFoundItOutIsTheFirst() {
        open();
        int before = calls();
        callAfterItsTime();
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.OPEN);
        assertThat(errorRate()).as("it is not over").isEqualTo(1);
        assertThat(calls()).isGreaterThan(before);

        all.provider("a").answers("back").answers("and well");
        callAfterItsTime();
        assertThat(all.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);
        assertThat(errorRate()).isZero();
        assertThat(calls()).isEqualTo(1);
        call();
        assertThat(calls()).isEqualTo(2);
    }

    @Test
    void whatAModelDidBeforeAnotherConfigurationOrAWordOfAnOperatorCountsNoMore() {
        open();
        all.breakers.forget("a/m");
        assertThat(calls()).as("configured in another way").isZero();

        open();
        all.breakers.override("a/m", Breakers.Manual.CLOSED);
        assertThat(calls()).as("calls pass, whatever they find").isPositive();
        all.breakers.override("a/m", Breakers.Manual.NONE);
        assertThat(calls()).as("they passed all the while").isPositive();
        all.breakers.override("a/m", Breakers.Manual.OPEN);
        all.breakers.override("a/m", Breakers.Manual.NONE);
        assertThat(calls()).as("it decides anew").isZero();
    }

    @Test
    void anOutageThatARestartLiesInIsOverAllTheSame() throws Exception {
        open();
        new BreakerFile(folder.resolve("breakers.tsv"), all.breakers).save();
        new VitalsFile(folder.resolve("vitals.tsv"), all.vitals).save();
        var vitals = new ModelVitals(all.clock);
        var restarted = new Breakers(Samples.BREAKER, all.clock, () -> 0, new VitalSigns(vitals, all.clock)::changed);
        var _ = new BreakerFile(folder.resolve("breakers.tsv"), restarted);
        var _ = new VitalsFile(folder.resolve("vitals.tsv"), vitals);
        assertThat(vitals.of("a/m", BreakerState.OPEN).calls()).isEqualTo(calls()).isPositive();

        all.clock.advance(Samples.BREAKER.openFor());
        restarted.tick(MODELS);
        assertThat(restarted.of("a/m").tryAcquirePermission()).isTrue();
        restarted.of("a/m").onSuccess(1, TimeUnit.MILLISECONDS);
        assertThat(restarted.state("a/m")).isEqualTo(BreakerState.CLOSED);
        assertThat(vitals.of("a/m", BreakerState.CLOSED).calls()).isZero();
    }
}
