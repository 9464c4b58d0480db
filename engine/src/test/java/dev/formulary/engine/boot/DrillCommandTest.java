package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.Samples;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.drill.Drills;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.provider.CardCatalogue;
import dev.formulary.engine.provider.Providers;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrillCommandTest {
    private static final String REPORT = """
        {"drill":"hang","about":"it hangs","from_ms":400,"until_ms":1400,"deadline_ms":2000,"good":false,
         "verdict":"users noticed: 2 calls refused",
         "spans":[{"name":"before","calls":2,"answered":2,"refused":0,"broken":0,"late":0,"switched":0,"attempts":1.0,
                   "first_ms_p50":20,"first_ms_p99":30,"total_ms_p50":100,"total_ms_p99":110},
                  {"name":"during","calls":2,"answered":0,"refused":2,"broken":0,"late":0,"switched":0,"attempts":1.5,
                   "first_ms_p50":-1,"first_ms_p99":-1,"total_ms_p50":2000,"total_ms_p99":2001}],
         "problems":{"openai 504 timeout":2},"answered_by":{"drill-a/m":2},"doubled_words":0,"missing_words":0,
         "breakers":[{"at_ms":950,"model":"drill-a/m","to":"half_open"}],"recovery_ms":120,"held":0}""";

    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        var properties = new Properties();
        properties.setProperty("user.home", folder.toString());
        var terminal = new Terminal(InputStream.nullInputStream(), new PrintWriter(out, true), new PrintWriter(err,
                true), Map.of("FORMULARY_HOME", folder.toString()), properties);
        return Main.execute(terminal, (_, _) -> {
            throw new StartException("not here");
        }, Assembly.ruleCheck(), List.of(arguments));
    }

    private StubNode running(int status, String answer) throws Exception {
        var stub = new StubNode(status, answer);
        Files.createDirectories(folder.resolve("data"));
        Files.write(folder.resolve("data/node.properties"), List.of("pid=1", "port=" + stub.port(), "management-port="
                + stub.managementPort()));
        return stub;
    }

    @Test
    void whatUsersWouldSeeIsATable() throws Exception {
        try (StubNode stub = running(200, REPORT)) {
            assertThat(run("drill", "hang", "--calls", "20", "--seconds", "3", "--deadline-ms", "500")).isEqualTo(1);

            assertThat(stub.asked).singleElement().satisfies(asked -> {
                assertThat(asked.path()).isEqualTo("/admin/drills/hang");
                assertThat(asked.body()).isEqualTo("{\"calls\":20,\"seconds\":3,\"deadline_ms\":500}");
            });
        }
        assertThat(out.toString().lines().map(String::stripTrailing)).containsExactly(
                "drill     hang: it hangs, from 0.4 s to 1.4 s; callers wait 2.0 s",
                "",
                "          calls  answered  refused  broken  late  switched  attempts    first word ms       total ms",
                "                                                                            p50 / p99      p50 / p99",
                "before        2         2        0       0     0         0       1.0          20 / 30      100 / 110",
                "during        2         0        2       0     0         0       1.5                -    2000 / 2001",
                "",
                "told      2 × openai 504 timeout",
                "answered  by drill-a/m 2",
                "words     0 twice, 0 missing",
                "breaker   drill-a/m half open after 0.9 s",
                "recovery  after 120 ms, 0 calls, places or providers still held",
                "not good  users noticed: 2 calls refused");
    }

    @Test
    void itIsGivenAsJsonAndEndsWithZeroWhereNobodyNoticed() throws Exception {
        try (StubNode _ = running(200, REPORT.replace("false", "true"))) {
            assertThat(run("drill", "hang", "--json")).isZero();
        }
        assertThat(out.toString()).contains("\"drill\" : \"hang\"");
    }

    @Test
    void allDrillsAreListedAndAnotherIsNotAskedFor() {
        assertThat(run("drill")).isZero();
        assertThat(out.toString().lines()).hasSize(10).contains("dead       the best provider refuses connections");
        assertThat(run("drill", "all-donw")).isEqualTo(2);
        assertThat(run("drill", "earthquake")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no drill 'all-donw'; did you mean all-down? there are dead, hang",
                "there is no drill 'earthquake'; there are dead, hang");
    }

    @Test
    void whyThereIsNoDrillIsTold() throws Exception {
        try (StubNode _ = running(409,
                "{\"error\":{\"code\":\"no_simulator\",\"message\":\"no simulator is there\"}}")) {
            assertThat(run("drill", "dead")).isEqualTo(2);
        }
        try (StubNode _ = running(200, "<html>")) {
            assertThat(run("drill", "dead")).isEqualTo(2);
        }
        assertThat(run("drill", "dead")).isEqualTo(2);
        assertThat(err.toString()).contains("no simulator is there", "not JSON", "formulary run");
    }

    @Test
    void theDeskNeedsTheSimulatorAndRightNumbers() throws Exception {
        var settings = Samples.settings(Map.of(), List.of());
        try (var providers = new Providers(folder.resolve("plugins"), folder.resolve("work"), List.of(), settings
                .plugins(), (_, _) -> {
                    throw new UnsupportedOperationException("no network in this test");
                }, _ -> {}, () -> CardCatalogue.EMPTY);
                var drills = new Drills(settings, new Assessor(false), _ -> {
                    throw new IllegalStateException("nothing is decided");
                }, () -> new Situation(Samples.NOON, Host.UNKNOWN, List.of(), 0, 0, Set.of()), providers)) {
            var desk = new DrillDesk(drills);
            Change dead = Objects.requireNonNull(desk.changes().get("/admin/drills/dead"));

            assertThat(dead.apply(Map.of())).isEqualTo(new Change.Result.Refused("no_simulator",
                    "a drill needs a provider of the kind 'simulator', and none is there; put its JAR back into the"
                            + " plug-ins folder"));
            assertThatThrownBy(() -> dead.apply(Map.of("calls", "many"))).hasMessageContaining(
                    "'calls' must be a whole number, not 'many'");
            assertThatThrownBy(() -> dead.apply(Map.of("seconds", "1"))).hasMessageContaining("2 to 30");
            assertThat(desk.changes()).hasSize(10);
            assertThat((List<?>) Objects.requireNonNull(desk.documents().get("/admin/drills")).get()).hasSize(10);
        }
    }
}
