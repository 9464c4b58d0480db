package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminApi;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.admin.Items;
import dev.formulary.engine.chores.Rounds;
import dev.formulary.engine.config.ClusterSettings;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Household;
import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.dispatch.Interview;
import dev.formulary.engine.drill.Drills;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.grid.Cluster;
import dev.formulary.engine.mqtt.Messages;
import dev.formulary.engine.reload.FolderWatch;
import dev.formulary.engine.route.Entrances;
import dev.formulary.engine.route.Routes;
import dev.formulary.engine.schema.SchemaFolder;
import dev.formulary.engine.store.LedgerReader;
import dev.formulary.engine.transport.Certificates;
import dev.formulary.engine.transport.EventLoops;
import dev.formulary.engine.transport.HttpListener;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gateway that serves: starts everything in order by plain constructor calls, and stops it in reverse.
final class RunningGateway implements Runner.Running {
    private static final Logger LOG = LoggerFactory.getLogger(RunningGateway.class);
    private static final long TICK_MS = 250;
    private static final long REFRESH_SECONDS = 30;

    private final Settings settings;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Senses senses;
    private final ClusterDesk desk;
    private final Custody custody;
    private final Supply supply;
    private final Routes routes;
    private final AliasDesk aliases;
    private final ChannelDesk channels;
    private final BrokerDesk own;
    private final @Nullable HouseDesk house;
    private final ConfigurationDesk configuration;
    private final Interview interview;
    private final HttpListener management;
    private final CertificateDesk certificates;

    /// Starts a gateway.
    ///
    /// @param env what the settings were read with
    /// @throws StartException when it can't start; what was started is stopped again
    static RunningGateway start(Settings settings, Home home, Map<String, String> env) throws StartException {
        var starting = new ArrayDeque<AutoCloseable>();
        try {
            return new RunningGateway(settings, home, env, starting);
        } catch (IOException e) {
            closeAll(starting);
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            closeAll(starting);
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while starting", e);
        } catch (RuntimeException e) {
            closeAll(starting);
            throw e;
        }
    }

    private RunningGateway(Settings settings, Home home, Map<String, String> env, Deque<AutoCloseable> opened)
            throws IOException, InterruptedException, StartException {
        this.settings = settings;
        ScheduledExecutorService timer = Threads.timer("ticks");
        opened.push(timer::shutdownNow);
        ClusterSettings others = settings.cluster();
        Cluster cluster = others == null ? null : open(opened, Cluster.join(others, settings.sessions()));
        senses = open(opened, new Senses(settings, home, timer, cluster));
        desk = new ClusterDesk(cluster, senses.alerts());
        custody = new Custody(settings, home, senses.clock());
        supply = open(opened, new Supply(settings, home, senses, cluster));
        custody.follow(supply.limits());
        custody.check();
        supply.start();
        open(opened, new SignalSources(senses, supply));
        configuration = new ConfigurationDesk(new ConfigurationFile(home, env, senses.clock()), settings,
                supply::configure, senses.probation(), senses.alerts(), senses.clock(), System::nanoTime);
        var decisions = new Decisions(senses.log(), senses.chronicle(), supply.policy()::ruling);
        aliases = new AliasDesk(settings.aliases(), home.data().resolve("auto"));
        Entrances.Stages stages = supply.stages(settings, custody.keyring(), decisions);
        Map<String, Entrance> entrances = Entrances.of(stages, aliases.aliases(),
                new SchemaFolder(home.routes().resolve("schemas"))).all();
        entrances.put("home-tasks", open(opened, rounds(home, env, supply.loops(), entrances)));
        own = open(opened, new BrokerDesk(settings.mqtt(), BrokerDesk.jars(), home.data()));
        routes = open(opened, new Routes(home.folder(), home.routes(), settings, supply.loops(), entrances,
                _ -> {}, Map.of("circuitBreakers", supply.breakers().registry())));
        senses.metrics().files(routes.files()::counts);
        Messages broker = routes.messages();
        house = broker == null
                ? null
                : open(opened, new HouseDesk(broker, settings, home.data().resolve("mqtt-retained"), senses, supply,
                        aliases));
        routes.start();
        channels = open(opened, ChannelDesk.of(settings, home, senses, routes.courier()));
        interview = supply.interview();
        Drills drills = open(opened, supply.drills(settings));
        management = open(opened, management(new DrillDesk(drills), cluster, stages.assessor(), home));
        certificates = certificates(settings);
        var _ = timer.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        var _ = timer.scheduleWithFixedDelay(supply::refresh, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
        watch(home, opened);
        this.opened.addAll(opened);
    }

    private static Rounds rounds(Home home, Map<String, String> env, EventLoops loops,
            Map<String, Entrance> entrances) throws StartException {
        try {
            return new Rounds(Household.load(home.folder(), env), loops, home.data().resolve("house-pictures"),
                    Objects.requireNonNull(entrances.get("openai-models")),
                    Objects.requireNonNull(entrances.get("openai-chat")));
        } catch (ConfigurationException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static <T extends AutoCloseable> T open(Deque<AutoCloseable> opened, T part) {
        opened.push(part);
        return part;
    }

    private void watch(Home home, Deque<AutoCloseable> opened) {
        var watch = open(opened, new FolderWatch());
        watch.watch("rules", home.rules(), supply.policy()::reconcile);
        watch.watch("routes", home.routes(), routes::reconcile);
        watch.watch("plugins", home.plugins(), supply::reconcilePlugins);
        watch.watch("configuration", Objects.requireNonNull(home.configuration().getParent()),
                configuration::reconcile);
        watch.watch("catalogues", home.catalogues(), supply.catalogues()::reconcile);
    }

    private HttpListener management(DrillDesk drills, @Nullable Cluster cluster, Assessor assessor, Home home)
            throws IOException, InterruptedException {
        var rules = new RuleDesk(supply.policy());
        var models = new ModelDesk(supply.residence(), supply::candidates);
        var breakers = new BreakerDesk(supply.breakers(), supply::candidates);
        var documents = new HashMap<String, Supplier<?>>(rules.documents());
        documents.putAll(models.documents());
        var history = new HistoryDesk(senses.history());
        var sessions = new SessionDesk(senses.sessions(), history, settings.sessions());
        documents.putAll(sessions.documents());
        documents.putAll(aliases.documents());
        documents.put("/admin/cost", senses.daybook()::cost);
        documents.putAll(new LedgerDesk(senses.ledger(), new LedgerReader(home.data(), home.cache(),
                settings.ledger()), senses.clock())
                .documents());
        documents.putAll(
                new InsightDesk(home, settings.ledger(), () -> senses.signals().signals(senses.clock().instant()),
                        supply::candidates, senses.clock()).documents());
        documents.putAll(breakers.documents());
        var series = new SeriesDesk(senses, home);
        documents.putAll(series.documents());
        documents.putAll(supply.probes().documents());
        documents.putAll(desk.documents());
        documents.putAll(channels.documents());
        var measures = new MeasureDesk(senses.measures(), supply::candidates, senses.clock());
        documents.putAll(measures.documents());
        documents.putAll(drills.documents());
        var alerts = new AlertDesk(senses.alerts(), senses.clock());
        documents.putAll(alerts.documents());
        documents.putAll(configuration.documents());
        var keys = new KeyDesk(settings, custody.store(), assessor, senses.clock());
        documents.putAll(keys.documents());
        documents.put("/admin/files", routes.files()::document);
        documents.put("/admin/queue", supply.lanes()::occupancy);
        documents.put("/admin/limits", () -> new Shown.Limits(supply.limits().snapshot(), supply.limits().learned()));
        documents.put("/admin/catalogues", supply.catalogues()::document);
        documents.put("/admin/plugins/settings", () -> SettingsGuide.document(supply.providers().settings()));
        var description = new ApiDesk(routes::served, () -> NodeClient.clients(settings, routes.port()).toString());
        documents.putAll(description.documents());
        var changes = new HashMap<String, Change>(rules.changes());
        changes.putAll(models.changes());
        changes.putAll(aliases.changes());
        changes.putAll(alerts.changes());
        changes.putAll(new GradeDesk(interview, supply::candidates).changes());
        changes.putAll(breakers.changes());
        changes.putAll(measures.changes());
        changes.putAll(series.changes());
        changes.putAll(channels.changes());
        changes.putAll(drills.changes());
        changes.putAll(configuration.changes());
        changes.putAll(new CacheDesk(supply.cache(), cluster == null ? null : cluster.purges()).changes());
        changes.putAll(history.changes());
        changes.putAll(keys.changes());
        changes.putAll(new ResponsesDesk(senses.responses()).changes());
        var items = new HashMap<String, Items>(sessions.items());
        items.putAll(history.items());
        var api = new AdminApi(custody.guard(), new Overview(settings, senses, supply, routes).sources(),
                documents, changes, items);
        description.follow(api::endpoints);
        return new HttpListener(supply.loops(), "management", Management.limits(settings),
                call -> api.handle(call.method(), Management.arrival(call)));
    }

    private CertificateDesk certificates(Settings settings) {
        var ports = new HashMap<String, Certificates>();
        if (routes.certificates() != null) {
            ports.put("server", routes.certificates());
        }
        if (management.certificates() != null) {
            ports.put("management", management.certificates());
        }
        if (own.certificates() != null) {
            ports.put(BrokerDesk.NETWORK, own.certificates());
        }
        warn("server", settings.server().perimeter().readableAt(settings.server().host()));
        Perimeter.ClearText h2c = settings.server().perimeter().h2c();
        warn("server.h2c", h2c != null && h2c.readable());
        warn("management", settings.management().perimeter().readableAt(settings.management().host()));
        return new CertificateDesk(ports, senses.alerts(), senses.clock());
    }

    private static void warn(String port, boolean readable) {
        if (readable) {
            LOG.warn("keys and prompts can be read on the way: {}.host is a public address and there is no {}.tls",
                    port,
                    port);
        }
    }

    private void tick() {
        try {
            supply.tick();
            interview.tick(System.nanoTime());
            configuration.tick();
            senses.tick();
            channels.tick();
            custody.tick(senses.alerts());
            certificates.tick();
            desk.tick(senses.clock().instant());
            if (house != null) {
                house.tick();
            }
        } catch (RuntimeException e) {
            LOG.error("tick failed", e);
        }
    }

    @Override
    public int port() {
        return routes.port();
    }

    @Override
    public int managementPort() {
        return management.port();
    }

    @Override
    public void close() {
        try {
            if (!routes.drain(settings.server().drain())) {
                LOG.warn("calls cut off at the end inFlight={}", routes.inFlight());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeAll(opened);
        LOG.info("stopped");
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("a part did not stop cleanly", e);
            }
        }
    }
}
