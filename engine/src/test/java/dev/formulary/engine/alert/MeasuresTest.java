package dev.formulary.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.LogLines;
import dev.formulary.engine.Samples;
import dev.formulary.engine.alert.AlertChange.Kind;
import dev.formulary.engine.alert.MeasureRecord.Cause;
import dev.formulary.engine.alert.MeasureRecord.Why;
import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Notice.Wanted;
import dev.formulary.engine.facts.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What alerts and operators do about models for a while.
class MeasuresTest {
    private static final Cause DOWN = new Cause("provider-down", "provider-down", "cloud");
    private static final Wanted CLOSE = new Wanted("cloud/*", Measure.Kind.CLOSE, 0, Duration.ofMinutes(30));
    private static final Wanted AVOID = new Wanted("cloud/big", Measure.Kind.AVOID, 20, Duration.ofMinutes(5));

    @TempDir
    private Path folder;
    private Measures measures;
    private Instant now = Samples.NOON;

    @BeforeEach
    void open() {
        measures = new Measures(folder.resolve("measures.tsv"), now);
    }

    /// As after kill -9: nothing is said to the former one.
    private void restart() {
        open();
    }

    private void after(Duration time) {
        now = now.plus(time);
        measures.tick(now);
    }

    private void alert(Kind change, Instant opened, Wanted... wanted) {
        measures.follow(DOWN, change, opened, "it does not answer", List.of(wanted), now);
        measures.tick(now);
    }

    private List<String> models() {
        return measures.present().stream().map(Measure::model).toList();
    }

    private List<Why> ends() {
        return measures.all().stream().filter(each -> each.end() != null)
                .map(each -> Objects.requireNonNull(each.end()).why()).toList();
    }

    @Test
    void anAlertsMeasureBeginsAndEndsWithIt() {
        alert(Kind.OPENED, now, CLOSE, AVOID);
        alert(Kind.OPENED, now, CLOSE, AVOID);

        assertThat(measures.present()).containsExactly(
                new Measure("m1", "cloud/*", Measure.Kind.CLOSE, 0, "it does not answer", Measure.Origin.ALERT,
                        "alert provider-down of cloud by rule provider-down", now.plusSeconds(1_800)),
                new Measure("m2", "cloud/big", Measure.Kind.AVOID, 20, "it does not answer", Measure.Origin.ALERT,
                        "alert provider-down of cloud by rule provider-down", now.plusSeconds(300)));

        alert(Kind.RESOLVED, now, CLOSE, AVOID);

        assertThat(measures.present()).isEmpty();
        assertThat(ends()).containsExactly(Why.RESOLVED, Why.RESOLVED);
    }

    @Test
    void whatEndedWhileTheAlertIsOpenDoesNotBeginAgainUntilItOpensAnew() {
        Instant opened = now;
        alert(Kind.OPENED, opened, CLOSE, AVOID);
        measures.undo("m1", "ann", now);
        after(Duration.ofMinutes(5));
        assertThat(ends()).containsExactly(Why.EXPIRED, Why.UNDONE);

        restart();
        alert(Kind.OPENED, opened, CLOSE, AVOID);
        assertThat(models()).isEmpty();
        alert(Kind.WORSENED, opened, CLOSE, AVOID);
        assertThat(models()).as("what was undone stays so").containsExactly("cloud/big");
        alert(Kind.RESOLVED, opened, CLOSE, AVOID);
        after(Duration.ofMinutes(1));
        alert(Kind.OPENED, now, CLOSE, AVOID);
        assertThat(models()).containsExactly("cloud/*", "cloud/big");
    }

    @Test
    void whatAlertsWantedThatAreNotOpenAnyMoreIsOverAtTheStart() {
        alert(Kind.OPENED, now, CLOSE);
        measures.begin(AVOID, "costs too much", "ann", now);
        restart();
        measures.onlyOf(List.of(new OpenAlert("provider-down", "provider-down", Severity.CRITICAL, "", now, now, 1)),
                now);
        assertThat(models()).as("another resource").containsExactly("cloud/big");
        assertThat(ends()).containsExactly(Why.RESOLVED);
    }

    @Test
    void measuresLastOverAKillAndEndAtTheirTimeAlsoWhileNobodyRan() {
        alert(Kind.OPENED, now, CLOSE);
        measures.begin(new Wanted("home/small", Measure.Kind.AVOID, 10, Duration.ofHours(2)), "too\twarm\nhere", "ann",
                now);
        List<MeasureRecord> before = measures.all();

        restart();
        assertThat(measures.all()).isEqualTo(before);
        assertThat(measures.present().getLast().reason()).isEqualTo("too warm here");

        now = now.plus(Duration.ofHours(1));
        restart();
        assertThat(models()).containsExactly("home/small");
        assertThat(ends()).containsExactly(Why.EXPIRED);
        assertThat(Objects.requireNonNull(measures.begin(CLOSE, "again", "ann", now)).id()).isEqualTo("m3");
    }

    @Test
    void anOperatorsMeasureIsNotEndedByAnAlertAndIsUndoneByItsId() {
        Measure closed = Objects.requireNonNull(measures.begin(CLOSE, "maintenance", "ann", now));
        alert(Kind.OPENED, now, CLOSE);
        alert(Kind.RESOLVED, now, CLOSE);

        assertThat(measures.present()).containsExactly(closed);
        assertThat(closed.origin()).isEqualTo(Measure.Origin.OPERATOR);
        assertThat(measures.undo("m9", "ben", now)).isNull();
        assertThat(measures.undo(closed.id(), "ben", now)).isEqualTo(closed);
        MeasureRecord last = measures.all().getFirst();
        assertThat(last.end()).isEqualTo(new MeasureRecord.End(now, Why.UNDONE, "ben"));
        assertThat(last.since()).isEqualTo(now);
    }

    @Test
    void whoWhenAndWhyStandInTheLog() {
        try (var log = new LogLines(Measures.class)) {
            measures.begin(CLOSE, "maintenance", "ann", now);
            measures.undo("m1", "ben", now);

            assertThat(log.lines()).containsExactly(
                    "INFO measure began id=m1 kind=CLOSE model=cloud/* points=0.0 until=2026-01-01T12:30:00Z"
                            .replace("2026-01-01T12:30:00Z", now.plusSeconds(1_800).toString())
                            + " by=\"ann\" reason=\"maintenance\"",
                    "INFO measure over id=m1 kind=CLOSE model=cloud/* why=UNDONE by=\"ben\"");
        }
    }

    @Test
    void whatAnAlertWantsHoldsWhileItIsOpen() {
        var alerts = new Alerts(Duration.ofMinutes(5));
        alerts.follow(measures::follow);
        var down = new Notice("provider-down", Severity.CRITICAL, "provider-down", "cloud", "it is gone",
                new AlertTiming(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ZERO), false, List.of(CLOSE));
        for (int minute = 0; minute < 6; minute++) {
            List<Notice> found = minute < 3 ? List.of(down) : List.of();
            alerts.observe(found, now);
            alerts.tick(now);
            assertThat(models()).as("minute " + minute).hasSize(minute == 1 || minute == 2 ? 1 : 0);
            now = now.plus(Duration.ofMinutes(1));
        }
        assertThat(ends()).containsExactly(Why.RESOLVED);
        alerts.close();
    }

    @Test
    void noMeasureIsForLongerThanAMonthOrForMoreThanAHundredPoints() {
        measures.begin(new Wanted("a/b", Measure.Kind.AVOID, 500, Duration.ofDays(400)), "why", "ann", now);

        assertThat(measures.present().getFirst().until()).isEqualTo(now.plus(Measures.LONGEST));
        assertThat(measures.present().getFirst().points()).isEqualTo(100);
    }

    @Test
    void measuresAreBoundedAndThoseOfPeopleStay() {
        measures.begin(CLOSE, "mine", "ann", now);
        for (int i = 0; i < 2 * Measures.MOST; i++) {
            measures.follow(new Cause("r", "c", "x/" + i), Kind.OPENED, now, "why", List.of(new Wanted("x/" + i,
                    Measure.Kind.CLOSE, 0, Duration.ofMinutes(10).plusSeconds(i))), now);
        }

        assertThat(measures.present()).hasSize(Measures.MOST).anyMatch(each -> each.by().equals("ann"));
        assertThat(models()).contains("x/" + (2 * Measures.MOST - 1)).doesNotContain("x/0");
        assertThat(measures.all()).hasSize(Measures.MOST + Measures.MOST_PAST);
        assertThat(ends()).containsOnly(Why.CROWDED_OUT);
        for (int i = 0; i < Measures.MOST; i++) {
            measures.begin(CLOSE, "mine", "ann", now);
        }
        assertThat(measures.begin(CLOSE, "one too many", "ann", now)).isNull();
        assertThat(measures.present()).hasSize(Measures.MOST);
    }

    @Test
    void aFileThatCannotBeReadIsToldAndBegunAnew() throws Exception {
        for (String bad : List.of("m1\tcut", "mX" + "\t-".repeat(14), "m1" + "\t-".repeat(14), "")) {
            Files.writeString(folder.resolve("measures.tsv"), bad + "\n");
            try (var log = new LogLines(Measures.class)) {
                restart();
                assertThat(log.lines()).singleElement().asString().startsWith("ERROR measures can't be read");
            }
            assertThat(measures.present()).isEmpty();
        }
    }

    /// Any order of what can happen gives what a plain list of measures says.
    @Test
    void whateverHappensWhatHoldsIsWhatWasWantedAndNotYetOver() {
        for (int seed = 0; seed < 30; seed++) {
            var random = new Random(seed);
            folder.resolve("measures.tsv").toFile().delete();
            open();
            Map<String, Instant> expected = new HashMap<>();
            for (int step = 0; step < 60; step++) {
                Wanted wanted = new Wanted("p/" + random.nextInt(4), Measure.Kind.CLOSE, 0,
                        Duration.ofSeconds(1 + random.nextInt(100)));
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        Measure begun = Objects.requireNonNull(measures.begin(wanted, "why", "ann", now));
                        expected.put(begun.id(), begun.until());
                    }
                    case 2 -> expected.keySet().stream().min(Comparator.naturalOrder()).ifPresent(id -> {
                        measures.undo(id, "ann", now);
                        expected.remove(id);
                    });
                    case 3 -> after(Duration.ofSeconds(random.nextInt(40)));
                    default -> restart();
                }
                expected.values().removeIf(until -> !until.isAfter(now));
                assertThat(measures.present().stream().map(Measure::id)).as("seed " + seed + " step " + step)
                        .containsExactlyInAnyOrderElementsOf(expected.keySet());
            }
        }
    }

    @Test
    void manyAtOnceLoseNothing() throws Exception {
        var go = new CountDownLatch(1);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
            String model = "p/" + i;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                for (int j = 0; j < 10; j++) {
                    Measure begun = Objects.requireNonNull(measures.begin(new Wanted(model, Measure.Kind.CLOSE, 0,
                            Duration.ofHours(1)), "why", "ann", now));
                    if (j < 9) {
                        measures.undo(begun.id(), "ann", now);
                    }
                    measures.tick(now);
                }
            }));
        }
        go.countDown();
        for (Thread each : threads) {
            each.join();
        }

        assertThat(models()).containsExactlyInAnyOrder("p/0", "p/1", "p/2", "p/3", "p/4", "p/5", "p/6", "p/7");
        assertThat(measures.all()).hasSize(80).extracting(each -> each.measure().id()).doesNotHaveDuplicates();
        List<MeasureRecord> all = measures.all();
        restart();
        assertThat(measures.all()).isEqualTo(all);
    }
}
