package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.boot.Runner.Running;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    private static final String BODY = "{\"model\":\"auto\"}";
    private static final String ALLOWED = """
        {"id":"d-1","result":"allow","model":"ollama/llava","attempts":["ollama/llava","simulator/echo"],
         "parameters":{"temperature":{"preset":0.2},"max_tokens":{"cap":100}},"rules":{"hash":"abc"},
         "reasons":[{"rule":"stay-home","verb":"requireLocal","subject":"","text":"nothing leaves the house",
                     "file":"context/privacy.drl","line":12},
                    {"rule":"engine","verb":"forbid","subject":"x/y","text":"cannot see","file":"","line":0}],
         "notices":[{"severity":"warning","code":"cost","message":"half spent"}],"problems":["a rule failed"]}""";
    private static final String DENIED = """
        {"id":"d-2","result":"deny","code":"denied_by_policy","message":"not now","reasons":[]}""";

    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Properties properties = new Properties();
    private @Nullable StubNode node;
    private @Nullable Settings started;
    private @Nullable StartException refusal;

    @BeforeEach
    void properties() {
        properties.setProperty("user.home", folder.toString());
    }

    @AfterEach
    void close() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void helpIsEverywhere() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("run", "decide", "rules", "plugins", "version", "Exit codes");
        for (String command : List.of("run", "decide", "rules", "plugins", "version")) {
            assertThat(run(command, "--help")).isZero();
        }
        assertThat(out.toString()).doesNotContain("--train");
    }

    @Test
    void wrongUsageIsToldWithTheUsage() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("plugin")).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required subcommand", "Did you mean: formulary plugins",
                "Usage: formulary");
    }

    @Test
    void theVersionIsShownWithJdkAndLicence() {
        assertThat(run("version")).isZero();
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).contains("formulary ", "JDK 25", "Apache License");
    }

    @Test
    void anAllowedCallIsExplained() throws Exception {
        StubNode asked = running(200, ALLOWED);
        Path body = Files.writeString(folder.resolve("body.json"), BODY);

        int exitCode = run("decide", body.toString(), "--context", "need=crisis_intervention,risk=high", "-H",
                "X-Extra: yes");

        assertThat(exitCode).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("""
            allowed   ollama/llava
            else      simulator/echo
            limit     temperature is 0.2
            limit     max_tokens at most 100
            because   stay-home at context/privacy.drl:12 says requireLocal: nothing leaves the house
            because   engine says forbid x/y: cannot see
            alert     warning cost: half spent
            problem   a rule failed
            decision  d-1
            rules     abc
            """);
        assertThat(asked.asked).containsExactly(new StubNode.Asked("POST", "/v1/decide",
                "need=crisis_intervention, risk=high", "", "yes", BODY));
    }

    @Test
    void aDeniedCallEndsWithOne() throws Exception {
        running(200, DENIED);

        assertThat(run("decide")).isEqualTo(1);
        assertThat(out.toString()).contains("denied    denied_by_policy: not now");
    }

    @Test
    void aDecisionIsGivenAsJson() throws Exception {
        running(200, DENIED);

        assertThat(run("decide", "-", "--json")).isEqualTo(1);
        assertThat(out.toString()).contains("\"result\" : \"deny\"");
    }

    @Test
    void aDecisionIsExplainedInEachForm() throws Exception {
        String text = "decision  d-1\nallowed   a/b\nwhy not   c/d\n          too dear\nwhy not   e/f\n          slow";
        StubNode asked = running(200, text);
        Path picture = folder.resolve("why.svg");

        assertThat(run("explain", "d-1")).isZero();
        assertThat(run("explain", "d-1", "--why-not", "c/d")).isZero();
        assertThat(run("explain", "d-1", "--mermaid")).isZero();
        assertThat(run("explain", "d-1", "--svg", picture.toString())).isZero();
        assertThat(run("explain", "d-1", "--svg", folder.toString())).isEqualTo(2);
        assertThat(run("explain", "d-1", "--json", "--mermaid")).isEqualTo(2);

        assertThat(picture).hasContent(text);
        assertThat(out.toString().replace("\r", "")).contains(text + "\ndecision  d-1\nallowed   a/b\nwhy not   c/d\n"
                + "          too dear\ndecision  d-1");
        assertThat(asked.asked).allSatisfy(
                one -> assertThat(one.path()).isEqualTo("/admin/decisions/d-1/explanation"));
        running(200, "{\"id\":\"d-1\"}");
        assertThat(run("explain", "d-1", "--json")).isZero();
        assertThat(out.toString()).contains("\"id\" : \"d-1\"");
    }

    @Test
    void whatCannotBeExplainedIsTold() throws Exception {
        running(404, "{\"error\":{\"message\":\"there is no decision of that id\"}}");
        assertThat(run("explain", "d-9")).isEqualTo(1);
        running(404, "<html>");
        assertThat(run("explain", "d-9")).isEqualTo(2);
        running(200, "").close();
        assertThat(run("explain", "d-9")).isEqualTo(2);

        assertThat(err.toString()).contains("there is no decision of that id", "not JSON", "formulary run");
    }

    @Test
    void theKeyOfTheConfigurationIsUsed() throws Exception {
        StubNode asked = running(200, ALLOWED);
        configure("keys: [{ name: a, key: first }, { name: b, key: second }]\nmanagement: { admin-key: boss }");

        run("decide");
        run("decide", "--as", "b");
        run("plugins");

        assertThat(asked.asked).extracting(StubNode.Asked::authorization).containsExactly("Bearer first",
                "Bearer second", "Bearer boss");
        assertThat(run("decide", "--as", "c")).isEqualTo(2);
        assertThat(err.toString()).contains("the configuration has no key named c").doesNotContain("first");
    }

    @Test
    void anErrorOfTheGatewayIsToldInItsWords() throws Exception {
        running(400, "{\"error\":{\"message\":\"risk must be low or high\"}}");
        assertThat(run("decide")).isEqualTo(2);
        running(400, "{\"error\":\"no model\"}");
        assertThat(run("decide")).isEqualTo(2);
        running(500, "{}");
        assertThat(run("decide")).isEqualTo(2);

        assertThat(err.toString()).contains("the gateway answered 400: risk must be low or high",
                "the gateway answered 400: no model", "the gateway answered 500: {}");
    }

    @Test
    void anAnswerThatIsNoJsonIsTold() throws Exception {
        running(200, "<html>");

        assertThat(run("decide")).isEqualTo(2);
        assertThat(run("plugins")).isEqualTo(1);
        assertThat(err.toString()).contains("answered something that is not JSON");
    }

    @Test
    void withoutAGatewayTheCommandsSayHowToStartOne() throws Exception {
        running(200, "").close();

        assertThat(run("decide")).isEqualTo(2);
        assertThat(run("plugins")).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(2)
                .allSatisfy(
                        line -> assertThat(line).contains("no gateway answers at http://127.0.0.1:", "formulary run"));
    }

    @Test
    void whatIsWrongWithTheArgumentsIsTold() throws Exception {
        assertThat(run("decide", folder.resolve("nothing.json").toString())).isEqualTo(2);
        assertThat(run("decide", "-H", "nonsense")).isEqualTo(2);
        assertThat(run("decide", folder.toString())).isEqualTo(2);
        configure("servr: 1");
        assertThat(run("decide")).isEqualTo(2);
        assertThat(run("plugins")).isEqualTo(2);

        assertThat(err.toString()).contains("there is no file", "a header is written 'NAME: VALUE'",
                "cannot read the body", "did you mean \"server\"?");
    }

    @Test
    void plugInsAreListed() throws Exception {
        running(200, "[{\"id\":\"simulator\",\"version\":\"1\",\"problem\":\"\",\"kinds\":[\"x\"]},{\"id\":\"b\"}]");
        assertThat(run("plugins")).isZero();
        running(200, "{\"plugins\":[]}");
        assertThat(run("plugins")).isZero();
        assertThat(run("plugins", "--json")).isZero();
        running(401, "{\"error\":\"key\"}");
        assertThat(run("plugins")).isEqualTo(1);

        assertThat(out.toString().lines()).containsExactly("id=simulator  version=1", "id=b", "no plug-ins",
                "{\"plugins\":[]}");
        assertThat(err.toString()).contains("answered 401");
    }

    @Test
    void whatCanBeSetIsShown() throws Exception {
        running(200, "{\"echo\":[{\"name\":\"greeting\",\"value\":\"text\",\"required\":true,\"default\":\"\","
                + "\"meaning\":\"first words\"},{\"name\":\"pace\",\"value\":\"number from 1\",\"required\":false,"
                + "\"default\":\"3\",\"meaning\":\"how fast\"}],\"other\":[]}");
        assertThat(run("plugins", "--settings", "echo")).isZero();
        assertThat(out.toString()).contains("echo:", "  greeting: text, required", "      first words",
                "  pace: number from 1, preset 3").doesNotContain("other:");
        assertThat(run("plugins", "--settings")).isZero();
        assertThat(out.toString()).contains("other:");
        assertThat(run("plugins", "--settings", "parrot")).isEqualTo(1);
        assertThat(err.toString()).contains("no plug-in serves the kind 'parrot'; there are echo, other");
    }

    @Test
    void aGatewayRunsUntilItIsStopped() throws Exception {
        StubNode stub = new StubNode(200, "");
        node = stub;
        configure("server: { host: 127.0.0.1 }\nkeys: [{ name: a, key: b }]\ndiscover: false");
        Thread main = Thread.currentThread();
        CompletableFuture<Boolean> refused = CompletableFuture.supplyAsync(() -> {
            await().until(() -> out.toString().contains("curl"));
            boolean second = run("run") == 1;
            main.interrupt();
            return second;
        });

        int exitCode = run("run");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(exitCode).isZero();
        assertThat(refused.get()).as("a second one is refused").isTrue();
        assertThat(err.toString()).contains("runs with the home folder");
        assertThat(out.toString()).contains("clients     http://127.0.0.1:" + stub.port(),
                "Authorization: Bearer YOUR-KEY",
                "simulator: always there");
        assertThat(stub.closed).isTrue();
        assertThat(folder.resolve(".formulary/logs/formulary.log")).exists();
        assertThat(RunningNode.read(home())).isNull();
        assertThat(started).isNotNull();
    }

    @Test
    void whyItCannotStartIsTold() throws Exception {
        refusal = new StartException("port 8080 is taken", new IOException());
        assertThat(run("run")).isEqualTo(1);
        configure("node: a b");
        assertThat(run("run")).isEqualTo(2);
        Files.writeString(folder.resolve("file"), "");
        properties.setProperty("formulary.home", folder.resolve("file").toString());
        assertThat(run("run")).isEqualTo(1);

        assertThat(err.toString()).contains("cannot start: port 8080 is taken", "conf/formulary.yaml:1:7 node",
                "cannot write the home folder");
    }

    @Test
    void trainingAsksEverythingAndLeavesNothing() throws Exception {
        node = new StubNode(200, "{}");

        assertThat(run("run", "--train")).isZero();

        assertThat(out.toString()).contains("answered");
        assertThat(node.asked).extracting(StubNode.Asked::path).contains("/v1/chat/completions", "/v1/messages",
                "/api/chat", "/v1/decide", "/metrics");
        assertThat(node.closed).isTrue();
        assertThat(folder.resolve(".formulary")).doesNotExist();
    }

    @Test
    void aTrainingThatCannotStartIsTold() {
        refusal = new StartException("no");

        assertThat(run("run", "--train")).isEqualTo(1);
        assertThat(err.toString()).contains("training failed: no");
    }

    @Test
    void whatNobodyExpectedIsToldInOneLine() {
        Terminal terminal = terminal();
        RuleCheck check = (_, _) -> {
            throw new IOException("disk is gone");
        };

        assertThat(Main.execute(terminal, this::start, check, List.of("rules", "check", folder.toString())))
                .isEqualTo(1);
        Runner runner = (settings, home) -> {
            throw new IllegalStateException("no idea");
        };
        assertThat(Main.execute(terminal, runner, check, List.of("run"))).isEqualTo(1);

        assertThat(err.toString().lines()).hasSize(2)
                .satisfies(lines -> assertThat(lines.getFirst()).contains("check failed", "disk is gone"))
                .satisfies(lines -> assertThat(lines.getLast()).contains("cannot start", "no idea"));
    }

    @Test
    void theOpenApiDocumentOfTheGatewayIsPrinted() throws Exception {
        assertThat(run("openapi")).isEqualTo(1);
        assertThat(err.toString()).contains("no gateway answers", "formulary run");
        StubNode asked = running(200, "{\"openapi\":\"3.1.0\"}");

        assertThat(run("openapi")).isZero();

        assertThat(out.toString()).contains("\"openapi\" : \"3.1.0\"");
        assertThat(asked.asked.getFirst().path()).isEqualTo("/openapi.json");
        running(401, "{}");
        assertThat(run("openapi")).isEqualTo(1);
    }

    @Test
    void aGatewayThatListensEverywhereIsAskedHere() throws Exception {
        configure("server: { host: 0.0.0.0, port: 1 }\nmanagement: { host: \"::\", port: 2, admin-key: k }\n"
                + "keys: [{ name: a, key: b }]");

        NodeClient client = NodeClient.of(terminal());

        assertThat(client.clients()).hasToString("http://127.0.0.1:1");
        assertThat(client.management()).hasToString("http://[::1]:2");
        configure("server: { host: \"::1\", port: 1 }");
        assertThat(NodeClient.of(terminal()).clients()).hasToString("http://[::1]:1");
    }

    private StubNode running(int status, String answer) throws IOException {
        close();
        StubNode stub = new StubNode(status, answer);
        node = stub;
        Files.createDirectories(home().data());
        new RunningNode(1, stub.port(), stub.managementPort()).write(home());
        return stub;
    }

    private void configure(String yaml) throws IOException {
        Files.createDirectories(home().folder().resolve("conf"));
        Files.writeString(home().configuration(), yaml);
    }

    private Home home() {
        return terminal().home();
    }

    private int run(String... arguments) {
        return Main.execute(terminal(), this::start, Assembly.ruleCheck(), List.of(arguments));
    }

    private Running start(Settings settings, Home home) throws StartException {
        if (refusal != null) {
            throw refusal;
        }
        started = settings;
        return java.util.Objects.requireNonNull(node);
    }

    private Terminal terminal() {
        return new Terminal(new ByteArrayInputStream(BODY.getBytes(StandardCharsets.UTF_8)), new PrintWriter(out, true),
                new PrintWriter(err, true), Map.of(), properties);
    }
}
