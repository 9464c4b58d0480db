package dev.formulary.routes;

import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.config.FetchSettings;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.config.LogSettings;
import dev.formulary.engine.config.MqttSettings;
import dev.formulary.engine.config.SeriesSettings;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.TelemetrySettings;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.route.RouteStatus;
import dev.formulary.engine.route.Routes;
import dev.formulary.engine.transport.EventLoops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The shipped routes in a home folder of their own. Each entrance answers with its name, unless the test gives another.
final class Shipped implements AutoCloseable {
    private static final List<String> NAMES = List.of("openai-chat", "openai-models", "openai-model", "ollama-chat",
            "openai-responses", "openai-responses-input-tokens", "openai-response", "openai-response-delete",
            "openai-response-input-items", "openai-response-cancel", "anthropic-messages",
            "anthropic-count-tokens", "openai-embeddings", "ollama-embed",
            "ollama-embeddings", "ollama-generate", "ollama-show", "ollama-ps", "ollama-pull", "ollama-change",
            "ollama-tags", "ollama-version", "ollama-root", "decide", "decision", "answer",
            "answer-cancel", "home-tasks");

    final Path home;
    final Path folder;
    final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
    final List<List<RouteStatus>> told = new CopyOnWriteArrayList<>();
    final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final EventLoops loops = new EventLoops();
    private final Map<String, Entrance> entrances = new HashMap<>();
    private final Map<String, Object> beans = new HashMap<>();
    private @Nullable MqttSettings mqtt;
    private boolean inbox = true;
    private String node = "home";
    private AlertSettings alerts = AlertSettings.USUAL;
    private @Nullable Routes routes;

    Shipped(Path home) throws IOException {
        this.home = home;
        this.folder = Files.createDirectories(home.resolve("routes"));
        Files.createDirectories(home.resolve("data/inbox"));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("").toAbsolutePath(), "*.yaml")) {
            for (Path file : files) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        NAMES.forEach(name -> answering(name, arrival -> named(name)));
    }

    static Answer.Whole named(String name) {
        return json("{\"entrance\":\"" + name + "\"}");
    }

    static Answer.Whole json(String text) {
        return new Answer.Whole(200, "application/json", Map.of("X-Formulary-Decision", "d1"),
                text.getBytes(StandardCharsets.UTF_8));
    }

    Shipped answering(String name, Entrance entrance) {
        entrances.put(name, arrival -> {
            arrivals.add(arrival);
            return entrance.enter(arrival);
        });
        return this;
    }

    Shipped broker(MqttSettings broker) {
        mqtt = broker;
        return this;
    }

    Shipped bean(String name, Object bean) {
        beans.put(name, bean);
        return this;
    }

    Shipped node(String name) {
        node = name;
        return this;
    }

    Shipped alerts(AlertSettings settings) {
        alerts = settings;
        return this;
    }

    Shipped withoutInbox() {
        inbox = false;
        return this;
    }

    Shipped start() throws Exception {
        var server = new Settings.Server("127.0.0.1", 0, 1_000_000, 1000, Duration.ofSeconds(5), Duration.ofSeconds(30),
                Duration.ofSeconds(30), Duration.ofSeconds(5));
        var settings = new Settings(node, server, new Settings.Management("127.0.0.1", 0, null), List.of(), List.of(),
                Map.of(), new Settings.Policy(false, 1000, Duration.ofMillis(50)),
                new Settings.Cache(false, 0, Duration.ZERO),
                new Settings.Breaker(0.5, 20, 10, 0.8, Duration.ofSeconds(30),
                        Duration.ofSeconds(10), Duration.ofMinutes(1), 2),
                new Settings.Queue(100, 1), new Settings.Probes(100_000), List.of(), List.of(),
                new Settings.Load(Duration.ofSeconds(1), SeriesSettings.USUAL), mqtt, new Settings.Inbox(inbox, 4),
                new Settings.Plugins("off", List.of()), new Settings.Decisions(100),
                new Settings.Screening(true), Settings.Sessions.USUAL, false, null, FetchSettings.USUAL, alerts,
                LedgerSettings.USUAL, TelemetrySettings.USUAL, LogSettings.USUAL);
        var started = new Routes(home, folder, settings, loops, entrances, told::add, beans);
        routes = started;
        started.start();
        return this;
    }

    Routes routes() {
        return java.util.Objects.requireNonNull(routes);
    }

    RouteStatus status(String file) {
        return routes().status().stream().filter(status -> status.file().equals(file)).findFirst().orElseThrow();
    }

    /// Puts a file there before the start.
    void put(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String file, String text) throws IOException {
        put(file, text);
        routes().reconcile();
    }

    String text(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + routes().port() + path));
    }

    /// Asks again where the client itself has closed the connection that it had just taken from its pool: what came on it was
    /// read by the pool, which is a race of the JDK's client, and nothing that the gateway did.
    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        for (int tries = 1;; tries++) {
            try {
                return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                if (tries == 3 || !closedByTheClient(e)) {
                    throw e;
                }
            }
        }
    }

    private static boolean closedByTheClient(IOException problem) {
        return Stream.iterate((Throwable) problem, Objects::nonNull, Throwable::getCause)
                .anyMatch(each -> String.valueOf(each.getMessage()).contains("Unexpected cleanup triggered"));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(to(path));
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(to(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Override
    public void close() {
        client.shutdownNow();
        if (routes != null) {
            routes.close();
        }
        loops.close();
    }
}
