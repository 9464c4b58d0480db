package dev.formulary.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.AlertScope;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What outlives a process that is killed.
class AlertRestartTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TICK = Duration.ofSeconds(10);
    private static final String YAML = """
        channels: [{ name: chat, kind: log }, { name: phone, kind: log, escalation-only: true }]
        escalation: [{ after: 3m, channels: [phone] }]
        """;

    @TempDir
    Path folder;

    /// A kill after any tick changes nothing of what is told, but when its end is.
    @Test
    void aKillAtAnyTickChangesNothingOfWhatIsTold() {
        int ticks = story(new Bedside(folder, YAML), Integer.MAX_VALUE);
        assertThat(ticks).isEqualTo(80);
        for (int kill = 1; kill <= ticks; kill++) {
            story(new Bedside(folder.resolve("kill" + kill), YAML), kill);
        }
    }

    /// @return how many ticks it took
    private static int story(Bedside bed, int kill) {
        Notice cpu = bed.finds(Severity.WARNING, "host-cpu", "", MINUTE, MINUTE, MINUTE.multipliedBy(6));
        int tick = run(bed, MINUTE.multipliedBy(5).dividedBy(TICK), 0, kill);
        assertThat(bed.said()).as("kill %s", kill).containsExactly("chat opened host-cpu", "phone escalated host-cpu");
        bed.alerts.acknowledge("host-cpu", "Ann", bed.now);
        bed.found.remove(cpu);
        tick = run(bed, MINUTE.multipliedBy(3).dividedBy(TICK), tick, kill);
        assertThat(bed.said()).as("kill %s", kill).containsExactly("chat resolved host-cpu", "phone resolved host-cpu");
        bed.found.add(cpu);
        tick = run(bed, 8, tick, kill);
        assertThat(bed.open()).as("kill %s", kill).containsExactly("firing host-cpu");
        assertThat(bed.said()).as("cooldown, kill %s", kill).isEmpty();
        bed.found.clear();
        tick = run(bed, MINUTE.multipliedBy(4).dividedBy(TICK), tick, kill);
        assertThat(bed.said()).as("kill %s", kill).isEmpty();
        assertThat(bed.alerts.history()).as("kill %s", kill).extracting(ClosedAlert::code)
                .containsExactly("host-cpu", "host-cpu");
        assertThat(bed.alerts.history().getLast().acknowledged()).extracting("by").isEqualTo("Ann");
        return tick;
    }

    private static int run(Bedside bed, long ticks, int before, int kill) {
        for (int i = 1; i <= ticks; i++) {
            bed.run(TICK);
            if (before + i == kill) {
                bed.restart();
            }
        }
        return before + (int) ticks;
    }

    private static void run(Bedside bed, Duration time, int every) {
        for (int i = 1; i <= time.dividedBy(TICK); i++) {
            bed.run(TICK);
            if (i % every == 0) {
                bed.restart();
            }
        }
    }

    /// Until rules have measured enough again to find what they found before.
    @Test
    void afterAStartAnAlertStaysOpenForAMinuteAtLeast() {
        var bed = new Bedside(folder, YAML);
        Notice cpu = bed.finds(Severity.WARNING, "host-cpu", "");
        bed.run(TICK);
        bed.restart();
        bed.found.remove(cpu);
        bed.run(Duration.ofSeconds(50));
        assertThat(bed.said()).containsExactly("chat opened host-cpu");
        bed.run(TICK);
        assertThat(bed.said()).containsExactly("chat resolved host-cpu");
    }

    @Test
    void flapsAreCountedOverRestarts() {
        var bed = new Bedside(folder,
                "channels: [{ name: chat, kind: log }]\nflapping: { times: 4, within: 30m, calm: 10m }");
        Notice down = bed.finds(Severity.WARNING, "provider-down", "a");
        for (int i = 0; i < 6; i++) {
            run(bed, MINUTE, 6);
            bed.found.remove(down);
            run(bed, MINUTE, 6);
            bed.found.add(down);
        }
        assertThat(bed.said()).endsWith("chat flapping provider-down[a]").hasSize(7);
        bed.found.clear();
        run(bed, MINUTE.multipliedBy(12), 1_000);
        assertThat(bed.said()).containsExactly("chat resolved provider-down[a]");
    }

    @Test
    void silencesOutliveTheProcess() {
        var bed = new Bedside(folder, YAML);
        var scope = new AlertScope(List.of("host-*"), List.of(), List.of("r"));
        bed.alerts.silence(scope, bed.now.plus(MINUTE.multipliedBy(2)), "Ann", "a\tnote\nof two lines", bed.now);
        bed.restart();
        assertThat(bed.alerts.silences()).singleElement().satisfies(each -> {
            assertThat(each.scope()).isEqualTo(scope);
            assertThat(each.note()).isEqualTo("a\tnote\nof two lines");
        });
        bed.finds(Severity.WARNING, "host-cpu", "");
        run(bed, MINUTE, 1);
        assertThat(bed.said()).isEmpty();
        run(bed, MINUTE, 1);
        assertThat(bed.said()).containsExactly("chat opened host-cpu");
    }

    /// Killed after it was written down here and before it was written down there.
    @Test
    void whatWasNotTakenIsHandedOverAgainWithTheSameId() {
        var bed = new Bedside(folder, YAML);
        bed.keeps = false;
        bed.finds(Severity.WARNING, "host-cpu", "line\none");
        bed.run(TICK);
        bed.restart();
        bed.run(TICK);
        bed.run(TICK);
        bed.restart();
        bed.run(TICK);
        assertThat(bed.tellings).as("the same id is told once").hasSize(1);
        bed.keeps = true;
        bed.restart();
        bed.run(TICK);
        bed.restart();
        bed.run(TICK);
        assertThat(bed.tellings).hasSize(1);
        assertThat(bed.tellings.getFirst().alert().resource()).isEqualTo("line\none");
    }

    @Test
    void whileNobodyTakesThemTellingsWait() {
        var bed = new Bedside(folder, YAML);
        bed.alerts.tellBy((_, _) -> false);
        bed.finds(Severity.WARNING, "host-cpu", "");
        bed.run(MINUTE);
        assertThat(bed.tellings).isEmpty();
        bed.restart();
        bed.run(TICK);
        assertThat(bed.said()).containsExactly("chat opened host-cpu");
    }

    @Test
    void aDamagedLineIsLeftOutAndTheOthersAreRead() throws Exception {
        var bed = new Bedside(folder, YAML);
        bed.finds(Severity.WARNING, "one", "");
        bed.finds(Severity.WARNING, "two", "");
        bed.run(TICK);
        Path file = folder.resolve(Alerts.FILE);
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.stream().map(each -> each.contains("\tone\t") ? each.substring(0, 20) : each).toList());
        bed.restart();
        assertThat(bed.open()).containsExactly("firing two");

        Files.write(file, new byte[]{(byte) 0xff, 0, 1, 2, '\n', 'A', '\n'});
        bed.restart();
        assertThat(bed.open()).isEmpty();
        Files.writeString(file, "V\t99\nA\t1\n");
        bed.restart();
        assertThat(bed.open()).isEmpty();
    }

    @Test
    void aTornEndOfTheHistoryCostsOneAlert() throws Exception {
        var bed = new Bedside(folder, YAML);
        for (int i = 0; i < 3; i++) {
            Notice each = bed.finds(Severity.WARNING, "c" + i, "");
            bed.run(TICK);
            bed.found.remove(each);
            bed.run(TICK);
        }
        Path file = folder.resolve(Alerts.HISTORY);
        Files.writeString(file, "r\tc9\t\tWARN", StandardOpenOption.APPEND);
        bed.restart();
        assertThat(bed.alerts.history()).extracting(ClosedAlert::code).containsExactly("c2", "c1", "c0");
        Notice next = bed.finds(Severity.WARNING, "c4", "");
        bed.run(TICK);
        bed.found.remove(next);
        bed.run(TICK);
        bed.restart();
        assertThat(bed.alerts.history()).extracting(ClosedAlert::code).containsExactly("c4", "c2", "c1", "c0");
        assertThat(Files.readAllLines(file)).hasSize(4);
    }

    @Test
    void whereNothingCanBeWrittenItIsToldAllTheSame() throws Exception {
        var bed = new Bedside(folder, YAML);
        Files.createDirectories(folder.resolve("." + Alerts.FILE + ".part/x"));
        bed.finds(Severity.CRITICAL, "host-disk", "");
        bed.run(TICK);
        assertThat(bed.said()).containsExactly("chat opened host-disk");
    }
}
