package dev.formulary.engine.drill;

import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.Breaker;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.dispatch.Breakers;
import dev.formulary.engine.dispatch.Dispatcher;
import dev.formulary.engine.dispatch.Fleet;
import dev.formulary.engine.dispatch.Prober;
import dev.formulary.engine.dispatch.ProviderDirectory;
import dev.formulary.engine.dispatch.VitalSigns;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.facts.Occupancy;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.route.Entrances;
import dev.formulary.engine.route.Gateway;
import dev.formulary.engine.transport.Threads;
import dev.formulary.engine.vitals.ModelVitals;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// A gateway beside the one that serves: the same rules, reader and host, but models, vitals, breakers and lines of its own,
/// and no cache, session, budget, log, metric or alert. What happens here happens nowhere else. Thread-safe.
final class DrillGround implements AutoCloseable {
    /// A drill has no time for more.
    static final Duration OPEN_MOST = Duration.ofSeconds(1);
    private static final long TICK_MS = 250;
    private static final long DEADLINES_MS = 50;
    private static final Budgets NO_BUDGETS = new Budgets(List.of(), Path.of(""), Clock.systemUTC());

    private final Supplier<Situation> live;
    private final Clock clock = Clock.systemUTC();
    private final ScheduledExecutorService timer = Threads.timer("drill");
    private final ExecutorService background = Threads.perTask("drill-probe");
    private final AtomicInteger lent = new AtomicInteger();
    private final DrillJournal journal = new DrillJournal();
    private final Breakers breakers;
    private final Lanes lanes;
    private final Fleet fleet;
    private final Prober prober;
    private final Map<String, Entrance> entrances;

    /// @param live the situation of the gateway that serves, of which host, budgets, alerts and measures hold here, too
    /// @param cards what each provider offers
    /// @param lender lends these providers
    DrillGround(Settings settings, Assessor assessor, Gateway.Policy policy, Supplier<Situation> live,
            Supplier<Map<String, List<ModelCard>>> cards, ProviderDirectory lender) {
        this.live = live;
        var vitals = new ModelVitals();
        var signs = new VitalSigns(vitals, clock);
        breakers = new Breakers(hasty(settings.breaker()), clock, signs::changed);
        lanes = new Lanes(_ -> 0, settings.queue(), System::nanoTime);
        fleet = new Fleet(cards, vitals::of, breakers);
        ProviderDirectory directory = id -> {
            ProviderDirectory.Loan loan = lender.borrow(id);
            return loan == null ? null : new Counted(loan, lent);
        };
        prober = new Prober(directory, breakers, background);
        var dispatcher = new Dispatcher(directory, breakers, lanes, NO_BUDGETS, Limits.none(),
                signs);
        entrances = Entrances.of(new Entrances.Stages(settings, new Keyring(List.of()), Limits.none(), assessor, policy,
                _ -> Continuity.NONE, this::situation, fleet::candidates, null, dispatcher, journal,
                new NoBook(), clock)).all();
        tick();
        var _ = timer.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        var _ = timer.scheduleWithFixedDelay(() -> dispatcher.tick(System.nanoTime()), DEADLINES_MS, DEADLINES_MS,
                TimeUnit.MILLISECONDS);
    }

    private static Breaker hasty(Breaker set) {
        return new Breaker(set.failureRate(), set.window(), set.minimumCalls(), set.slowRate(), set.slowAfter(),
                shorter(set.openFor()), shorter(set.openMost()), set.halfOpenCalls());
    }

    private static Duration shorter(Duration set) {
        return set.compareTo(OPEN_MOST) < 0 ? set : OPEN_MOST;
    }

    private Situation situation() {
        Situation now = live.get();
        return new Situation(clock.instant(), now.host(), now.budgets(), journal.inFlight(), lanes.waiting(),
                now.openAlerts(), now.measures());
    }

    private void tick() {
        fleet.tick();
        prober.tick();
        lanes.tick(fleet.candidates().stream().map(Candidate::provider).collect(Collectors.toSet()));
    }

    /// As a route of the gateway would ask.
    Answer enter(String entrance, Arrival arrival) throws InterruptedException {
        return Objects.requireNonNull(entrances.get(entrance), entrance).enter(arrival);
    }

    Breakers breakers() {
        return breakers;
    }

    /// What is still held: calls that have not ended, places at providers and in their lines, providers on loan.
    int held() {
        int places = 0;
        for (Occupancy lane : lanes.occupancy().values()) {
            places += lane.inFlight() + lane.waiting();
        }
        return journal.inFlight() + places + lent.get();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        background.shutdownNow();
    }

    private static final class Counted implements ProviderDirectory.Loan {
        private final ProviderDirectory.Loan loan;
        private final AtomicInteger lent;
        private final AtomicBoolean given = new AtomicBoolean();

        Counted(ProviderDirectory.Loan loan, AtomicInteger lent) {
            this.loan = loan;
            this.lent = lent;
            lent.incrementAndGet();
        }

        @Override
        public Provider provider() {
            return loan.provider();
        }

        @Override
        public void close() {
            if (given.compareAndSet(false, true)) {
                loan.close();
                lent.decrementAndGet();
            }
        }
    }
}
