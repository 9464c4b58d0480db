package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.facts.Severity;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertLifeSectionTest {
    @TempDir
    Path home;

    private AlertLife read(String yaml) throws ConfigurationException {
        return Configuration.read("alerts:\n" + yaml.indent(2), home, Map.of()).alerts().life();
    }

    @Test
    void allOfItIsRead() throws Exception {
        AlertLife life = read("""
            channels: [{ name: phone, kind: log, escalation-only: true, acknowledged: true }]
            group: 0s
            flapping: { times: 2, within: 1h, calm: 5m }
            escalation: [{ after: 15m, channels: [phone], severity: critical, codes: ["host-*"], repeat: 1h }]
            quiet: [{ from: "22:00", to: "07:30", days: [sat, sun], zone: Europe/Berlin, through: emergency }]
            maintenance:
              - { name: night, codes: [a], resources: ["b/*"], rules: [c], from: "01:00", to: "02:00", zone: UTC }
              - { name: once, since: 2026-12-24T18:00:00Z, until: 2026-12-24T19:00:00Z }
            inhibit: [{ source: down, targets: [slow], equal: none }]
            """);

        assertThat(life.group()).isZero();
        assertThat(life.flapping()).isEqualTo(new AlertLife.Flapping(2, Duration.ofHours(1), Duration.ofMinutes(5)));
        assertThat(life.escalation()).containsExactly(new AlertLife.Escalation(Duration.ofMinutes(15),
                List.of("phone"), Severity.CRITICAL, List.of("host-*"), Duration.ofHours(1)));
        assertThat(life.quiet()).containsExactly(new AlertLife.Quiet(new Weekly(Set.of(DayOfWeek.SATURDAY,
                DayOfWeek.SUNDAY), LocalTime.of(22, 0), LocalTime.of(7, 30), ZoneId.of("Europe/Berlin")),
                Severity.EMERGENCY, List.of()));
        assertThat(life.maintenance()).extracting(AlertLife.Maintenance::name).containsExactly("night", "once");
        assertThat(life.maintenance().getFirst().scope())
                .isEqualTo(new AlertScope(List.of("a"), List.of("b/*"), List.of("c")));
        assertThat(life.inhibit()).containsExactly(new AlertLife.Inhibition("down", List.of("slow"), false));
        assertThat(read("inhibit: []").inhibit()).isEmpty();
        assertThat(read("{}")).isEqualTo(AlertLife.USUAL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        escalation: [{ after: 1m, channels: [fone] }]       | escalation[0].channels: names "fone", which is no channel; there are a
        escalation: [{ channels: [a] }]                     | escalation[0].after: is missing
        quiet: [{ from: '25:00', to: '07:00' }]             | quiet[0].from: must be a time of day in quotes
        quiet: [{ from: '22:00' }]                          | quiet[0].to: is missing
        quiet: [{ from: '22:00', to: '7:00' }]              | quiet[0].to: must be a time of day
        quiet: [{ from: '22:00', to: '07:00', days: [x] }]  | quiet[0].days[0]: must be mon, tue
        quiet: [{ from: '22:00', to: '07:00', zone: Mars }] | quiet[0].zone: must be a time zone
        maintenance: [{ name: m, since: 2026-12-24T18:00:00Z }] | maintenance[0].until: is missing
        maintenance: [{ name: m, since: 2026-12-24T18:00:00Z, until: 2026-12-24T18:00:00Z }] | maintenance[0].until: must be after since
        maintenance: [{ name: m, since: 2026-13-24T18:00:00Z, until: 2026-12-24T18:00:00Z }] | maintenance[0].since: must be a time in UTC
        maintenance: [{ codes: [a*b], from: '01:00', to: '02:00' }] | maintenance[0].codes[0]: must be a code of alerts
        inhibit: [{ source: down }]                         | inhibit[0].targets: is missing
        flapping: { times: 1 }                              | flapping.times: must be a whole number from 2 to 100
        """)
    void whatIsWrongIsSaid(String line, String complaint) {
        assertThatThrownBy(() -> read("channels: [{ name: a, kind: log }]\n" + line))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("alerts." + complaint);
    }

    @ParameterizedTest
    @CsvSource({
            // Friday to Saturday, and a night in which clocks are set back and forth
            "2026-11-20T20:59:59Z, false", "2026-11-20T21:00:00Z, true", "2026-11-21T05:59:59Z, true",
            "2026-11-21T06:00:00Z, false", "2026-11-21T21:00:00Z, false", "2026-03-29T00:30:00Z, false",
            "2026-10-23T20:00:00Z, true", "2026-10-24T04:59:59Z, true", "2026-10-24T05:00:00Z, false"})
    void hoursPastMidnightBelongToTheDayOnWhichTheyBegin(Instant now, boolean within) {
        var hours = new Weekly(Set.of(DayOfWeek.FRIDAY), LocalTime.of(22, 0), LocalTime.of(7, 0),
                ZoneId.of("Europe/Berlin"));
        assertThat(hours.covers(now)).isEqualTo(within);
    }

    @Test
    void anHourThatAClockSkipsIsNotLost() {
        var skipped = new Weekly(Set.of(DayOfWeek.SUNDAY), LocalTime.of(2, 30), LocalTime.of(4, 0),
                ZoneId.of("Europe/Berlin"));
        assertThat(skipped.covers(Instant.parse("2026-03-29T01:29:00Z"))).isFalse();
        assertThat(skipped.covers(Instant.parse("2026-03-29T01:30:00Z"))).isTrue();
        assertThat(skipped.covers(Instant.parse("2026-03-29T02:00:00Z"))).isFalse();
    }

    @Test
    void anAlertOfOldConcernsWhatStandsBehindItsColon() {
        assertThat(AlertScope.concerned("error-rate:a/x", "")).isEqualTo("a/x");
        assertThat(AlertScope.concerned("error-rate", "a/y")).isEqualTo("a/y");
        assertThat(AlertScope.concerned("host-cpu", "")).isEmpty();
        assertThat(new AlertScope(List.of(), List.of("a/*"), List.of()).covers("r", "error-rate:a/x", "")).isTrue();
    }
}
