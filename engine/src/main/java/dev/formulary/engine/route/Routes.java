package dev.formulary.engine.route;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.mqtt.Messages;
import dev.formulary.engine.mqtt.MqttLink;
import dev.formulary.engine.notify.Courier;
import dev.formulary.engine.transport.Certificates;
import dev.formulary.engine.transport.EventLoops;
import dev.formulary.engine.transport.HttpListener;
import dev.formulary.engine.transport.PlainError;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/// All ways in: the routes of the routes folder, and the HTTP port, the broker and the inbox behind them. Thread-safe.
public final class Routes implements AutoCloseable {
    private final Path home;
    private final Path folder;
    private final Settings settings;
    private final EventLoops loops;
    private final Map<String, Entrance> entrances;
    private final Consumer<List<RouteStatus>> listener;
    private final Map<String, Object> beans;
    private final HttpEngine engine = new HttpEngine();
    private final FileBoard files = new FileBoard(Clock.systemUTC(), System::nanoTime);
    private final Inbox inbox;
    private final InboxStep inboxStep;
    private final @Nullable MqttLink broker;
    private final MqttAnswering.@Nullable Desk desk;
    private final AlertRoutes alerts;
    private @Nullable Running running;

    /// @param home the home folder, `{{home}}` in routes
    /// @param folder where the routes stand
    /// @param entrances what `formulary:NAME` leads to; `openai-chat` and `ollama-chat` also answer files
    /// @param listener told of all files whenever one fares differently
    /// @param beans what routes can refer to by name, circuit-breaker registries for example
    /// @throws IOException when the certificates that a broker needs can't be read
    public Routes(Path home, Path folder, Settings settings, EventLoops loops, Map<String, Entrance> entrances,
            Consumer<List<RouteStatus>> listener, Map<String, Object> beans) throws IOException {
        this.home = home.toAbsolutePath().normalize();
        this.folder = folder;
        this.settings = settings;
        this.loops = loops;
        this.listener = listener;
        this.beans = Map.copyOf(beans);
        this.broker = settings.mqtt() == null ? null : new MqttLink(settings.mqtt(), settings.node());
        this.desk = broker == null ? null : MqttAnswering.Desk.of(broker, settings, this.home.resolve("data"));
        var all = new HashMap<>(entrances);
        all.put("unknown-topic", this::unknownTopic);
        this.entrances = Map.copyOf(all);
        this.alerts = new AlertRoutes(settings.alerts().channels(), loops, broker);
        this.inbox = new Inbox(this.entrances, settings.inbox().parallel(), settings.server().maxBody(), files);
        this.inboxStep = new InboxStep(inbox);
    }

    /// What is running between start and close.
    private record Running(DefaultCamelContext context, LiveRoutes live, RouteFolder folder, HttpListener http) {}

    /// Starts all routes that are right, then opens the port and connects to the broker, where questions may wait for any of
    /// them. A file that is wrong does not keep the others from serving.
    ///
    /// @throws IOException when the port can't be had
    /// @throws InterruptedException when interrupted while waiting for the port
    public void start() throws IOException, InterruptedException {
        var contexts = new RouteContexts(this::components, beans,
                Map.of("node", settings.node(), "home", home.toString().replace('\\', '/')));
        DefaultCamelContext context = contexts.open("routes");
        var live = new LiveRoutes(context);
        var files = new RouteFolder(folder, live, () -> new RouteTrial(contexts, context, this::offReason), listener,
                inbox::pause, inbox::resume);
        files.reconcile();
        try {
            running = new Running(context, live, files, new HttpListener(loops, "server", settings.server(), engine));
        } catch (IOException | InterruptedException e) {
            live.close();
            context.stop();
            throw e;
        }
        if (broker != null) {
            broker.connect();
        }
    }

    private Map<String, Component> components() {
        return Map.of("platform-http", new HttpComponent(engine), "mqtt5",
                new MqttComponent(desk), "formulary", new EntranceComponent(entrances, inboxStep),
                AlertComponent.SCHEME,
                new AlertComponent(alerts.posts()));
    }

    private String offReason(Endpoint from, List<String> steps) {
        if (broker == null && from.getEndpointUri().startsWith("mqtt5:")) {
            return "no broker is configured; set mqtt.url or mqtt.embedded";
        }
        if (!settings.inbox().enabled() && steps.contains("formulary:" + EntranceComponent.INBOX)) {
            return "the inbox is switched off; set inbox.enabled";
        }
        return alerts.offReason(from.getEndpointUri());
    }

    /// Answers what came to a topic that names no dialect.
    private Answer unknownTopic(Arrival arrival) {
        String node = "formulary/v1/" + settings.node() + "/";
        List<String> known = broker == null
                ? List.of()
                : broker.topics().stream().map(MqttLink::unshared)
                        .filter(topic -> topic.indexOf('+') < 0 && topic.indexOf('#') < 0).toList();
        return PlainError.answer(arrival.path(), 404, "unknown_topic", "topic '" + arrival.path()
                + "' names no dialect; there are " + String.join(", ", known.isEmpty() ? List.of(node) : known),
                Map.of());
    }

    private Running now() {
        Running known = running;
        if (known == null) {
            throw new IllegalStateException("routes are not started");
        }
        return known;
    }

    /// Brings what serves in line with the routes folder; see the README of the routes for what that means.
    ///
    /// @return whether any file has changed
    public boolean reconcile() {
        return now().folder.reconcile();
    }

    /// How every file of the routes folder fares, by name.
    public List<RouteStatus> status() {
        String problem = broker == null ? "" : broker.problem();
        return now().folder.status().stream().map(status -> withBroker(status, problem)).toList();
    }

    /// What is served to clients by HTTP, by path.
    public List<ServedPath> served() {
        return engine.served();
    }

    private static RouteStatus withBroker(RouteStatus status, String problem) {
        boolean waits = !problem.isEmpty() && status.state() == RouteStatus.State.SERVING && status.message().isEmpty()
                && status.from().stream().anyMatch(from -> from.startsWith("mqtt5:"));
        return waits ? new RouteStatus(status.file(), status.from(), status.state(), problem, status.since()) : status;
    }

    /// What other parts of the node may do with its broker; null where none is configured. What they wait for before [#start]
    /// they get all of.
    public @Nullable Messages messages() {
        return broker;
    }

    /// Brings events of alerts to their channels, by the routes of the folder.
    public Courier courier() {
        return alerts.courier(() -> now().context);
    }

    /// How the files of the inbox fare.
    public FileBoard files() {
        return files;
    }

    /// The port that serves clients.
    public int port() {
        return now().http.port();
    }

    /// The certificate of that port, or null without TLS.
    public @Nullable Certificates certificates() {
        return now().http.certificates();
    }

    /// Calls under way by HTTP and MQTT.
    public int inFlight() {
        return now().http.inFlight() + (broker == null ? 0 : broker.inFlight());
    }

    /// Takes no new call any more and waits for those under way: HTTP clients get 503, messages stay at the broker, files
    /// stay where they are.
    ///
    /// @return false when some calls are still under way after that time
    /// @throws InterruptedException when interrupted while waiting
    public boolean drain(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        now().http.drain();
        inbox.pause();
        if (broker != null) {
            broker.drain();
        }
        while (inFlight() > 0) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return true;
    }

    /// Stops everything; calls under way are cut off.
    @Override
    public void close() {
        Running known = running;
        if (known != null) {
            known.http.close();
        }
        inbox.close();
        inboxStep.close();
        alerts.close();
        if (broker != null) {
            broker.close();
        }
        if (desk != null) {
            desk.memory().close();
        }
        if (known != null) {
            known.live.close();
            known.context.stop();
        }
    }
}
