package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.Home;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `formulary keys` and `formulary audit`, on the folder and at a gateway.
class KeysCommandTest {
    private static final String FORM = "fm[la]_[0-9A-Za-z]{8}_[0-9A-Za-z]{39}";

    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Properties properties = new Properties();
    private final Map<String, String> env = new HashMap<>();

    @BeforeEach
    void prepare() throws IOException {
        properties.setProperty("user.home", folder.toString());
        properties.setProperty("user.name", "maria");
        Files.createDirectories(home().data());
        Files.createDirectories(Objects.requireNonNull(home().configuration().getParent()));
        Files.writeString(home().configuration(), """
            management: { admin-key: "chosen-by-hand" }
            keys:
              - { name: tablet, key: "sk-tablet", tenant: home, pool: family }
            """);
    }

    private Terminal terminal() {
        return new Terminal(new ByteArrayInputStream(new byte[0]), new PrintWriter(out, true),
                new PrintWriter(err, true), env, properties);
    }

    private Home home() {
        return terminal().home();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Main.execute(terminal(), (_, _) -> {
            throw new StartException("no");
        }, Assembly.ruleCheck(), List.of(arguments));
    }

    private String said() {
        return out.toString().strip();
    }

    @Test
    void aKeyIsMadeShownRotatedAndRevokedOnTheFolder() throws IOException {
        assertThat(run("keys", "create", "phone", "--tenant", "home", "--label", "child", "--label", "quick", "--model",
                "ollama/*", "--limit", "60 requests/minute", "--default", "need=mindfulness", "--fixed",
                "privacy=local",
                "--expires", "2099-01-31", "--note", "the small one")).isZero();
        String secret = said();
        assertThat(secret).matches(FORM).startsWith("fml_");
        assertThat(err.toString()).contains("the only time that the key is shown");
        assertThat(run("keys", "create", "phone")).isEqualTo(Exit.NO);
        assertThat(err.toString()).contains("there is a key named 'phone'");

        assertThat(run("keys", "show", "phone")).isZero();
        assertThat(said().lines().map(line -> line.replaceAll(" +", " "))).contains("name phone", "state good",
                "tenant home", "labels child, quick", "models ollama/*", "limits 60 requests/minute",
                "defaults need=mindfulness", "fixed privacy=local", "expires 2099-01-31T00:00:00Z",
                "note the small one");
        assertThat(run("keys", "rotate", "phone", "--keep", "1h")).isZero();
        assertThat(said()).matches(FORM).isNotEqualTo(secret);
        assertThat(run("keys", "revoke", "phone")).isZero();
        assertThat(said()).isEqualTo("the key 'phone' is revoked");
        assertThat(run("keys", "create", "ops", "--role", "read")).isZero();
        assertThat(said()).startsWith("fma_");
        assertThat(run("keys")).isZero();
        assertThat(said().lines().map(line -> line.replaceAll(" +", " "))).containsExactly(
                "NAME STATE ROLE TENANT SOURCE", "management.admin-key good admin - conf/formulary.yaml",
                "tablet good - home conf/formulary.yaml", "phone revoked - home issued", "ops good read - issued");
        assertNothingLeaked(secret);
    }

    private void assertNothingLeaked(String secret) throws IOException {
        try (Stream<Path> files = Files.walk(home().data())) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(each)).as(each.toString())
                        .doesNotContain(secret, secret.substring(13, 40), "sk-tablet", "chosen-by-hand");
            }
        }
        assertThat(said()).doesNotContain(secret, "sk-tablet", "chosen-by-hand");
    }

    @Test
    void whatWasDoneIsInTheAuditLog() throws IOException {
        run("keys", "create", "phone");
        run("keys", "create", "phone");
        run("keys", "create", "a b");
        run("keys", "list");
        run("keys", "revoke", "phone");
        assertThat(run("audit")).isZero();
        assertThat(said().lines().map(line -> line.replaceFirst("^\\S+ ", ""))).containsExactly(
                "user maria keys/create: done {name=phone}", "user maria keys/create: refused {name=phone}",
                "user maria keys/revoke: done {name=phone}");
        assertThat(run("audit", "-n", "1")).isZero();
        assertThat(said().lines()).hasSize(1);
        assertThat(run("audit", "verify")).isZero();
        assertThat(said()).startsWith("3 entries, all as they were written; the last is 3 with the hash ");
        String head = said().substring(said().lastIndexOf(' ') + 1);
        assertThat(run("audit", "verify", "--head", head)).isZero();
        Path file = home().data().resolve("audit.jsonl");
        Files.writeString(file, Files.readString(file).replaceFirst("revoke", "rotate"));
        assertThat(run("audit", "verify")).isEqualTo(Exit.NO);
        assertThat(err.toString()).contains("entry 3 is not what was written");
    }

    @Test
    void whatStandsInTheConfigurationIsChangedThere() {
        assertThat(run("keys", "revoke", "tablet")).isEqualTo(Exit.NO);
        assertThat(err.toString()).contains("the key 'tablet' stands in conf/formulary.yaml, under 'keys'");
        assertThat(run("keys", "revoke", "management.admin-key")).isEqualTo(Exit.NO);
        assertThat(err.toString()).contains("as 'management.admin-key'");
    }

    @Test
    void mistakesAreToldAndChangeNothing() throws IOException {
        assertThat(run("keys", "create", "phone", "--default", "need=nonsense")).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("'defaults': ", "need");
        assertThat(run("keys", "rotate", "phone", "--keep", "soon")).isEqualTo(Exit.USAGE);
        assertThat(run("keys", "revoke", "phone")).isEqualTo(Exit.NO);
        assertThat(run("keys", "show", "phone")).isEqualTo(Exit.NO);
        assertThat(home().data().resolve("keys.jsonl")).doesNotExist();
        Files.writeString(home().data().resolve("keys.jsonl"), "damaged");
        assertThat(run("keys", "create", "phone")).isEqualTo(Exit.NO);
        assertThat(err.toString()).contains("keys.jsonl is damaged");
    }

    @Test
    void aGatewayThatRunsIsAskedWithTheKeyOfTheEnvironment() throws IOException {
        try (FileLock lock = Objects.requireNonNull(RunningNode.claim(home()));
                StubNode node = new StubNode(200, "{\"key\":\"fml_x\",\"name\":\"phone\"}")) {
            assertThat(lock.isValid()).isTrue();
            new RunningNode(1, node.port(), node.managementPort()).write(home());
            env.put("FORMULARY_ADMIN_KEY", "fma_mine");
            assertThat(run("keys", "create", "phone", "--model", "a/*", "--model", "b/*")).isZero();
            assertThat(said()).isEqualTo("fml_x");
            StubNode.Asked asked = node.asked.getFirst();
            assertThat(asked.path()).isEqualTo("/admin/keys/create");
            assertThat(asked.authorization()).isEqualTo("Bearer fma_mine");
            JsonNode body = new JsonMapper().readTree(asked.body());
            assertThat(body.get("models").asText()).isEqualTo("a/*, b/*");
        }
        try (FileLock lock = Objects.requireNonNull(RunningNode.claim(home()));
                StubNode node = new StubNode(401, "{\"error\":{\"message\":\"a key is asked for\"}}")) {
            assertThat(lock.isValid()).isTrue();
            new RunningNode(1, node.port(), node.managementPort()).write(home());
            assertThat(run("keys", "list")).isEqualTo(Exit.NO);
            assertThat(err.toString()).contains("a key is asked for", "FORMULARY_ADMIN_KEY");
        }
    }
}
