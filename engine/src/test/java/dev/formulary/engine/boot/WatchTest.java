package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Situation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchTest {
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

    private final Queue<Runnable> aside = new ArrayDeque<>();
    private final List<List<Notice>> told = new ArrayList<>();
    private Instant now = NOON;
    private boolean broken;

    @TempDir
    Path folder;

    @BeforeEach
    void rules() throws IOException {
        Files.createDirectories(folder.resolve("alert"));
        Files.writeString(folder.resolve("alert/a.drl"), "rule \"hot\" @id(\"hot\") @reason(\"r\") when "
                + "Signal( metric == Metric.HOST_CPU, value >= 0.9 ) then "
                + "decision.alert(Severity.WARNING, \"hot\", \"it is hot\"); end\n");
    }

    private Policy policy() {
        var policy = new Policy(folder, new Settings.Policy(false, 100, Duration.ofSeconds(5)), null, _ -> {});
        assertThat(policy.load().problems()).isEmpty();
        return policy;
    }

    private Watch watch(Policy policy) {
        return new Watch(policy, () -> new Situation(now, Host.UNKNOWN, List.of(), 0, 0, Set.of()), List::of,
                this::signals, (notices, _) -> told.add(notices), aside::add);
    }

    private List<Signal> signals(Instant at) {
        if (broken) {
            throw new IllegalStateException("no sensors");
        }
        return List.of(new Signal(Metric.HOST_CPU, "", at,
                new Samples(new long[]{at.toEpochMilli()}, new double[]{0.95}), null, null));
    }

    private void round() {
        Runnable next = aside.poll();
        assertThat(next).isNotNull();
        if (next != null) {
            next.run();
        }
    }

    @Test
    void itListensEveryFiveSecondsAndHandsOnWhatItHears() {
        try (Policy policy = policy()) {
            Watch watch = watch(policy);
            watch.tick(NOON);
            round();
            assertThat(told).singleElement().satisfies(
                    notices -> assertThat(notices).extracting(Notice::code).containsExactly("hot"));
            watch.tick(NOON.plusMillis(250));
            watch.tick(NOON.plusMillis(4_800));
            assertThat(aside).isEmpty();
            watch.tick(NOON.plusSeconds(5));
            assertThat(aside).hasSize(1);
        }
    }

    @Test
    void whoeverTicksNeverWaitsAndNoRoundOvertakesAnother() {
        try (Policy policy = policy()) {
            Watch watch = watch(policy);
            watch.tick(NOON);
            watch.tick(NOON.plusSeconds(5));
            watch.tick(NOON.plusSeconds(60));
            assertThat(aside).as("one is under way").hasSize(1);
            assertThat(told).isEmpty();
            round();
            watch.tick(NOON.plusSeconds(60));
            assertThat(aside).hasSize(1);
        }
    }

    @Test
    void aRoundThatFailsIsNotTheLast() {
        try (Policy policy = policy()) {
            Watch watch = watch(policy);
            broken = true;
            watch.tick(NOON);
            round();
            assertThat(told).isEmpty();
            broken = false;
            watch.tick(NOON.plusSeconds(5));
            round();
            assertThat(told).hasSize(1);
        }
    }

    @Test
    void aClockThatIsSetBackDoesNotSilenceIt() {
        try (Policy policy = policy()) {
            Watch watch = watch(policy);
            watch.tick(NOON);
            round();
            watch.tick(NOON.minusSeconds(3_600));
            assertThat(aside).hasSize(1);
        }
    }

    @Test
    void aGatewayThatStopsListensNoMore() {
        try (Policy policy = policy()) {
            var watch = new Watch(policy, () -> new Situation(now, Host.UNKNOWN, List.of(), 0, 0, Set.of()), List::of,
                    this::signals, (notices, _) -> told.add(notices), _ -> {
                        throw new RejectedExecutionException("closed");
                    });
            watch.tick(NOON);
            watch.tick(NOON.plusSeconds(5));
            assertThat(told).isEmpty();
        }
    }

    @Test
    void whatOnlyHoldsRaisesNothing() {
        var alerts = new Alerts(Duration.ofMinutes(5));
        Notice hot = new Notice("hot", Severity.WARNING, "hot", "it is hot");
        Notice held = new Notice("warm", Severity.INFO, "warm", "", "", AlertTiming.PRESET, true, List.of());
        alerts.observe(List.of(hot, held), NOON);
        assertThat(alerts.open()).extracting(OpenAlert::code).containsExactly("hot");
    }
}
