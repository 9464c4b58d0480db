package dev.formulary.engine.boot;

import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.dispatch.Account;
import dev.formulary.engine.dispatch.AttemptListener;
import dev.formulary.engine.dispatch.BreakerHistory;
import dev.formulary.engine.dispatch.VitalSigns;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.house.Daybook;
import dev.formulary.engine.route.Journal;
import dev.formulary.engine.session.Sessions;
import dev.formulary.engine.store.DecisionStore;
import dev.formulary.engine.telemetry.CallTrace;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.telemetry.Operation;
import dev.formulary.engine.telemetry.Tracing;
import dev.formulary.engine.vitals.Activity;
import dev.formulary.engine.vitals.ModelVitals;
import dev.formulary.spi.Usage;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells everybody who keeps count what happens to calls and attempts. Thread-safe.
final class Chronicle implements Journal, AttemptListener {
    private static final Logger LOG = LoggerFactory.getLogger(Chronicle.class);

    private final DecisionStore log;
    private final Sessions sessions;
    private final Metrics metrics;
    private final VitalSigns signs;
    private final Probation probation;
    private final Alerts alerts;
    private final Daybook daybook;
    private final Bookkeeping books;
    private final Tracing tracing;
    private final Activity activity;
    private final Clock clock;
    private final AtomicInteger inFlight = new AtomicInteger();

    Chronicle(DecisionStore log, Sessions sessions, Metrics metrics, ModelVitals vitals, Probation probation,
            Alerts alerts, Daybook daybook, Bookkeeping books, Activity activity, Tracing tracing,
            Clock clock) {
        this.log = log;
        this.sessions = sessions;
        this.metrics = metrics;
        signs = new VitalSigns(vitals, clock);
        this.probation = probation;
        this.alerts = alerts;
        this.daybook = daybook;
        this.books = books;
        this.tracing = tracing;
        this.activity = activity;
        this.clock = clock;
    }

    /// A breaker changed.
    void changed(BreakerHistory.Change change) {
        LOG.atWarn().addKeyValue("model", change.model()).log("breaker changed state={}", change.to());
        signs.changed(change);
    }

    /// Calls that were decided and are not answered yet.
    int inFlight() {
        return inFlight.get();
    }

    @Override
    public CallTrace arrived(Dialect dialect, Arrival arrival) {
        return tracing.begin(dialect, arrival);
    }

    @Override
    public void decided(Question question, Decision decision, long nanos) {
        inFlight.incrementAndGet();
        sessions.called(question.call(), question.context());
        books.decided(question, decision);
        activity.decided(question, decision);
        note(question, decision);
        metrics.decision(decision instanceof Decision.Allow, nanos);
    }

    /// Writes down a decision that nobody carries out, too.
    void note(Question question, Decision decision) {
        log.record(question, decision);
        for (Notice notice : decision.notices()) {
            alerts.raise(notice, clock.instant());
        }
    }

    @Override
    public void completed(Call call, Outcome outcome, String cache) {
        inFlight.decrementAndGet();
        log.complete(call.id(), outcome);
        books.completed(call);
        metrics.request(call.dialect(), call.via(), status(outcome.status()));
        metrics.cache(cache);
        daybook.completed(outcome);
        activity.completed(outcome);
        Outcome.Stream stream = outcome.stream();
        if (stream != null) {
            metrics.stream(stream.state(), !stream.continuedBy().isEmpty());
        }
        for (Outcome.Tried tried : outcome.attempts()) {
            if (tried.vainMicros() != null) {
                metrics.inVain(tried.candidate(), tried.vainMicros());
            }
        }
        // a model that was only made ready has answered nothing
        if (outcome.status() == Status.ANSWERED && !outcome.attempts().isEmpty()) {
            String model = outcome.attempts().getLast().candidate();
            if (!call.dialect().vectors()) {
                sessions.answered(call, model);
            }
            metrics.answered(model, outcome.costMicros());
        }
    }

    @Override
    public void cached(Call call, String model, Usage usage) {
        books.cached(call, model, usage);
    }

    @Override
    public Account account(Call call, Candidate candidate, long most) {
        return books.account(call, candidate, most);
    }

    private static int status(Status status) {
        return switch (status) {
            case ANSWERED, CACHED -> 200;
            case DENIED -> 403;
            case FAILED, CUT -> 503;
            case CLIENT_GONE -> 499;
        };
    }

    @Override
    public void waited(Candidate candidate, Priority priority, long nanos) {
        metrics.waited(priority, nanos);
    }

    @Override
    public void begun(Candidate candidate) {
        signs.begun(candidate);
    }

    @Override
    public void firstByte(Candidate candidate, long nanos) {
        signs.firstByte(candidate, nanos);
    }

    @Override
    public void ended(Candidate candidate, @Nullable FailureClass failure, long nanos) {
        signs.ended(candidate, failure, nanos);
        activity.attempted(candidate.provider());
        probation.ended(candidate.provider(), failure, nanos);
    }

    @Override
    public void measured(Operation operation) {
        metrics.attempt(operation);
    }

    @Override
    public void repeated(Candidate candidate, boolean allowed) {
        metrics.repeated(allowed);
    }

    @Override
    public void switched(FailureClass why, long nanos) {
        metrics.switched(why, nanos);
    }

    @Override
    public void throttled(Candidate candidate, Duration retryAfter) {
        signs.throttled(candidate, retryAfter);
    }
}
