package dev.formulary.dist;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/// The real thing: `bin/formulary` of the archive as a process, with a home folder and ports of its own and an
/// environment without keys of vendors.
final class GatewayProcess implements AutoCloseable {
    /// The archive, unpacked.
    static final Path ARCHIVE = Path.of("target/formulary").toAbsolutePath();
    private static final Path LAUNCHER = ARCHIVE.resolve("bin/formulary");
    /// Processes under test end before the optimising compiler would have paid off.
    private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";
    private static final Duration READY = Duration.ofMinutes(3);
    private static final Duration STOPPED = Duration.ofSeconds(10);
    private static final JsonMapper JSON = new JsonMapper();

    private final Path home;
    private final Path log;
    private final Process process;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private URI clients = URI.create("http://127.0.0.1:0");
    private URI management = URI.create("http://127.0.0.1:0");

    private GatewayProcess(Path home, Path log, Process process) {
        this.home = home;
        this.log = log;
        this.process = process;
    }

    /// Starts a gateway and waits until it is ready.
    static GatewayProcess start(Path home) throws IOException {
        return start(home, Map.of());
    }

    /// The same, in another environment.
    static GatewayProcess start(Path home, Map<String, String> env) throws IOException {
        Files.deleteIfExists(home.resolve("data/node.properties"));
        Path log = Files.createTempFile("gateway", ".log");
        Process process = command(home, env, "run").redirectErrorStream(true).redirectOutput(log.toFile()).start();
        GatewayProcess gateway = new GatewayProcess(home, log, process);
        try {
            gateway.awaitReady();
        } catch (RuntimeException e) {
            String output = gateway.output();
            gateway.close();
            throw new IOException("the gateway did not get ready; it said:\n" + output, e);
        }
        return gateway;
    }

    /// A command of the launcher, not yet started.
    static ProcessBuilder command(Path home, Map<String, String> env, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add(LAUNCHER.toString());
        builder.command().addAll(java.util.List.of(arguments));
        Map<String, String> inherited = builder.environment();
        inherited.keySet().removeIf(name -> name.endsWith("_API_KEY") || name.startsWith("FORMULARY_")
                || name.equals("OLLAMA_HOST"));
        inherited.putAll(Map.of("FORMULARY_HOME", home.toString(), "FORMULARY_PORT", "0",
                "FORMULARY_MANAGEMENT_PORT", "0", "FORMULARY_AOT", "off"));
        String agent = System.getProperty("formulary.agent", "");
        inherited.put("FORMULARY_JAVA_OPTS", agent.startsWith("-javaagent:") ? SHORT_LIVED + " " + agent : SHORT_LIVED);
        inherited.putAll(env);
        return builder;
    }

    /// What a command said, both streams together, and how it ended.
    record Finished(int exitCode, String output) {}

    /// Runs a command to its end, without input.
    static Finished run(Path home, Map<String, String> env, String... arguments) throws Exception {
        return run("", home, env, arguments);
    }

    /// Runs a command to its end.
    static Finished run(String input, Path home, Map<String, String> env, String... arguments) throws Exception {
        Process process = command(home, env, arguments).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Finished(process.waitFor(), output);
    }

    private void awaitReady() {
        await().atMost(READY).pollInterval(Duration.ofMillis(20)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("ended with " + process.exitValue());
            }
            return findPorts() && isReady();
        });
    }

    private boolean findPorts() throws IOException {
        Path file = home.resolve("data/node.properties");
        Properties properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        }
        if (properties.size() < 3) {
            return false;
        }
        clients = URI.create("http://127.0.0.1:" + properties.getProperty("port"));
        management = URI.create("http://127.0.0.1:" + properties.getProperty("management-port"));
        return true;
    }

    private boolean isReady() throws InterruptedException {
        try {
            return manage("/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    URI clients() {
        return clients;
    }

    /// What it has printed so far.
    String output() throws IOException {
        return Files.readString(log);
    }

    HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        return http.send(request(clients.resolve(path), headers).POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }

    HttpResponse<InputStream> stream(String path, String body, String... headers)
            throws IOException, InterruptedException {
        return http.send(request(clients.resolve(path), headers).POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofInputStream());
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return http.send(request(clients.resolve(path), headers).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> manage(String path, String... headers) throws IOException, InterruptedException {
        return http.send(request(management.resolve(path), headers).build(), BodyHandlers.ofString());
    }

    /// Asks the management port for a change.
    HttpResponse<String> change(String path, String body, String... headers)
            throws IOException, InterruptedException {
        return http.send(request(management.resolve(path), headers).POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> delete(String path, String... headers) throws IOException, InterruptedException {
        return http.send(request(management.resolve(path), headers).DELETE().build(), BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    private static HttpRequest.Builder request(URI uri, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json");
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    /// Sends SIGTERM.
    ///
    /// @return the exit code, or -1 when it has not ended in ten seconds
    int terminate() throws InterruptedException {
        process.destroy();
        return process.waitFor(STOPPED.toSeconds(), TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    /// Sends SIGKILL and waits for the end.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        if (process.onExit().completeOnTimeout(process, STOPPED.toSeconds(), TimeUnit.SECONDS).join().isAlive()) {
            process.destroyForcibly().onExit().join();
        }
        http.close();
    }
}
