package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Hears of attempts and of waiting for them. Every [#begun] is followed by exactly one [#ended]. Called on the call's own thread; must be quick.
public interface AttemptListener {

    /// A call has waited for a provider that was busy, whether it got its turn or not.
    void waited(Candidate candidate, long nanos);

    /// A provider is about to be asked.
    void begun(Candidate candidate);

    /// The first of the answer has come.
    void firstByte(Candidate candidate, long nanos);

    /// It is over.
    ///
    /// @param failure why it failed, or null when it answered; [FailureClass#CANCELLED] says nothing about the model
    void ended(Candidate candidate, @Nullable FailureClass failure, long nanos);

    /// A model is to be asked again for the same call.
    ///
    /// @param allowed false when the budget for that is used up, so that it is not
    void repeated(Candidate candidate, boolean allowed);

    /// The vendor wants no calls for so long.
    void throttled(Candidate candidate, Duration retryAfter);
}
