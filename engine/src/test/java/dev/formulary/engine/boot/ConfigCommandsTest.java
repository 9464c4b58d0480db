package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Versions.Event;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `formulary config` and its commands on a home folder.
class ConfigCommandsTest {
    private static final String ONE = "providers: [{ id: first, kind: openai }]\n";
    private static final String TWO = "providers: [{ id: second, kind: openai }]\n";

    @TempDir
    private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Properties properties = new Properties();

    @BeforeEach
    void prepare() throws Exception {
        properties.setProperty("user.home", folder.toString());
        properties.setProperty("user.name", "maria");
        Files.createDirectories(home().data());
        Files.createDirectories(Objects.requireNonNull(home().configuration().getParent()));
        Files.writeString(home().configuration(), TWO);
    }

    private Home home() {
        return terminal().home();
    }

    private Terminal terminal() {
        return new Terminal(new ByteArrayInputStream(new byte[0]), new PrintWriter(out, true),
                new PrintWriter(err, true), Map.of(), properties);
    }

    private int run(String... arguments) {
        return Main.execute(terminal(), (_, _) -> {
            throw new StartException("no");
        }, Assembly.ruleCheck(), List.of(arguments));
    }

    private void served() {
        var file = new ConfigurationFile(home(), Map.of(), Clock.systemUTC());
        file.served(Event.STARTED, ONE, "jo", "");
        file.served(Event.CHANGED, TWO, "jo", "+second -first");
    }

    @Test
    void theHistoryIsListed() {
        assertThat(run("config", "history")).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("no versions\n");
        served();
        assertThat(run("config", "history")).isZero();
        assertThat(out.toString()).containsPattern("2 +\\S+Z +changed +[0-9a-f]{12} +jo +\\+second -first");
        assertThat(run("config", "history", "--json")).isZero();
        assertThat(out.toString()).contains("\"number\":2", "\"event\":\"changed\"", "\"changed\":\"+second -first\"");
    }

    @Test
    void aVersionIsPutBackWithoutAGateway() throws Exception {
        served();
        assertThat(run("config", "rollback")).isZero();
        assertThat(out.toString()).contains("conf/formulary.yaml holds version ");
        assertThat(home().configuration()).hasContent(ONE);
        run("config", "history");
        assertThat(out.toString()).containsPattern("3 +\\S+Z +rolled back +[0-9a-f]{12} +maria +\\+first -second");
    }

    @Test
    void whatCannotBeDoneIsTold() throws Exception {
        assertThat(run("config")).isEqualTo(Exit.USAGE);
        assertThat(run("config", "rollback", "7")).isEqualTo(Exit.NO);
        assertThat(err.toString()).contains("no version is '7'");
        assertThat(home().configuration()).hasContent(TWO);
    }

    @Test
    void aRunningGatewayIsAskedToPutAVersionBackAndWhatItDidNotAcceptIsTold() throws Exception {
        try (FileLock lock = RunningNode.claim(home());
                var node = new StubNode(200, "{\"hash\":\"abc\",\"accepted\":true}")) {
            assertThat(lock).isNotNull();
            new RunningNode(1, node.port(), node.managementPort()).write(home());
            assertThat(run("config", "rollback", "3")).isZero();
            assertThat(out.toString()).contains("conf/formulary.yaml holds version abc again");
            assertThat(node.asked).singleElement().satisfies(asked -> {
                assertThat(asked.path()).isEqualTo("/admin/configuration/rollback");
                assertThat(asked.method()).isEqualTo("POST");
                assertThat(asked.body()).contains("\"to\":\"3\"", "\"by\":\"maria\"");
            });
        }
        assertThat(asked(200, "{\"hash\":\"abc\",\"accepted\":false,\"problems\":[\"no key\"]}"))
                .contains("formulary: it was not accepted: no key");
        assertThat(asked(409, "{\"error\":{\"message\":\"not there\"}}")).contains("formulary: not there");
        assertThat(asked(200, "<html>")).contains("answered something that is not JSON");
        assertThat(home().configuration()).as("only the gateway writes it").hasContent(TWO);
    }

    /// What is said of a refusal of a gateway that answers so.
    private String asked(int status, String answer) throws Exception {
        err.getBuffer().setLength(0);
        try (FileLock lock = RunningNode.claim(home()); var node = new StubNode(status, answer)) {
            assertThat(lock).isNotNull();
            new RunningNode(1, node.port(), node.managementPort()).write(home());
            assertThat(run("config", "rollback", "3")).isEqualTo(Exit.NO);
        }
        return err.toString();
    }

    @Test
    void aGatewayThatDoesNotAnswerIsNotGoneBehindAlsoWithABrokenFile() throws Exception {
        served();
        Files.writeString(home().configuration(), "providers: [");
        new RunningNode(1, 1, 1).write(home());
        try (FileLock lock = Objects.requireNonNull(RunningNode.claim(home()))) {
            assertThat(lock.isValid()).isTrue();
            assertThat(run("config", "rollback", "1")).isEqualTo(Exit.NO);
        }
        assertThat(err.toString()).contains("does not answer at http://127.0.0.1:1");
        assertThat(home().configuration()).hasContent("providers: [");
    }
}
