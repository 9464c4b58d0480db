package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.vitals.ModelVitals;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Keeps the vitals of models by what happens to attempts. Thread-safe.
public record VitalSigns(ModelVitals vitals, Clock clock) implements AttemptListener {
    /// A breaker changed. What a model did before its breaker closed counts no more, whether trial calls closed it, or a
    /// configuration or a word of an operator by which it decides anew; it does where an operator only lets calls pass.
    public void changed(BreakerHistory.Change change) {
        boolean closed = change.to() == BreakerState.CLOSED && change.from() != BreakerState.CLOSED && !change.forced();
        if (change.to() == BreakerState.HALF_OPEN || (closed && change.from() == BreakerState.OPEN)) {
            vitals.triedAgain(change.model());
        }
        if (closed) {
            vitals.recovered(change.model());
        }
    }

    @Override
    public void waited(Candidate candidate, Priority priority, long nanos) {
        // says something about the line, not about the model
    }

    @Override
    public void begun(Candidate candidate) {
        vitals.begin(candidate.id());
    }

    @Override
    public void firstByte(Candidate candidate, long nanos) {
        vitals.firstByte(candidate.id(), nanos / 1_000);
    }

    @Override
    public void ended(Candidate candidate, @Nullable FailureClass failure, long nanos) {
        if (failure == null) {
            vitals.success(candidate.id(), nanos / 1_000);
            return;
        }
        switch (failure) {
            case CANCELLED, INVALID_REQUEST, REFUSED, CONTEXT_OVERFLOW, UNSUPPORTED, THROTTLED ->
                vitals.ignored(candidate.id());
            default -> vitals.failure(candidate.id());
        }
    }

    @Override
    public void repeated(Candidate candidate, boolean allowed) {
        // each attempt counts by itself
    }

    @Override
    public void switched(FailureClass why, long nanos) {
        // says nothing about one model
    }

    @Override
    public void throttled(Candidate candidate, Duration retryAfter) {
        vitals.limit(candidate.id(), 0, clock.instant().plus(retryAfter));
    }
}
