package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.engine.config.Settings.LimitEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitListTest {
    private static final String KEYS = """
        keys:
          - { name: kitchen tablet, key: a, tenant: home, pool: family }
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
            limits:
              - { id: a, scope: total, requests: 60, per: minute }
              - { id: b, scope: "key:kitchen tablet", tokens: 1000, per: day, burst: 100 }
              - { id: c, scope: "tenant:*", requests: 1, tokens: 1000000000, per: second }
              - { id: d, scope: pool:family, requests: 5, per: hour }
              - { id: e, scope: provider:groq, requests: 5, per: hour }
              - { id: f, scope: model:groq/a/b:free, requests: 5, per: hour }
            """);

        assertThat(settings.keys().getFirst().pool()).isEqualTo("family");
        assertThat(settings.limits()).startsWith(new LimitEntry("a", "total", 60, 0, "minute", 0),
                new LimitEntry("b", "key:kitchen tablet", 0, 1_000, "day", 100),
                new LimitEntry("c", "tenant:*", 1, 1_000_000_000, "second", 0)).hasSize(6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        id: a, scope: total, requests: 0, per: day       | requests: must be a whole number from 1 to 1000000000, not "0"
        id: a, scope: total, tokens: -5, per: day        | tokens: must be a whole number from 1 to 1000000000
        id: a, scope: total, per: day                    | requests: is missing, and so is tokens; one of them is needed
        id: a, scope: total, requests: 1                 | per: is missing
        id: a, requests: 1, per: day                     | scope: is missing
        scope: total, requests: 1, per: day              | id: is missing
        id: a, scope: total, requests: 1, per: week      | per: must be second or minute or hour or day, not "week"
        id: a, scope: user:x, requests: 1, per: day      | scope: must be total, key:NAME, tenant:NAME, pool:NAME, provider:NAME or
        id: a, scope: model:llama, requests: 1, per: day | scope: must be total,
        id: a, scope: key:kitchen, requests: 1, per: day | scope: no entry of "keys" is named "kitchen"; give one the setting "name"
        id: a, scope: tenant:hom, requests: 1, per: day  | scope: no entry of "keys" has the tenant "hom"; did you mean "home"?
        id: a, scope: pool:famly, requests: 1, per: day  | scope: no entry of "keys" is in the pool "famly"; did you mean "family"?
        id: a, scope: "pool:*", requests: 1, per: day    | scope: must name a pool
        id: a, scope: total, requests: 9, burst: 10, per: day | burst: must be a whole number from 1 to 9, not "10"
        id: a, scope: total, requests: 9, tokens: 9, burst: 1, per: day | burst: is for either requests or tokens
        id: a, scope: total, request: 9, per: day        | request: is not a setting; did you mean "requests"?
        """)
    void whatIsWrongIsToldWithItsLine(String entry, String complaint) {
        assertThat(complaints(KEYS + "limits:\n  - { " + entry + " }\n")).anySatisfy(
                line -> assertThat(line).startsWith("conf/formulary.yaml:4:").contains("limits[0]." + complaint));
    }

    @Test
    void anIdStandsOnceAndKeyStarNeedsKeys() {
        String twice = "limits: [{ id: a, scope: total, requests: 1, per: day }, "
                + "{ id: a, scope: \"key:*\", requests: 1, per: day }]";

        assertThat(complaints(twice)).hasSize(2).anySatisfy(line -> assertThat(line).contains("limits[1].id: stands"))
                .anySatisfy(line -> assertThat(line).contains("is for each of \"keys\", and there are none"));
    }

    private List<String> complaints(String yaml) {
        ConfigurationException refusal = catchThrowableOfType(ConfigurationException.class, () -> load(yaml));
        assertThat(refusal).as("refusal of %s", yaml).isNotNull();
        return refusal.complaints().stream().map(Complaint::toString).toList();
    }
}
