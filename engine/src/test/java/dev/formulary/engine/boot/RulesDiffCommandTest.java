package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.decision.Policy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `formulary rules diff` with and without a gateway.
class RulesDiffCommandTest {
    private static final String RULE = """
        rule "a"
            @id("a") @reason("r")
        when
            Call( via == "VIA" )
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
        Files.createDirectories(home().data());
        // no gateway of somebody else may answer
        Files.createDirectories(home().folder().resolve("conf"));
        Files.writeString(home().folder().resolve("conf/formulary.yaml"), "management: { port: 1 }\n");
        write(home().rules(), "http");
    }

    private Home home() {
        return terminal().home();
    }

    private Terminal terminal() {
        return new Terminal(new ByteArrayInputStream(new byte[0]), new PrintWriter(out, true),
                new PrintWriter(err, true), Map.of(), properties);
    }

    private static void write(Path rules, String via) throws IOException {
        Files.createDirectories(rules.resolve("cost"));
        Files.writeString(rules.resolve("cost/a.drl"), RULE.replace("VIA", via));
    }

    private int run(String... arguments) {
        return Main.execute(terminal(), (_, _) -> {
            throw new StartException("no");
        }, Assembly.ruleCheck(), List.of(arguments));
    }

    private String served() {
        try (var policy = new Policy(home().rules(), new Settings.Policy(false, 1_000, Duration.ofSeconds(5)), null,
                _ -> {}, List.of(), RuleDesk.ledger(home(), Clock.systemUTC()))) {
            assertThat(policy.load().accepted()).isTrue();
            return policy.report().hash();
        }
    }

    @Test
    void theFolderIsComparedWithWhatServedLast() throws IOException {
        served();
        assertThat(run("rules", "diff")).isZero();
        assertThat(out.toString()).contains("served last", "nothing is different");

        write(home().rules(), "mqtt");
        assertThat(run("rules", "diff")).isEqualTo(1);
        assertThat(out.toString()).contains("file      ~ cost/a.drl", "rule      ~ a", "--- cost/a.drl",
                "@@ -2,5 +2,5 @@", "-    Call( via == \"http\" )", "+    Call( via == \"mqtt\" )");
        assertThat(run("rules", "diff", "--json")).isEqualTo(1);
        assertThat(out.toString()).contains("\"rules\":{\"added\":[],\"changed\":[\"a\"],\"removed\":[]}",
                "\"before\":{\"name\":\"served last\"");
    }

    @Test
    void setsAreNamedByNumberHashOrFolder() throws IOException {
        String first = served();
        write(home().rules(), "mqtt");
        served();
        Path other = folder.resolve("other");
        write(other, "http");

        assertThat(run("rules", "diff", "1", "2")).isEqualTo(1);
        assertThat(run("rules", "diff", first.substring(0, 8))).as("against the folder").isEqualTo(1);
        assertThat(run("rules", "diff", "2")).isZero();
        assertThat(run("rules", "diff", "1", other.toString())).isZero();
        assertThat(run("rules", "diff", "9")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no '9'", "no folder of that name");
        assertThat(run("rules", "diff", "1", "2", "3")).isEqualTo(2);
    }

    @Test
    void aRunningGatewayIsAskedWhatServes() throws IOException {
        String first = served();
        write(home().rules(), "mqtt");
        served();
        try (var node = new StubNode(200, "{\"hash\":\"" + first + "\",\"accepted\":false}")) {
            new RunningNode(1, node.port(), node.managementPort()).write(home());
            assertThat(run("rules", "diff")).isEqualTo(1);
            assertThat(out.toString()).contains(first.substring(0, 12) + "  serves");
            assertThat(node.asked).singleElement()
                    .satisfies(asked -> assertThat(asked.path()).isEqualTo("/admin/rules"));
        }
        try (var node = new StubNode(200, "{\"hash\":\"" + "0".repeat(64) + "\"}")) {
            new RunningNode(1, node.port(), node.managementPort()).write(home());
            assertThat(run("rules", "diff")).isEqualTo(2);
            assertThat(err.toString()).contains("is not kept");
        }
    }

    @Test
    void withoutAnySetBeforeThereIsNothingToCompare() {
        assertThat(run("rules", "diff")).isEqualTo(2);
        assertThat(err.toString()).contains("no rule set serves and none was accepted before");
    }
}
