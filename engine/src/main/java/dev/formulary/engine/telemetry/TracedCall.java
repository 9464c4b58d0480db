package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Question;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The spans of one call. A stage that is over is written down then, with its beginning; only the call and the stage in which
/// models are asked or answer are open meanwhile, and end with it. Thread-safe.
final class TracedCall extends PassedOn {
    private static final int SERVER_FAULT = 500;

    private final Tracer tracer;
    private final Context context;
    private final Span root;
    private final Moment begun;
    private final Anonym anonym;
    private final boolean propagate;
    private Context asking;
    private long last;
    private @Nullable Stage latest;
    private @Nullable Span open;
    private boolean ended;
    private String denied = SpanNames.OTHER;

    /// @param context that of the call's span
    TracedCall(Tracer tracer, Context context, Moment begun, Anonym anonym, boolean propagate) {
        super(context, propagate);
        this.tracer = tracer;
        this.context = context;
        this.begun = begun;
        this.anonym = anonym;
        this.propagate = propagate;
        root = Span.fromContext(context);
        asking = context;
        last = begun.nanos();
    }

    @Override
    public synchronized void received(Call call) {
        super.received(call);
        root.setAttribute(SpanNames.DECISION, call.id());
        root.setAttribute(SpanNames.DIALECT, lower(call.dialect()));
        root.setAttribute(SpanNames.VIA, call.via());
        root.setAttribute(SpanNames.PRIORITY, lower(call.priority()));
        if (call.stream()) {
            root.setAttribute(SpanNames.STREAM, true);
        }
        if (call.session() != null) {
            root.setAttribute(SpanNames.CONVERSATION, anonym.of(call.tenant() + "/" + call.session()));
        }
    }

    @Override
    public synchronized void over(Stage stage) {
        if (!ended) {
            end(begin(stage));
        }
    }

    @Override
    public synchronized void decided(Question question, Decision decision) {
        if (ended) {
            return;
        }
        root.setAttribute(SpanNames.REQUEST_MODEL, known(question));
        Span span = begin(Stage.DECISION);
        span.setAttribute(SpanNames.RULES, decision.ruleSet());
        span.setAttribute(SpanNames.CANDIDATES, question.candidates().size());
        if (decision instanceof Decision.Deny deny) {
            denied = deny.code();
        }
        span.setAttribute(SpanNames.RESULT, decision instanceof Decision.Deny ? denied : "allow");
        end(span);
    }

    /// What callers write may be anything, so only the name of a model that there is stands in a trace.
    private static String known(Question question) {
        String asked = question.call().model();
        boolean ours = question.call().auto()
                || question.candidates().stream().anyMatch(each -> each.id().equals(asked));
        return ours ? asked : SpanNames.OTHER;
    }

    @Override
    public synchronized void dispatching() {
        if (!ended) {
            Span span = begin(Stage.DISPATCH);
            open = span;
            asking = context.with(span);
        }
    }

    @Override
    public synchronized void waited(long nanos) {
        if (!ended) {
            long now = System.nanoTime();
            tracer.spanBuilder("queue").setParent(asking).setStartTimestamp(begun.at(now - nanos), TimeUnit.NANOSECONDS)
                    .startSpan().end(begun.at(now), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public synchronized AttemptTrace attempt(Candidate candidate, boolean vectors, boolean streamed) {
        if (ended) {
            return AttemptTrace.NONE;
        }
        long now = System.nanoTime();
        String operation = Operation.named(vectors);
        Span span = tracer.spanBuilder(operation + " " + candidate.model()).setParent(asking)
                .setSpanKind(SpanKind.CLIENT).setAttribute(SpanNames.OPERATION, operation)
                .setAttribute(SpanNames.PROVIDER_NAME, candidate.provider())
                .setAttribute(SpanNames.REQUEST_MODEL, candidate.model())
                .setStartTimestamp(begun.at(now), TimeUnit.NANOSECONDS).startSpan();
        return new TracedAttempt(asking.with(span), candidate.model(), begun, streamed, propagate);
    }

    @Override
    public synchronized void answering() {
        if (!ended && latest == Stage.DISPATCH) {
            close(null);
            open = begin(Stage.ANSWER);
        }
    }

    @Override
    public synchronized void ended(Outcome outcome, String cache) {
        if (ended) {
            return;
        }
        List<Tried> tried = outcome.attempts();
        root.setAttribute(SpanNames.RESULT, lower(outcome.status()));
        root.setAttribute(SpanNames.CACHE, cache);
        root.setAttribute(SpanNames.ATTEMPTS, tried.size());
        boolean answered = outcome.status() == Outcome.Status.ANSWERED && !tried.isEmpty();
        if (answered) {
            root.setAttribute(SpanNames.RESPONSE_MODEL, tried.getLast().candidate());
            TracedAttempt.tell(root, outcome.usage(), outcome.costMicros());
        }
        switch (outcome.status()) {
            case ANSWERED, CACHED -> finish(null, false);
            case DENIED -> finish(denied, false);
            case CLIENT_GONE -> finish("cancelled", false);
            case FAILED, CUT -> finish(why(tried), true);
        }
    }

    private static String why(List<Tried> tried) {
        return tried.isEmpty() || tried.getLast().kind() == null
                ? SpanNames.OTHER
                : lower(tried.getLast().kind());
    }

    @Override
    public synchronized void refused(int status, String code) {
        turnedAway(code, status >= SERVER_FAULT);
    }

    @Override
    public synchronized void failed() {
        turnedAway(SpanNames.OTHER, true);
    }

    /// The stage in which that happened has not been written down.
    private void turnedAway(String code, boolean fault) {
        if (!ended) {
            if (open == null) {
                open = begin(Stage.after(latest));
            }
            finish(code, fault);
        }
    }

    private void finish(@Nullable String error, boolean fault) {
        ended = true;
        close(error);
        if (error != null) {
            root.setAttribute(SpanNames.ERROR_TYPE, error);
        }
        if (fault) {
            root.setStatus(StatusCode.ERROR);
        }
        root.end(begun.at(System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void close(@Nullable String error) {
        Span span = open;
        open = null;
        if (span != null) {
            if (error != null) {
                span.setAttribute(SpanNames.ERROR_TYPE, error);
                span.setStatus(StatusCode.ERROR);
            }
            end(span);
        }
    }

    private Span begin(Stage stage) {
        latest = stage;
        return tracer.spanBuilder(stage.word()).setParent(context)
                .setStartTimestamp(begun.at(last), TimeUnit.NANOSECONDS).startSpan();
    }

    private void end(Span span) {
        last = System.nanoTime();
        span.end(begun.at(last), TimeUnit.NANOSECONDS);
    }

    private static String lower(Object word) {
        return word.toString().toLowerCase(Locale.ROOT);
    }
}
