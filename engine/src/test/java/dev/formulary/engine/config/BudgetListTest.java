package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.engine.config.Settings.BudgetEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetListTest {
    private static final String KEYS = """
        keys:
          - { name: kitchen tablet, key: a, tenant: home }
        """;

    @TempDir
    private Path home;

    private Settings load(String yaml) throws IOException, ConfigurationException {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve(Configuration.FILE), yaml);
        return Configuration.load(home, Map.of());
    }

    @Test
    void readsAllOfIt() throws Exception {
        Settings settings = load(KEYS + """
            budgets:
              - { id: a, scope: total, limit: 5, period: month, zone: Europe/Berlin, kind: soft, steps: [50%, 100%] }
              - { id: b, scope: "key:kitchen tablet", limit: 0.10, rolling: 24h, steps: [] }
              - { id: c, scope: "tenant:*", limit: 1, period: day }
              - { id: d, scope: "key:*", limit: 1, period: hour }
              - { id: e, scope: "tag:essay", limit: 1, period: week }
              - { id: f, scope: "tenant:formulary:probe", limit: 1, period: week }
            """);

        assertThat(settings.budgets()).startsWith(
                new BudgetEntry("a", "total", 5_000_000, "month",
                        new BudgetTerms(null, ZoneId.of("Europe/Berlin"), false, List.of(0.5, 1.0))),
                new BudgetEntry("b", "key:kitchen tablet", 100_000, "",
                        new BudgetTerms(Duration.ofDays(1), BudgetTerms.USUAL.zone(), true, List.of())),
                new BudgetEntry("c", "tenant:*", 1_000_000, "day", BudgetTerms.USUAL)).hasSize(6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        id: a, scope: total, limit: 5                                | period: is missing
        id: a, scope: total, period: day                             | limit: is missing
        id: a, limit: 5, period: day                                 | scope: is missing
        id: a, scope: total, limit: 5, period: year                  | period: must be hour or day or week or month, not "year"
        id: a, scope: total, limit: 5, rolling: 24h, period: day     | rolling: is in the place of period; take one of them away
        id: a, scope: total, limit: 5, rolling: 30m                  | rolling: must be a duration from 1h to 366d
        id: a, scope: total, limit: 5, rolling: 2h, zone: UTC        | zone: is for a period; a rolling budget knows no midnight
        id: a, scope: total, limit: 5, period: day, zone: Europe/Berln | zone: must be a time zone, for example Europe/Berlin or UTC; did you mean "Europe/Berlin"?
        id: a, scope: total, limit: 5, period: day, kind: firm       | kind: must be hard or soft, not "firm"
        id: a, scope: total, limit: 5, period: day, steps: [80%, 50%] | steps: must rise, and 50% stands after a higher or equal one
        id: a, scope: total, limit: 5, period: day, steps: [0.8]     | steps[0]: must be a share of the limit from 1% to 100%, for example 80%
        id: a, scope: total, limit: 5, period: day, steps: [120%]    | steps[0]: must be a share of the limit
        id: a, scope: "model:a/b", limit: 5, period: day             | scope: must be total, tenant:NAME, key:NAME, tag:NAME or provider:NAME
        id: a, scope: "tag:*", limit: 5, period: day                 | scope: must name one; * is for tenant:* and key:*
        id: a, scope: "key:kitchen", limit: 5, period: day           | scope: no entry of "keys" is named "kitchen"
        id: a, scope: "tenant:hom", limit: 5, period: day            | scope: no entry of "keys" has the tenant "hom"; did you mean "home"?
        """)
    void saysWhatIsWrongAndWhere(String entry, String complaint) {
        ConfigurationException refused = catchThrowableOfType(ConfigurationException.class,
                () -> load(KEYS + "budgets:\n  - { " + entry + " }\n"));

        assertThat(refused).hasMessageContaining("conf/formulary.yaml:4:")
                .hasMessageContaining("budgets[0]." + complaint);
    }
}
