package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import dev.formulary.testkit.VendorServer;
import dev.formulary.testkit.VendorWire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The clients for Java that programs use, as they come from Maven's repository, in their newest and their previous generation,
/// each with a class path of its own, against a gateway with the simulator and a vendor that calls two tools at once.
class JavaClientsIT {
    private static final Path SOURCES = Path.of("src/test/java-clients");
    private static final Path BUILT = Path.of("target/java-clients").toAbsolutePath();
    private static final String CHAT = "/v1/chat/completions";
    private static final String BERN = "{\\\"city\\\":\\\"Bern\\\"}";
    private static final String ROME = "{\\\"city\\\":\\\"Rome\\\"}";
    private static final String HEAD = "{\"id\":\"v\",\"object\":\"chat.completion.chunk\",\"created\":1,"
            + "\"model\":\"gpt-test\",";
    private static final String USAGE = "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,\"total_tokens\":12}";

    @TempDir
    static Path home;
    private static VendorServer vendor;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        vendor = VendorServer.openai().always(CHAT, JavaClientsIT::answer);
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            discover: false
            policy: { paid: true }
            keys:
              - { name: patient, key: sk-patient }
              - { name: hasty, key: sk-hasty }
              - { name: spent, key: sk-spent }
            limits:
              - { id: hasty, scope: "key:hasty", requests: 1, per: second }
              - { id: spent, scope: "key:spent", requests: 1, per: minute }
            providers:
              - { id: cloud, kind: openai, base-url: "%s", api-key: x,
                  models: [{ id: gpt-test, capabilities: [chat, vision, tools, json] }] }
              - { id: play, kind: simulator, first-token-ms: 0, tokens-per-second: 0 }
            """.formatted(vendor.baseUrl()));
        gateway = GatewayProcess.start(home);
        build();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        vendor.close();
    }

    private static void answer(VendorServer.Request request, VendorWire wire) throws IOException, InterruptedException {
        String text = request.text().replace("\" : ", "\":");
        boolean stream = text.replace(" ", "").contains("\"stream\":true");
        VendorReply reply = text.contains("too long")
                ? VendorReply.json(400, "{\"error\":{\"message\":\"This model's maximum context length is 8192"
                        + " tokens\",\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"}}")
                : text.contains("a long story")
                        ? VendorReply.events(Ending.STALL, chunk("\"content\":\"word \""),
                                chunk("\"content\":\"word \""))
                        : text.contains("\"role\":\"tool\"")
                                ? VendorReply.openai("Sun ", "in both.")
                                : stream ? calling() : VendorReply.json(200, calls());
        reply.write(request, wire);
    }

    private static String chunk(String delta) {
        return HEAD + "\"choices\":[{\"index\":0,\"delta\":{" + delta + "},\"finish_reason\":null}]}";
    }

    private static String call(int index, String city) {
        return "{\"index\":" + index + ",\"id\":\"call_" + index + "\",\"type\":\"function\",\"function\":{"
                + "\"name\":\"weather\",\"arguments\":\"" + city + "\"}}";
    }

    private static VendorReply calling() {
        return VendorReply.events(Ending.COMPLETE, chunk("\"tool_calls\":[" + call(0, BERN) + "]"),
                chunk("\"tool_calls\":[" + call(1, ROME) + "]"),
                HEAD + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}",
                HEAD + "\"choices\":[]," + USAGE + "}", "[DONE]");
    }

    private static String calls() {
        return "{\"id\":\"v\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"gpt-test\",\"choices\":[{"
                + "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" + call(0, BERN)
                + "," + call(1, ROME) + "]},\"finish_reason\":\"tool_calls\"}]," + USAGE + "}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"newest", "previous"})
    void theClientsDoWhatProgramsDoWithThem(String generation) throws Exception {
        int aborted = vendor.aborted();

        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Said said = run(BUILT, Map.of(), java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
                classPath(generation), "clients.Smoke", gateway.clients().toString());

        assertThat(said.output().substring(Math.max(0, said.output().indexOf("FAIL")))).startsWith("ok")
                .contains("73 passed, 0 failed");
        await().atMost(Duration.ofSeconds(20)).untilAsserted(
                () -> assertThat(vendor.aborted() - aborted).as("answers that nobody wants any more").isEqualTo(6));
        assertThat(gateway.output()).as("the log").doesNotContain("sk-patient", "sk-hasty", "sk-spent", "sk-wrong");
    }

    private static String classPath(String generation) throws IOException {
        return BUILT.resolve(generation).resolve("classes") + ":"
                + Files.readString(BUILT.resolve(generation).resolve("target/class.path"));
    }

    /// Has Maven fetch both generations, and compiles the cases for each.
    private static void build() throws Exception {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = BUILT.resolve(SOURCES.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        String maven = Path.of(System.getProperty("maven.home"), "bin", "mvn").toString();
        String repository = "-Dmaven.repo.local=" + System.getProperty("maven.repository");
        Said fetched = run(BUILT, Map.of("JAVA_HOME", System.getProperty("java.home")), maven, "-q", "-B", "-ntp",
                repository, "generate-sources");
        assertThat(fetched.exitCode()).as(fetched.output()).isZero();
        for (String generation : List.of("newest", "previous")) {
            List<String> compile = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d",
                    BUILT.resolve(generation).resolve("classes").toString(), "-cp", classPath(generation)));
            for (Path sources : List.of(BUILT.resolve("src"), BUILT.resolve(generation).resolve("src"))) {
                try (Stream<Path> files = Files.walk(sources)) {
                    files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(compile::add);
                }
            }
            var said = new ByteArrayOutputStream();
            assertThat(ToolProvider.getSystemJavaCompiler().run(null, said, said, compile.toArray(String[]::new)))
                    .as(said.toString(StandardCharsets.UTF_8)).isZero();
        }
    }

    private record Said(int exitCode, String output) {}

    private static Said run(Path folder, Map<String, String> env, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.endsWith("_API_KEY") || name.equals("MAVEN_OPTS"));
        builder.environment().putAll(env);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), output);
    }
}
