package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.decision.Policy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `formulary rules` and its commands on a home folder.
class RulesLifeCommandsTest {
    private static final String RULE = """
        rule "a"
            @id("a") @reason("r")
        when
            Call( via == "%s" )
        then
            decision.lastResort("x");
        end
        """;

    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Properties properties = new Properties();

    @BeforeEach
    void prepare() throws IOException {
        properties.setProperty("user.home", folder.toString());
        properties.setProperty("user.name", "maria");
        Files.createDirectories(home().data());
        write("cost/a.drl", RULE.formatted("http"));
    }

    private Home home() {
        return terminal().home();
    }

    private Terminal terminal() {
        return new Terminal(new ByteArrayInputStream(new byte[0]), new PrintWriter(out, true),
                new PrintWriter(err, true), Map.of(), properties);
    }

    private Path write(String file, String text) throws IOException {
        Path path = home().rules().resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private int run(String... arguments) {
        return Main.execute(terminal(), (_, _) -> {
            throw new StartException("no");
        }, Assembly.ruleCheck(), List.of(arguments));
    }

    private Policy policy() {
        return new Policy(home().rules(), new Settings.Policy(false, 1_000, Duration.ofSeconds(5)), null, _ -> {},
                List.of(), RuleDesk.ledger(home(), Clock.systemUTC()));
    }

    private void served() {
        try (Policy policy = policy()) {
            assertThat(policy.load().accepted()).isTrue();
        }
    }

    @Test
    void theHistoryIsListed() throws IOException {
        assertThat(run("rules", "history")).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("no changes\n");
        served();
        write("manifest.yaml", "name: ours\nversion: 2\nauthor: Jo\nchanged: by mail");
        write("cost/a.drl", RULE.formatted("mqtt"));
        served();

        assertThat(run("rules", "history")).isZero();
        assertThat(out.toString()).contains("accepted", "  Jo", "version  ours 2 by Jo", "changed  by mail",
                "files    +manifest.yaml ~cost/a.drl", "rules    ~a");
        write("cost/a.drl", RULE.formatted("file"));
        served();
        out.getBuffer().setLength(0);
        assertThat(run("rules", "history")).isZero();
        assertThat(out.toString().lines().limit(3)).as("the manifest speaks of the change before").satisfiesExactly(
                line -> assertThat(line).contains("accepted"),
                line -> assertThat(line).isEqualTo("     files    ~cost/a.drl"),
                line -> assertThat(line).isEqualTo("     rules    ~a"));
        assertThat(run("rules", "history", "--json")).isZero();
        assertThat(out.toString()).contains("\"number\":2", "\"event\":\"accepted\"", "\"changed\":\"by mail\"");
    }

    @Test
    void aSetIsPutBackWithoutAGateway() throws IOException {
        served();
        Path file = write("cost/a.drl", RULE.formatted("mqtt"));
        served();

        assertThat(run("rules", "rollback", "1")).isZero();
        assertThat(out.toString()).contains("the rules folder holds rule set ");
        assertThat(file).hasContent(RULE.formatted("http"));
        run("rules", "history");
        assertThat(out.toString()).contains("rolled back", "maria");
        assertThat(run("rules", "rollback", "9")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no '9'");
        assertThat(run("rules", "rollback")).isEqualTo(2);
    }

    @Test
    void aRunningGatewayIsAskedToPutASetBack() throws IOException {
        try (FileLock lock = RunningNode.claim(home());
                var node = new StubNode(200, "{\"hash\":\"abc\",\"accepted\":true}")) {
            assertThat(lock).isNotNull();
            new RunningNode(1, node.port(), node.managementPort()).write(home());
            assertThat(run("rules", "rollback", "3")).isZero();
            assertThat(out.toString()).contains("holds rule set abc again");
            assertThat(node.asked).singleElement().satisfies(asked -> {
                assertThat(asked.path()).isEqualTo("/admin/rules/rollback");
                assertThat(asked.method()).isEqualTo("POST");
                assertThat(asked.body()).contains("\"to\":\"3\"", "\"by\":\"maria\"");
            });
        }
        try (FileLock lock = RunningNode.claim(home());
                var node = new StubNode(409, "{\"error\":{\"message\":\"not there\"}}")) {
            assertThat(lock).isNotNull();
            new RunningNode(1, node.port(), node.managementPort()).write(home());
            assertThat(run("rules", "rollback", "3")).isEqualTo(1);
        }
        try (FileLock lock = RunningNode.claim(home())) {
            assertThat(lock).as("the node of before does not answer any more").isNotNull();
            assertThat(run("rules", "rollback", "3")).isEqualTo(1);
        }
        assertThat(err.toString()).contains("formulary: not there", "does not answer at");
    }

    @Test
    void withoutAHomeFolderThereIsNothingToPutBack() {
        properties.setProperty("user.home", folder.resolve("nobody").toString());
        assertThat(run("rules", "rollback", "1")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no home folder");
    }

    @Test
    void theStateIsTold() throws IOException {
        assertThat(run("rules")).isEqualTo(1);
        assertThat(err.toString()).contains("no gateway runs, and none has run with rules here yet");
        served();
        assertThat(run("rules")).isZero();
        assertThat(out.toString()).contains("no gateway runs", "accepted");
        state("""
            {"hash":"abc","accepted":true,"rules":3,"watching":1,"scenarios":2,"last_good":false,"problems":[],"warnings":[],
             "manifest":{"name":"ours","version":"2","author":"","owner":"","changed":"x\\ny"}}""",
                0);
        assertThat(out.toString()).contains("rules     abc", "name      ours", "changed   x\n",
                "holds     3 rules, of which 1 watch, 2 scenarios", "the rules folder serves");
        state("""
            {"hash":"abc","accepted":false,"last_good":true,"problems":[{"file":"cost/a.drl","line":2,"column":1,
             "message":"odd"}],"warnings":[{"file":"s.yaml","line":1,"column":1,"message":"failed"}]}""", 1);
        assertThat(out.toString()).contains("the last good rules of the archive serve", "problem   cost/a.drl:2:1 odd",
                "warning   s.yaml:1:1 failed");
        state("{\"hash\":\"\",\"accepted\":false}", 1);
        assertThat(out.toString()).contains("none serve, every call is denied");
        state("<html>", 1);
        assertThat(err.toString()).contains("not JSON");
    }

    private void state(String answer, int exit) throws IOException {
        try (var node = new StubNode(200, answer)) {
            new RunningNode(1, node.port(), node.managementPort()).write(home());
            assertThat(run("rules")).isEqualTo(exit);
        }
    }

    @Test
    void rulesAreFormatted() throws IOException {
        Path untidy = write("load/b.drl", RULE.formatted("file").replace("    ", "\t"));
        write("scenarios/a.yaml", "scenarios:   []");
        assertThat(run("rules", "fmt", "--check")).isEqualTo(1);
        assertThat(out.toString().lines()).containsExactly("would format " + untidy);
        assertThat(untidy).content().contains("\t");

        assertThat(run("rules", "fmt", home().rules().resolve("cost").toString(), untidy.toString())).isZero();
        assertThat(untidy).hasContent(RULE.formatted("file"));
        assertThat(home().rules().resolve("load").toFile().list()).containsExactly("b.drl");
        assertThat(run("rules", "fmt", "--check", home().rules().toString())).isZero();
        assertThat(home().rules().resolve("scenarios/a.yaml")).hasContent("scenarios:   []");

        Path broken = write("load/c.drl", "rule  nonsense");
        assertThat(run("rules", "fmt", broken.toString())).isEqualTo(1);
        assertThat(broken).hasContent("rule  nonsense");
        Files.write(broken, new byte[]{(byte) 0xff, 0});
        assertThat(run("rules", "fmt")).isEqualTo(1);
        assertThat(run("rules", "fmt", "nowhere")).isEqualTo(2);
        assertThat(err.toString()).contains("load/c.drl:1:", "is not UTF-8", "there is no file or folder nowhere");
    }

    @Test
    void theDeskPutsSetsBackAndTellsWhoAsked() throws IOException {
        try (Policy policy = policy()) {
            policy.load();
            write("cost/a.drl", RULE.formatted("mqtt"));
            policy.load();
            var desk = new RuleDesk(policy);
            Change rollback = Objects.requireNonNull(desk.changes().get(RuleDesk.ROLLBACK));
            assertThat(rollback.apply(Map.of("to", "1", "by", "jo\n" + "x".repeat(100))))
                    .isInstanceOf(Change.Result.Done.class);
            assertThat(policy.history().getFirst().who()).startsWith("joxxx").endsWith("x by the admin API")
                    .hasSizeLessThan(80);
            assertThat(rollback.apply(Map.of("to", "2"))).isInstanceOf(Change.Result.Done.class);
            assertThat(policy.history().getFirst().who()).isEqualTo("admin API");
            assertThat(rollback.apply(Map.of("to", "2"))).isInstanceOf(Change.Result.Refused.class);
            assertThat(desk.documents().get(RuleDesk.HISTORY)).isNotNull().satisfies(
                    history -> assertThat(history.get()).asInstanceOf(
                            InstanceOfAssertFactories.LIST).hasSize(4));
        }
    }
}
