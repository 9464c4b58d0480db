package dev.formulary.engine.boot;

import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.alert.Measures;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Counting;
import dev.formulary.engine.grid.Cluster;
import dev.formulary.engine.house.Daybook;
import dev.formulary.engine.session.Sessions;
import dev.formulary.engine.session.Siblings;
import dev.formulary.engine.statistics.Baselines;
import dev.formulary.engine.statistics.Trends;
import dev.formulary.engine.store.DecisionStore;
import dev.formulary.engine.store.History;
import dev.formulary.engine.store.Ledger;
import dev.formulary.engine.store.Responses;
import dev.formulary.engine.store.SessionFile;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.telemetry.Tracing;
import dev.formulary.engine.vitals.Activity;
import dev.formulary.engine.vitals.HostWatch;
import dev.formulary.engine.vitals.ModelVitals;
import dev.formulary.engine.vitals.SignalBook;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/// What watches the gateway and keeps count. Thread-safe.
final class Senses implements AutoCloseable {
    private final Clock clock = Clock.systemUTC();
    private final Metrics metrics = new Metrics();
    private final ModelVitals vitals = new ModelVitals();
    private final Probation probation = new Probation(System::nanoTime);
    private final Alerts alerts;
    private final Measures measures;
    private final DecisionStore log;
    private final Sessions sessions;
    private final History history;
    private final Responses responses;
    private final HostWatch host;
    private final Daybook daybook;
    private final Ledger ledger;
    private final Tracing tracing;
    private final Chronicle chronicle;
    private final Activity activity = new Activity();
    private final Signals signals;

    /// @param cluster the other nodes, or null
    /// @throws IOException when there can be no ledger
    Senses(Settings settings, Home home, ScheduledExecutorService timer, @Nullable Cluster cluster)
            throws IOException {
        measures = new Measures(home.data().resolve("measures.tsv"), clock.instant());
        alerts = Alerts.open(settings.alerts(), home.data(), new SecureRandom(), clock.instant());
        alerts.follow(measures::follow);
        measures.onlyOf(alerts.open(), clock.instant());
        ledger = new Ledger(home.data(), home.cache(), settings.ledger(), settings.node(),
                settings.decisions().personal(),
                notice -> alerts.raise(notice, clock.instant()), clock);
        log = new DecisionStore(home.data(), home.cache(), settings.decisions(),
                notice -> alerts.raise(notice, clock.instant()), clock);
        host = new HostWatch(settings.load().every(), home.data(), timer);
        signals = new Signals(settings.load().series(), home, host, Baselines::at, Trends::of,
                notice -> alerts.raise(notice, clock.instant()), clock);
        sessions = new Sessions(settings.sessions(),
                new SessionShelf(new SessionFile(home.data(), home.cache(), clock)),
                cluster == null ? Siblings.NONE : cluster.sessions(),
                notice -> alerts.raise(notice, clock.instant()), clock);
        history = new History(settings.sessions(), home.data(), home.cache(),
                Counting.by(settings.policy().tokens())::ofMessage,
                notice -> alerts.raise(notice, clock.instant()), clock);
        responses = new Responses(settings.sessions(), home.data(), home.cache(),
                notice -> alerts.raise(notice, clock.instant()), clock);
        tracing = Observation.of(settings, metrics);
        daybook = new Daybook(home.data().resolve("cost.tsv"), clock);
        chronicle = new Chronicle(log, sessions, metrics, vitals, probation, alerts, daybook,
                new Bookkeeping(ledger, settings.ledger().reference()), activity, tracing, clock);
        metrics.host(host::current);
        metrics.inFlight(chronicle::inFlight);
        metrics.alerts(() -> alerts.open().stream().map(OpenAlert::severity).toList());
        if (cluster != null) {
            metrics.cluster(() -> cluster.state().here().size());
        }
        metrics.decisionLog(log::lost, log::waiting);
        metrics.ledger(() -> LedgerDesk.state(ledger));
    }

    void tick() {
        alerts.tick(clock.instant());
        measures.tick(clock.instant());
        daybook.tick();
        signals.tick(clock.instant());
    }

    /// Everything that is measured, over time.
    SignalBook signals() {
        return signals.book();
    }

    /// How that is kept.
    Signals series() {
        return signals;
    }

    Activity activity() {
        return activity;
    }

    Clock clock() {
        return clock;
    }

    Metrics metrics() {
        return metrics;
    }

    ModelVitals vitals() {
        return vitals;
    }

    Probation probation() {
        return probation;
    }

    Alerts alerts() {
        return alerts;
    }

    Measures measures() {
        return measures;
    }

    DecisionStore log() {
        return log;
    }

    Sessions sessions() {
        return sessions;
    }

    History history() {
        return history;
    }

    Responses responses() {
        return responses;
    }

    HostWatch host() {
        return host;
    }

    Daybook daybook() {
        return daybook;
    }

    Ledger ledger() {
        return ledger;
    }

    Chronicle chronicle() {
        return chronicle;
    }

    @Override
    public void close() throws IOException {
        host.close();
        tracing.close();
        metrics.close();
        sessions.close();
        history.close();
        responses.close();
        log.close();
        ledger.close();
        measures.tick(clock.instant());
        daybook.save();
        alerts.close();
        signals.close();
    }
}
