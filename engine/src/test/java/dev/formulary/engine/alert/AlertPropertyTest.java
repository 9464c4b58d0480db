package dev.formulary.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.AlertScope;
import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever is found, noted, silenced, killed and set back, in whatever order: what a channel hears is a true story. The size is
/// raised by the property `alert.steps`.
class AlertPropertyTest {
    private static final int STEPS = Integer.getInteger("alert.steps", 2_000);
    private static final String YAML = """
        group: 20s
        channels:
          - { name: all, kind: log, severity: info }
          - { name: severe, kind: log, severity: critical, acknowledged: true }
          - { name: night, kind: log }
          - { name: boss, kind: log, escalation-only: true }
          - { name: deaf, kind: log, resolved: false, codes: ["host-*"] }
        escalation: [{ after: 4m, channels: [boss], repeat: 10m }]
        quiet: [{ from: "12:10", to: "12:40", zone: UTC, channels: [night] }]
        maintenance: [{ name: m, codes: ["host-*"], since: 2026-11-21T12:50:00Z, until: 2026-11-21T13:10:00Z }]
        flapping: { times: 3, within: 30m, calm: 5m }
        """;
    private static final List<String> CODES = List.of("host-cpu", "provider-down", "error-rate");
    private static final List<Severity> SEVERITIES = List.of(Severity.values());
    private static final List<String> RESOURCES = List.of("", "a", "a/x");

    @TempDir
    Path folder;

    /// What a channel believes: whether each alert is open, and how severe it is.
    private final Map<String, Map<AlertKey, Severity>> believed = new HashMap<>();
    private final Map<AlertKey, Notice> holding = new HashMap<>();
    private int checked;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyChannelHearsATrueStory(long seed) {
        var random = new Random(seed);
        var bed = new Bedside(folder, YAML);
        for (int step = 0; step < STEPS; step++) {
            step(bed, random);
            check(bed);
        }
        settle(bed);
        assertThat(bed.alerts.open()).isEmpty();
        assertThat(bed.alerts.lost()).isZero();
        believed.forEach((channel, open) -> {
            if (!channel.equals("deaf")) {
                assertThat(open).as("what %s believes when all is over", channel).isEmpty();
            }
        });
        assertThat(bed.tellings).hasSizeGreaterThan(STEPS / 50).extracting(Telling::kind)
                .contains(Telling.Kind.values());
    }

    private void step(Bedside bed, Random random) {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> toggle(bed, random);
            case 4 -> bed.alerts.raise(notice(random), bed.now);
            case 5 -> bed.alerts.acknowledge(CODES.get(random.nextInt(CODES.size())), "Ann", bed.now);
            case 6 -> silence(bed, random);
            case 7 -> bed.alerts.silences().stream().findAny()
                    .ifPresent(each -> bed.alerts.unsilence(each.id(), bed.now));
            case 8 -> bed.alerts.resolve(each -> each.code().equals("error-rate"), "Ann", bed.now);
            case 9 -> {
                bed.keeps = random.nextBoolean();
                bed.restart();
            }
            case 10 -> bed.now = random.nextInt(20) > 0
                    ? bed.now.plusSeconds(random.nextInt(300))
                    : bed.now.minusSeconds(random.nextInt(3_000));
            default -> {
                bed.now = bed.now.plusSeconds(10);
                bed.tick();
            }
        }
    }

    private static void silence(Bedside bed, Random random) {
        if (random.nextInt(3) == 0) {
            bed.alerts.silence(AlertScope.of(List.of(CODES.get(random.nextInt(CODES.size())))),
                    bed.now.plusSeconds(random.nextInt(600) + 1), "Ann", "", bed.now);
        }
    }

    private static Notice notice(Random random) {
        var timing = new AlertTiming(Duration.ofSeconds(random.nextInt(3) * 20L),
                Duration.ofSeconds(random.nextInt(3) * 20L), Duration.ofSeconds(random.nextInt(2) * 60L));
        return Bedside.notice(SEVERITIES.get(random.nextInt(SEVERITIES.size())),
                CODES.get(random.nextInt(CODES.size())),
                RESOURCES.get(random.nextInt(RESOURCES.size())), timing, random.nextInt(6) == 0);
    }

    private void toggle(Bedside bed, Random random) {
        Notice notice = notice(random);
        Notice before = holding.remove(AlertKey.of(notice));
        if (before == null) {
            holding.put(AlertKey.of(notice), notice);
        }
        bed.found.clear();
        bed.found.addAll(holding.values());
    }

    /// Each channel hears of an opening before anything else of it, never twice, of its end only once, and never that it is less
    /// severe than before.
    private void check(Bedside bed) {
        for (; checked < bed.tellings.size(); checked++) {
            Telling telling = bed.tellings.get(checked);
            assertThat(telling.alerts()).isNotEmpty().hasSizeLessThanOrEqualTo(Telling.MOST);
            for (String channel : telling.channels()) {
                Map<AlertKey, Severity> open = believed.computeIfAbsent(channel, _ -> new HashMap<>());
                telling.alerts().forEach(each -> heard(telling.kind(), channel, each, open));
            }
        }
        assertThat(bed.alerts.open().size()).isLessThanOrEqualTo(CODES.size() * RESOURCES.size());
        assertThat(bed.alerts.history().size()).isLessThanOrEqualTo(AlertHistory.MOST);
    }

    private static void heard(Telling.Kind kind, String channel, OpenAlert alert, Map<AlertKey, Severity> open) {
        Severity before = open.get(alert.key());
        String what = channel + " hears " + kind + " of " + alert;
        switch (kind) {
            case OPENED -> {
                if (!channel.equals("deaf")) {
                    assertThat(before).as(what).isNull();
                }
                open.put(alert.key(), alert.severity());
            }
            case WORSENED -> {
                assertThat(before).as(what).isNotNull().isLessThan(alert.severity());
                open.put(alert.key(), alert.severity());
            }
            case RESOLVED -> {
                assertThat(channel).isNotEqualTo("deaf");
                assertThat(before).as(what).isNotNull();
                open.remove(alert.key());
            }
            case REPEATED, ACKNOWLEDGED -> assertThat(before).as(what).isNotNull();
            case FLAPPING, ESCALATED -> open.put(alert.key(), alert.severity());
        }
    }

    /// All is well from now on, and everything is told.
    private void settle(Bedside bed) {
        bed.found.clear();
        bed.keeps = true;
        bed.restart();
        bed.alerts.silences().forEach(each -> bed.alerts.unsilence(each.id(), bed.now));
        bed.run(Duration.ofMinutes(15));
        bed.now = bed.now.plus(Duration.ofHours(30)).truncatedTo(java.time.temporal.ChronoUnit.DAYS)
                .plus(Duration.ofHours(14));
        bed.run(Duration.ofMinutes(15));
        check(bed);
        int before = bed.tellings.size();
        Set<Instant> told = new HashSet<>();
        new ArrayList<>(bed.tellings).forEach(each -> told.add(each.at()));
        bed.run(Duration.ofHours(1));
        assertThat(bed.tellings).as("a quiet stream tells nothing").hasSize(before);
        assertThat(told).isNotEmpty();
    }
}
