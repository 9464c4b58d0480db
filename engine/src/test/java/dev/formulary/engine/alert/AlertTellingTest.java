package dev.formulary.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.AlertScope;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who is told what, and when.
class AlertTellingTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TICK = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private Bedside bed(String yaml) {
        return new Bedside(folder, yaml);
    }

    @Test
    void resourcesOfARuleThatOpenTogetherAreOneMessage() {
        var bed = bed("group: 30s\nchannels: [{ name: all, kind: log }, { name: bad, kind: log, severity: critical }]");
        for (int i = 0; i < 25; i++) {
            bed.finds(Severity.WARNING, "error-rate", "m%02d".formatted(i));
        }
        bed.finds(Severity.CRITICAL, "error-rate", "worst");
        bed.run(TICK);
        assertThat(bed.tellings).hasSize(2);
        Telling telling = bed.tellings.stream().filter(each -> each.channels().contains("all")).findFirst()
                .orElseThrow();
        assertThat(telling.alerts()).hasSize(Telling.MOST);
        assertThat(telling.alert().resource()).as("the worst first").isEqualTo("worst");
        assertThat(telling.more()).isEqualTo(6);

        bed.said();
        bed.finds(Severity.WARNING, "error-rate", "n1");
        bed.run(TICK);
        bed.finds(Severity.WARNING, "error-rate", "n2");
        Notice gone = bed.finds(Severity.WARNING, "error-rate", "n3");
        bed.finds(Severity.WARNING, "slow", "n1");
        bed.run(TICK);
        bed.found.remove(gone);
        assertThat(bed.said()).as("another rule does not wait").containsExactly("all opened slow[n1]");
        bed.run(TICK);
        assertThat(bed.said()).as("what is over need not be told").containsExactly("all opened error-rate[n1, n2]");
        bed.found.clear();
        bed.run(MINUTE);
        assertThat(bed.tellings.stream().filter(each -> each.kind() == Telling.Kind.RESOLVED)).hasSize(3);
    }

    @Test
    void anEmergencyDoesNotWaitForOthers() {
        var bed = bed("group: 5m\nchannels: [{ name: all, kind: log }]");
        bed.finds(Severity.WARNING, "error-rate", "m1");
        bed.run(TICK);
        bed.finds(Severity.EMERGENCY, "error-rate", "m2");
        bed.finds(Severity.CRITICAL, "error-rate", "m3");
        bed.run(TICK);
        assertThat(bed.said()).containsExactly("all opened error-rate[m1]", "all opened error-rate[m2]");
        bed.run(MINUTE.multipliedBy(5));
        assertThat(bed.said()).containsExactly("all opened error-rate[m3]");
    }

    @Test
    void withinItsCooldownAnAlertIsNotToldAgainUnlessItIsWorse() {
        var bed = bed("channels: [{ name: all, kind: log }]");
        Notice cpu = bed.finds(Severity.WARNING, "host-cpu", "", Duration.ZERO, Duration.ZERO, MINUTE.multipliedBy(5));
        bed.run(MINUTE);
        bed.found.remove(cpu);
        bed.run(MINUTE);
        bed.found.add(cpu);
        bed.finds(Severity.WARNING, "host-cpu", "other", Duration.ZERO, Duration.ZERO, MINUTE.multipliedBy(5));
        bed.run(MINUTE);
        assertThat(bed.said()).as("each resource has its own").containsExactly("all opened host-cpu",
                "all resolved host-cpu", "all opened host-cpu[other]");
        assertThat(bed.alerts.open()).extracting(OpenAlert::held).contains("cooldown");
        bed.found.remove(cpu);
        bed.run(MINUTE);
        assertThat(bed.said()).as("nobody was told that it was open").isEmpty();
        bed.found.add(cpu);
        bed.run(TICK);
        bed.finds(Severity.CRITICAL, "host-cpu", "");
        bed.run(TICK);
        assertThat(bed.said()).containsExactly("all opened host-cpu");
    }

    /// What comes back every hour with a cooldown of an hour would never be told again.
    @Test
    void anAlertThatNobodyWasToldOfDoesNotProlongTheCooldown() {
        var bed = bed("channels: [{ name: all, kind: log }]");
        Notice cpu = bed.finds(Severity.WARNING, "host-cpu", "", Duration.ZERO, Duration.ZERO, MINUTE.multipliedBy(60));
        bed.run(MINUTE);
        bed.found.remove(cpu);
        bed.run(MINUTE.multipliedBy(40));
        bed.said();
        bed.found.add(cpu);
        bed.run(MINUTE);
        bed.found.remove(cpu);
        bed.run(MINUTE.multipliedBy(28));
        assertThat(bed.said()).isEmpty();
        bed.found.add(cpu);
        bed.run(MINUTE);
        assertThat(bed.said()).containsExactly("all opened host-cpu");
    }

    @Test
    void whatIsStillOpenWhenItsCooldownEndsIsTold() {
        var bed = bed("channels: [{ name: all, kind: log }]");
        Notice cpu = bed.finds(Severity.WARNING, "host-cpu", "", Duration.ZERO, Duration.ZERO, MINUTE.multipliedBy(5));
        bed.run(MINUTE);
        bed.found.remove(cpu);
        bed.run(MINUTE);
        bed.said();
        bed.found.add(cpu);
        bed.run(MINUTE.multipliedBy(5));
        assertThat(bed.said()).containsExactly("all opened host-cpu");
    }

    private static final String LADDER = """
        channels: [{ name: chat, kind: log }, { name: phone, kind: log, escalation-only: true },
          { name: boss, kind: log, severity: emergency }]
        escalation:
          - { after: 15m, channels: [phone], codes: ["host-*"], repeat: 1h }
          - { after: 30m, channels: [boss], severity: critical }
        """;

    @Test
    void aLadderTellsOthersOfWhatNobodyTakesNoteOf() {
        var bed = bed(LADDER);
        Notice disk = bed.finds(Severity.CRITICAL, "host-disk", "");
        bed.finds(Severity.WARNING, "budget", "");
        bed.run(MINUTE.multipliedBy(15));
        assertThat(bed.said()).containsExactlyInAnyOrder("chat opened host-disk", "chat opened budget");
        bed.run(TICK);
        assertThat(bed.said()).containsExactly("phone escalated host-disk");
        bed.run(MINUTE.multipliedBy(15));
        assertThat(bed.said()).containsExactly("boss escalated host-disk");
        bed.run(Duration.ofHours(2));
        assertThat(bed.said()).containsExactly("phone repeated host-disk", "phone repeated host-disk");
        bed.found.remove(disk);
        bed.run(TICK);
        assertThat(bed.said()).containsExactlyInAnyOrder("chat resolved host-disk", "phone resolved host-disk",
                "boss resolved host-disk");
    }

    @Test
    void whoTakesNoteStopsTheLadderAndThoseWhoWantToKnowAreTold() {
        var bed = bed(LADDER.replace("{ name: chat, kind: log }", "{ name: chat, kind: log, acknowledged: true }"));
        bed.finds(Severity.CRITICAL, "host-disk", "");
        bed.run(MINUTE.multipliedBy(16));
        bed.said();
        assertThat(bed.alerts.acknowledge(_ -> true, "Ann", "I clean up", bed.now)).isEqualTo(1);
        assertThat(bed.said()).containsExactly("chat acknowledged host-disk");
        assertThat(bed.tellings.getLast().alert().acknowledged())
                .isEqualTo(new OpenAlert.Acknowledgement("Ann", bed.now, "I clean up"));
        bed.run(Duration.ofHours(5));
        assertThat(bed.said()).isEmpty();
        assertThat(bed.open()).containsExactly("acknowledged host-disk");
    }

    @Test
    void quietHoursHoldBackWhatIsNotSevereAndTellTheRestInTheMorningAsOne() {
        var bed = bed("""
            channels: [{ name: log, kind: log }, { name: phone, kind: log }]
            quiet: [{ from: "22:00", to: "07:00", zone: Europe/Berlin, through: critical, channels: [phone] }]
            """);
        bed.now = Instant.parse("2026-11-21T20:59:50Z");
        Notice early = bed.finds(Severity.WARNING, "early", "");
        bed.tick();
        bed.run(TICK);
        assertThat(bed.said()).containsExactly("log opened early", "phone opened early");
        bed.finds(Severity.CRITICAL, "host-disk", "");
        bed.finds(Severity.WARNING, "host-cpu", "");
        bed.finds(Severity.WARNING, "budget", "day");
        Notice short_ = bed.finds(Severity.WARNING, "short", "");
        bed.run(MINUTE);
        bed.found.remove(short_);
        bed.found.remove(early);
        bed.run(Duration.ofHours(8));
        assertThat(bed.said()).filteredOn(each -> each.startsWith("phone")).containsExactly("phone opened host-disk");
        assertThat(bed.alerts.open()).extracting(OpenAlert::held).containsExactlyInAnyOrder("", "quiet hours",
                "quiet hours");
        bed.run(Duration.ofHours(1));
        assertThat(bed.said()).containsExactly("phone opened budget[day]+host-cpu", "phone resolved early");
        assertThat(bed.tellings.stream().filter(each -> each.about().startsWith("together")))
                .singleElement().satisfies(each -> assertThat(each.at())
                        .isEqualTo(Instant.parse("2026-11-22T06:00:00Z")));
        bed.found.clear();
        bed.run(TICK);
        assertThat(bed.tellings).filteredOn(each -> each.kind() == Telling.Kind.RESOLVED && each.channels()
                .equals(java.util.Set.of("phone")) && each.about().startsWith("together"))
                .as("its end is told after its beginning").hasSize(1);
    }

    @Test
    void duringMaintenanceNothingIsToldOfWhatIsToBeExpected() {
        var bed = bed("""
            channels: [{ name: all, kind: log }]
            maintenance:
              - { name: backup, codes: ["host-*"], days: [sat], from: "12:00", to: "13:00", zone: UTC }
              - { name: move, resources: ["old/*"], since: 2026-11-21T12:00:00Z, until: 2026-11-21T12:30:00Z }
            """);
        bed.finds(Severity.EMERGENCY, "host-disk", "");
        bed.finds(Severity.WARNING, "error-rate", "old/m");
        bed.finds(Severity.WARNING, "error-rate", "new/m");
        bed.run(MINUTE);
        assertThat(bed.said()).containsExactly("all opened error-rate[new/m]");
        assertThat(bed.open()).containsExactly("firing error-rate[new/m]", "silenced error-rate[old/m]",
                "silenced host-disk");
        bed.run(MINUTE.multipliedBy(30));
        assertThat(bed.said()).containsExactly("all opened error-rate[old/m]");
        bed.run(MINUTE.multipliedBy(30));
        assertThat(bed.said()).containsExactly("all opened host-disk");
        assertThat(bed.open()).allMatch(each -> each.startsWith("firing"));
    }

    @Test
    void whatFlapsIsToldOnceAndStaysOpenUntilItIsCalm() {
        var bed = bed("""
            channels: [{ name: all, kind: log }]
            flapping: { times: 3, within: 30m, calm: 10m }
            """);
        Notice down = bed.finds(Severity.WARNING, "provider-down", "a");
        for (int i = 0; i < 20; i++) {
            bed.run(MINUTE);
            bed.found.remove(down);
            bed.run(MINUTE);
            bed.found.add(down);
        }
        assertThat(bed.said()).containsExactly("all opened provider-down[a]", "all resolved provider-down[a]",
                "all opened provider-down[a]", "all resolved provider-down[a]", "all flapping provider-down[a]");
        assertThat(bed.alerts.open()).singleElement().matches(OpenAlert::flapping);
        bed.found.clear();
        bed.run(MINUTE.multipliedBy(8));
        assertThat(bed.said()).isEmpty();
        bed.run(MINUTE);
        assertThat(bed.said()).containsExactly("all resolved provider-down[a]");
        assertThat(bed.alerts.statistics(bed.now).getFirst().flapping()).isEqualTo(1);
        bed.found.add(down);
        bed.run(MINUTE);
        assertThat(bed.said()).as("it counts anew").containsExactly("all opened provider-down[a]");
    }

    @Test
    void aProviderThatIsDownHidesTheAlertsOfItsModels() {
        var bed = bed("channels: [{ name: all, kind: log }]");
        bed.finds(Severity.CRITICAL, "provider-down", "ollama");
        Notice model = bed.finds(Severity.WARNING, "error-rate", "ollama/llama3", Duration.ZERO, MINUTE, Duration.ZERO);
        bed.found.add(new Notice("old", Severity.WARNING, "error-rate:ollama/phi", "it fails"));
        bed.finds(Severity.WARNING, "error-rate", "ollama-two/llama3");
        bed.run(MINUTE);
        assertThat(bed.said()).containsExactlyInAnyOrder("all opened provider-down[ollama]",
                "all opened error-rate[ollama-two/llama3]");
        assertThat(bed.alerts.open()).filteredOn(each -> each.resource().equals("ollama/llama3")).singleElement()
                .satisfies(each -> assertThat(each.held()).isEqualTo("another alert explains it"));
        bed.found.removeIf(each -> each.code().equals("provider-down"));
        bed.run(MINUTE);
        assertThat(bed.said()).as("they need their time to recover")
                .containsExactly("all resolved provider-down[ollama]");
        bed.run(TICK.multipliedBy(2));
        assertThat(bed.said()).containsExactly("all opened error-rate[ollama/llama3]");
        bed.found.remove(model);
        bed.run(MINUTE.plus(TICK));
        assertThat(bed.said()).containsExactly("all resolved error-rate[ollama/llama3]");
    }

    @Test
    void ofAlertsThatExplainEachOtherOneIsTold() {
        var bed = bed("""
            channels: [{ name: all, kind: log }]
            inhibit: [{ source: a, targets: [b], equal: none }, { source: b, targets: [a], equal: none }]
            """);
        bed.finds(Severity.WARNING, "a", "");
        bed.finds(Severity.WARNING, "b", "");
        bed.run(MINUTE);
        assertThat(bed.said()).hasSize(1);
    }

    @Test
    void aSilenceKeepsAlertsFromBeingToldUntilItEnds() {
        var bed = bed("channels: [{ name: all, kind: log }]");
        Silence silence = bed.alerts.silence(new AlertScope(List.of("error-*"), List.of("a/*"), List.of()),
                bed.now.plus(MINUTE.multipliedBy(10)), "Ann", "new model", bed.now).orElseThrow();
        bed.finds(Severity.WARNING, "error-rate", "a/x");
        bed.finds(Severity.WARNING, "error-rate", "b/x");
        bed.run(MINUTE);
        assertThat(bed.said()).containsExactly("all opened error-rate[b/x]");
        assertThat(bed.open()).contains("silenced error-rate[a/x]");
        assertThat(bed.alerts.silences()).containsExactly(silence);
        bed.run(MINUTE.multipliedBy(10));
        assertThat(bed.said()).containsExactly("all opened error-rate[a/x]");
        assertThat(bed.alerts.silences()).isEmpty();

        Silence again = bed.alerts
                .silence(AlertScope.of(List.of("*")), bed.now.plus(MINUTE.multipliedBy(10)), "Ann", "",
                        bed.now)
                .orElseThrow();
        bed.found.clear();
        bed.run(MINUTE);
        assertThat(bed.said()).isEmpty();
        assertThat(again.id()).isNotEqualTo(silence.id());
        assertThat(bed.alerts.unsilence(again.id(), bed.now)).isTrue();
        assertThat(bed.alerts.unsilence(again.id(), bed.now)).isFalse();
        assertThat(bed.said()).as("ends wait, too").containsExactly("all resolved error-rate[a/x, b/x]");
        assertThat(bed.alerts.statistics(bed.now).getFirst().silenced()).isEqualTo(1);
    }

    @Test
    void silencesAreBounded() {
        var bed = bed("channels: [{ name: all, kind: log }]");
        for (int i = 0; i < Alerts.MOST_SILENCES; i++) {
            assertThat(bed.alerts.silence(AlertScope.of(List.of("c" + i)), bed.now.plus(MINUTE), "Ann", "", bed.now))
                    .isPresent();
        }
        assertThat(bed.alerts.silence(AlertScope.ALL, bed.now.plus(MINUTE), "Ann", "", bed.now)).isEmpty();
        assertThat(bed.alerts.silences().stream().map(Silence::id).distinct()).hasSize(Alerts.MOST_SILENCES);
    }

    @Test
    void aChannelIsNotToldThatItFailsItself() {
        var bed = bed("channels: [{ name: one, kind: log }, { name: two, kind: log }]");
        bed.raise(Severity.WARNING, "alert-channel:one");
        assertThat(bed.said()).containsExactly("two opened alert-channel:one");
    }
}
