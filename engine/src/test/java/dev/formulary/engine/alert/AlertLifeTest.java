package dev.formulary.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From what a rule finds to the end of an alert.
class AlertLifeTest {
    private static final String CHANNEL = "channels: [{ name: all, kind: log, severity: info }]";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path folder;
    private Bedside bed;

    @BeforeEach
    void start() {
        bed = new Bedside(folder, CHANNEL);
    }

    @Test
    void whatLastsLongEnoughOpensWithinATickAndEndsAfterItsRecovery() {
        Notice cpu = bed.finds(Severity.WARNING, "host-cpu", "", MINUTE.multipliedBy(5), MINUTE.multipliedBy(2),
                Duration.ZERO);
        bed.run(MINUTE.multipliedBy(5));
        assertThat(bed.said()).isEmpty();
        assertThat(bed.alerts.pending()).singleElement().satisfies(each -> assertThat(each.state())
                .isEqualTo(OpenAlert.State.PENDING));
        bed.run(Duration.ofSeconds(10));
        assertThat(bed.said()).containsExactly("all opened host-cpu");
        assertThat(bed.alerts.open().getFirst().firstSeen()).isEqualTo(Bedside.NOON.plusSeconds(10));
        assertThat(bed.alerts.pending()).isEmpty();

        bed.found.remove(cpu);
        bed.run(MINUTE);
        bed.found.add(cpu);
        bed.run(MINUTE);
        bed.found.remove(cpu);
        bed.run(MINUTE.multipliedBy(2).minusSeconds(10));
        assertThat(bed.said()).as("it was so in between").isEmpty();
        bed.run(Duration.ofSeconds(10));
        assertThat(bed.said()).containsExactly("all resolved host-cpu");
        assertThat(bed.alerts.history()).singleElement().satisfies(each -> {
            assertThat(each.how()).isEqualTo("over");
            assertThat(each.told()).isEqualTo(1);
        });
    }

    @Test
    void aConditionThatBreaksIsForgotten() {
        Notice cpu = bed.finds(Severity.WARNING, "host-cpu", "", MINUTE, Duration.ZERO, Duration.ZERO);
        for (int i = 0; i < 20; i++) {
            bed.run(MINUTE.minusSeconds(10));
            bed.found.remove(cpu);
            bed.run(Duration.ofSeconds(10));
            bed.found.add(cpu);
        }
        assertThat(bed.alerts.open()).isEmpty();
        assertThat(bed.said()).isEmpty();
        assertThat(bed.alerts.history()).isEmpty();
    }

    /// A laptop that slept was not watched.
    @Test
    void whatNobodyLookedAtForLongDidNotLast() {
        bed.finds(Severity.WARNING, "host-cpu", "", MINUTE, Duration.ZERO, Duration.ZERO);
        bed.run(Duration.ofSeconds(20));
        bed.now = bed.now.plus(Duration.ofHours(2));
        bed.tick();
        assertThat(bed.alerts.open()).isEmpty();
        bed.run(MINUTE);
        assertThat(bed.open()).containsExactly("firing host-cpu");
    }

    @Test
    void theLowerThresholdKeepsOpenAndOpensNothing() {
        var timing = new AlertTiming(Duration.ZERO, Duration.ZERO, Duration.ZERO);
        Notice above = Bedside.notice(Severity.WARNING, "host-cpu", "", timing, false);
        Notice between = Bedside.notice(Severity.WARNING, "host-cpu", "", timing, true);
        bed.found.add(between);
        bed.run(MINUTE);
        assertThat(bed.open()).isEmpty();

        bed.found.add(above);
        bed.run(MINUTE);
        bed.found.remove(above);
        bed.run(MINUTE.multipliedBy(10));
        assertThat(bed.open()).containsExactly("firing host-cpu");
        assertThat(bed.alerts.open().getFirst().count()).isEqualTo(6);

        bed.found.clear();
        bed.run(Duration.ofSeconds(10));
        assertThat(bed.said()).containsExactly("all opened host-cpu", "all resolved host-cpu");
    }

    @Test
    void whatIsNotSoAboveItsThresholdDoesNotLast() {
        Notice above = bed.finds(Severity.WARNING, "host-cpu", "", MINUTE, MINUTE, Duration.ZERO);
        bed.run(Duration.ofSeconds(50));
        bed.found.remove(above);
        bed.found.add(Bedside.notice(Severity.WARNING, "host-cpu", "", above.timing(), true));
        bed.run(Duration.ofSeconds(10));
        assertThat(bed.alerts.pending()).isEmpty();
    }

    @Test
    void eachResourceOfARuleIsAnAlert() {
        Notice first = bed.finds(Severity.WARNING, "error-rate", "a/x");
        bed.run(MINUTE);
        bed.finds(Severity.WARNING, "error-rate", "a/y");
        bed.run(MINUTE);
        bed.found.remove(first);
        bed.run(MINUTE);

        assertThat(bed.open()).containsExactly("firing error-rate[a/y]");
        assertThat(bed.said()).containsExactly("all opened error-rate[a/x]", "all opened error-rate[a/y]",
                "all resolved error-rate[a/x]");
    }

    @Test
    void whatGetsWorseIsToldOnceAndNobodyHasTakenNoteAnyMore() {
        Notice warning = bed.finds(Severity.WARNING, "host-cpu", "");
        bed.run(MINUTE);
        bed.alerts.acknowledge("host-cpu", "Ann", bed.now);
        bed.finds(Severity.CRITICAL, "host-cpu", "");
        bed.run(MINUTE);
        assertThat(bed.open()).containsExactly("firing host-cpu");
        bed.found.clear();
        bed.found.add(warning);
        bed.run(MINUTE);

        assertThat(bed.said()).containsExactly("all opened host-cpu", "all worsened host-cpu");
        assertThat(bed.alerts.open().getFirst().severity()).as("the highest yet").isEqualTo(Severity.CRITICAL);
    }

    @Test
    void whatCallsRaiseEndsWhenItIsNotRaisedForLongEnough() {
        bed.raise(Severity.CRITICAL, "crisis");
        bed.run(MINUTE.multipliedBy(4));
        bed.raise(Severity.CRITICAL, "crisis");
        bed.run(MINUTE.multipliedBy(4));
        assertThat(bed.open()).as("rules that watch find nothing of it").containsExactly("firing crisis");
        bed.run(MINUTE);
        assertThat(bed.said()).containsExactly("all opened crisis", "all resolved crisis");
    }

    @Test
    void whatCallsRaiseMayHaveToLast() {
        var timing = new AlertTiming(MINUTE, MINUTE, Duration.ZERO);
        for (int i = 0; i < 7; i++) {
            assertThat(bed.alerts.open()).isEmpty();
            bed.alerts.raise(Bedside.notice(Severity.WARNING, "slow", "", timing, false), bed.now);
            bed.run(Duration.ofSeconds(10));
        }
        assertThat(bed.open()).containsExactly("firing slow");
    }

    @Test
    void whoFollowsIsToldWhatIsToBeDoneAndAfterARestartOnceMore() {
        var changes = new ArrayList<String>();
        bed.alerts.follow(each -> changes.add(each.kind() + " " + each.alert().wanted().getFirst().model()));
        var close = new Notice.Wanted("a/x", Measure.Kind.CLOSE, 0, Duration.ofMinutes(30));
        var notice = new Notice("r", Severity.WARNING, "error-rate", "a/x", "it fails",
                new AlertTiming(Duration.ZERO, Duration.ZERO, Duration.ZERO), false, List.of(close));
        bed.found.add(notice);
        bed.run(MINUTE);
        bed.restart();
        bed.alerts.follow(each -> changes.add(each.kind() + " " + each.alert().wanted()));
        bed.found.clear();
        bed.run(MINUTE);

        assertThat(changes).containsExactly("OPENED a/x", "OPENED " + List.of(close), "RESOLVED " + List.of(close));
    }

    @Test
    void anAlertThatNoRuleWatchesCanBeEndedByHand() {
        bed.raise(Severity.WARNING, "sensitive-data");
        bed.finds(Severity.WARNING, "host-cpu", "");
        bed.run(MINUTE);

        assertThat(bed.alerts.resolve(_ -> true, "Ann", bed.now)).isEqualTo(1);
        assertThat(bed.open()).containsExactly("firing host-cpu");
        assertThat(bed.alerts.history().getFirst().how()).isEqualTo("by hand: Ann");
        assertThat(bed.said()).containsExactly("all opened sensitive-data", "all opened host-cpu",
                "all resolved sensitive-data");
    }

    @Test
    void pendingAndOpenAlertsAreBounded() {
        for (int i = 0; i < Alerts.MOST_PENDING + 500; i++) {
            bed.finds(Severity.WARNING, "slow", "m" + i, MINUTE, Duration.ZERO, Duration.ZERO);
        }
        bed.run(Duration.ofSeconds(20));
        assertThat(bed.alerts.pending()).hasSize(Alerts.MOST_PENDING);
        bed.run(MINUTE);
        assertThat(bed.alerts.open()).hasSize(Alerts.MOST);
        assertThat(bed.tellings).allMatch(each -> each.alerts().size() <= Telling.MOST);
        assertThat(bed.alerts.dropped()).isPositive();
    }

    @Test
    void aClockThatIsSetBackKeepsNothingOpenForLonger() {
        bed.raise(Severity.WARNING, "slow");
        bed.now = bed.now.minus(Duration.ofDays(1));
        bed.run(MINUTE.multipliedBy(5).plusSeconds(10));
        assertThat(bed.open()).isEmpty();
        assertThat(bed.said()).containsExactly("all opened slow", "all resolved slow");
    }

    @Test
    void statisticsSayHowOftenHowLongAndWhoHeeds() {
        Notice flood = bed.finds(Severity.WARNING, "flood", "");
        bed.run(MINUTE);
        bed.alerts.acknowledge("flood", "Ann", bed.now);
        bed.run(MINUTE.plusSeconds(10));
        bed.found.remove(flood);
        bed.run(MINUTE);
        for (int i = 0; i < 10; i++) {
            Notice noise = bed.finds(Severity.INFO, "noise", "m" + i);
            bed.run(MINUTE);
            bed.found.remove(noise);
            bed.run(MINUTE);
        }

        List<RuleStatistics> all = bed.alerts.statistics(bed.now);
        assertThat(all).extracting(RuleStatistics::code).containsExactly("noise", "flood");
        assertThat(all.getFirst()).satisfies(each -> {
            assertThat(each.opened()).isEqualTo(10);
            assertThat(each.noisy()).isTrue();
            assertThat(each.meanToAcknowledge()).isNull();
            assertThat(each.meanToResolve()).isEqualTo(MINUTE);
        });
        assertThat(all.getLast()).satisfies(each -> {
            assertThat(each.acknowledged()).isEqualTo(1);
            assertThat(each.meanToAcknowledge()).isEqualTo(Duration.ofSeconds(50));
            assertThat(each.openFor()).isEqualTo(MINUTE.multipliedBy(2).plusSeconds(10));
            assertThat(each.noisy()).isFalse();
        });
    }

    @Test
    void aQuietDayTellsNothing() {
        for (int i = 0; i < 24; i++) {
            bed.now = bed.now.plus(Duration.ofMinutes(59));
            bed.run(MINUTE);
        }
        assertThat(bed.tellings).isEmpty();
        assertThat(bed.alerts.history()).isEmpty();
    }
}
