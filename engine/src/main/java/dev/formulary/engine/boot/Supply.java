package dev.formulary.engine.boot;

import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Accelerators;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.context.Counting;
import dev.formulary.engine.context.CrisisScreen;
import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.decision.RuleSetReport;
import dev.formulary.engine.dispatch.BreakerFile;
import dev.formulary.engine.dispatch.Breakers;
import dev.formulary.engine.dispatch.Dispatcher;
import dev.formulary.engine.dispatch.Fleet;
import dev.formulary.engine.dispatch.Interview;
import dev.formulary.engine.dispatch.Prober;
import dev.formulary.engine.dispatch.Residence;
import dev.formulary.engine.drill.Drills;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.grid.Cluster;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.engine.provider.Providers;
import dev.formulary.engine.route.Entrances;
import dev.formulary.engine.transport.EventLoops;
import dev.formulary.engine.transport.OutboundHttp;
import dev.formulary.engine.transport.Threads;
import dev.formulary.engine.vitals.VitalsFile;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rules, and the models that they choose from. Thread-safe.
final class Supply implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supply.class);

    private final Senses senses;
    private final ScheduledExecutorService deadlines = Threads.timer("deadlines");
    private final ExecutorService background = Threads.perTask("background");
    private final EventLoops loops = new EventLoops();
    private final OutboundHttp http = new OutboundHttp(loops, OutboundHttp.Limits.defaults(VersionCommand.version()));
    private final Assessor assessor;
    private final RuleAlerts ruleAlerts;
    private final Watch watch;
    private final Policy policy;
    private final CatalogueDesk catalogues;
    private final Providers providers;
    private final Breakers breakers;
    private final BreakerFile openBreakers;
    private final VitalsFile learned;
    private final Budgets budgets;
    private final Limits limits;
    private final Lanes lanes;
    private final Fleet fleet;
    private final ProbeDesk probes;
    private final Prober prober;
    private final @Nullable ResponseCache cache;
    private volatile Situation situation;
    private volatile List<ProviderEntry> entries;
    private volatile Accelerators accelerators;
    private volatile Set<String> known = Set.of();

    /// @param cluster the other nodes, or null
    Supply(Settings settings, Home home, Senses senses, @Nullable Cluster cluster) throws IOException {
        this.senses = senses;
        entries = settings.providers();
        accelerators = new Accelerators(entries);
        cache = settings.cache().enabled() ? new ResponseCache(settings.cache().maxSize(), background) : null;
        var screen = new CrisisScreen(settings.screening().enabled());
        assessor = new Assessor(settings.policy().paid(), screen, Counting.by(settings.policy().tokens()),
                () -> providers().assessors(), this::leftOut);
        ruleAlerts = new RuleAlerts(senses.alerts());
        policy = new Policy(home.rules(), settings.policy(), home.cache().resolve("rules"), this::rulesChanged,
                Stream.concat(LexiconCompanion.of(screen).stream(), WordsCompanion.of(assessor)).toList(),
                RuleDesk.ledger(home, senses.clock()));
        catalogues = new CatalogueDesk(home.catalogues(), home.data().resolve("catalogues"), senses.alerts(),
                senses.clock(), this::catalogueChanged);
        providers = new Providers(home.plugins(), home.cache().resolve("plugins"), settings.providers(),
                settings.plugins(), http, _ -> {}, catalogues::catalogue);
        breakers = new Breakers(settings.breaker(), senses.clock(), senses.chronicle()::changed);
        openBreakers = new BreakerFile(home.data().resolve("breakers.tsv"), breakers);
        learned = new VitalsFile(home.data().resolve("vitals.tsv"), senses.vitals());
        budgets = new Budgets(settings.budgets(), home.data().resolve("budgets.tsv"), senses.clock(),
                cluster == null ? null : cluster.limits());
        limits = new Limits(settings, home.data().resolve("limits.bin"), senses.clock(), System::nanoTime,
                cluster == null ? null : cluster.limits());
        lanes = new Lanes(id -> accelerators.line(id), line -> accelerators.parallel(line), settings.queue(),
                System::nanoTime);
        fleet = new Fleet(providers::cards, limits.watching(senses.vitals()::of), breakers);
        probes = new ProbeDesk(settings.probe(), () -> entries, home.data().resolve("probes.tsv"),
                senses.metrics().probes(), senses.alerts(), senses.clock());
        prober = probes.prober(new Loans(providers), breakers, lanes, budgets, limits, senses.chronicle(), background,
                fleet::candidates);
        situation = situationNow();
        watch = new Watch(policy, () -> situation, fleet::candidates, senses.signals()::signals,
                senses.alerts()::observe, background);
        senses.metrics().leakedPlugins(providers::leakedLoaders);
    }

    private void rulesChanged(RuleSetReport report) {
        senses.metrics().rulesReloaded(report.accepted());
        ruleAlerts.changed(report, senses.clock().instant());
    }

    private void catalogueChanged() {
        providers.completeAgain();
        fleet.tick();
    }

    private void leftOut(String name, String reason) {
        senses.metrics().assessorLeftOut();
        senses.alerts().raise(new Notice("engine", Severity.WARNING, "assessor-" + name,
                "the findings of the assessor '" + name + "' are left out: " + reason), senses.clock().instant());
    }

    /// Loads rules and plug-ins, side by side, and takes the first snapshot.
    void start() throws InterruptedException {
        Future<?> rules = background.submit(policy::load);
        catalogues.reconcile();
        while (providers.reconcile()) {
            Thread.sleep(20);
        }
        try {
            rules.get();
        } catch (ExecutionException e) {
            LOG.error("rules not loaded", e.getCause());
        }
        tick();
    }

    /// Follows the plug-ins folder; new models can be asked at once.
    boolean reconcilePlugins() {
        boolean again = providers.reconcile();
        fleet.tick();
        return again;
    }

    /// Follows other providers as a whole or not at all; see [ConfigurationDesk.Follower].
    List<String> configure(List<ProviderEntry> others, Set<String> news) {
        try {
            List<String> problems = providers.configure(others);
            if (problems.isEmpty()) {
                entries = others;
                accelerators = new Accelerators(others);
                reconcilePlugins();
                fleet.candidates().stream().filter(each -> news.contains(each.provider())).map(Candidate::id)
                        .peek(senses.series()::replaced).forEach(breakers::forget);
            }
            return problems;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of("the gateway stops");
        }
    }

    /// Takes new snapshots.
    void tick() {
        fleet.tick();
        situation = situationNow();
        watch.tick(situation.at());
        prober.tick();
        // what no longer counts is written down before it is that the breaker is closed
        learned.tick();
        save();
        ruleAlerts.tick(senses.clock().instant());
        catalogues.tick();
        assessor.tick();
        Set<String> now = Set.copyOf(fleet.candidates().stream().map(Candidate::id).toList());
        if (!now.equals(known)) {
            known = now;
            senses.metrics().catalogue(now);
        }
        lanes.memory().measured(situation.host().memory());
        lanes.gpuMemory().measured(situation.host().gpuMemory());
        lanes.tick(Set.copyOf(fleet.candidates().stream().map(Candidate::provider).toList()));
        new Display(senses.metrics(), lanes, limits, providers, breakers).tick(situation);
    }

    private void save() {
        budgets.save();
        probes.save();
        limits.save();
        openBreakers.save();
    }

    /// Asks providers for their models again. Does not wait.
    void refresh() {
        background.execute(providers::refreshModels);
    }

    private Situation situationNow() {
        return new Situation(senses.clock().instant(), senses.host().current(), budgets.snapshot(),
                senses.chronicle().inFlight(), lanes.waiting(), senses.alerts().openCodes(),
                senses.measures().present());
    }

    /// Puts together what the way of a call needs.
    Entrances.Stages stages(Settings settings, Keyring keyring, Decisions decisions) {
        var dispatcher = new Dispatcher(new Loans(providers), breakers, lanes, budgets, limits,
                senses.chronicle());
        new DeadlineTimer(dispatcher).start(deadlines);
        return new Entrances.Stages(settings, keyring, limits,
                assessor, policy::decide, senses.sessions()::before, () -> situation,
                fleet::candidates, cache, dispatcher,
                senses.chronicle(), decisions, senses.history(), senses.responses(), senses.clock());
    }

    /// Drills that decide as users' calls are decided.
    Drills drills(Settings settings) {
        return new Drills(settings, assessor, policy::decide, () -> situation, providers);
    }

    Lanes lanes() {
        return lanes;
    }

    CatalogueDesk catalogues() {
        return catalogues;
    }

    ProbeDesk probes() {
        return probes;
    }

    Interview interview() {
        return new Interview(new Loans(providers), breakers, lanes, budgets, limits, senses.chronicle(),
                senses.clock());
    }

    Residence residence() {
        return new Residence(new Loans(providers));
    }

    EventLoops loops() {
        return loops;
    }

    Policy policy() {
        return policy;
    }

    Providers providers() {
        return providers;
    }

    List<ProviderEntry> entries() {
        return entries;
    }

    Breakers breakers() {
        return breakers;
    }

    Budgets budgets() {
        return budgets;
    }

    Limits limits() {
        return limits;
    }

    List<Candidate> candidates() {
        return fleet.candidates();
    }

    @Nullable
    ResponseCache cache() {
        return cache;
    }

    @Override
    public void close() {
        learned.save();
        save();
        providers.close();
        policy.close();
        if (cache != null) {
            cache.close();
        }
        http.close();
        loops.close();
        deadlines.shutdownNow();
        background.shutdownNow();
    }
}
