package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.telemetry.Operation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Hears of attempts and of waiting for them. Every [#begun] is followed by exactly one [#ended]. Called on the call's own thread; must be quick.
public interface AttemptListener {

    /// A call has waited for a provider that was busy, whether it got its turn or not.
    ///
    /// @param priority with which it stood in line
    void waited(Candidate candidate, Priority priority, long nanos);

    /// Money is held for an attempt, which [#begun] follows.
    ///
    /// @param most the most that it may cost, in micro-dollars; -1 when nobody knows
    default Account account(Call call, Candidate candidate, long most) {
        return Account.NONE;
    }

    /// A provider is about to be asked.
    void begun(Candidate candidate);

    /// The first of the answer has come.
    void firstByte(Candidate candidate, long nanos);

    /// It is over.
    ///
    /// @param failure why it failed, or null when it answered; [FailureClass#CANCELLED] says nothing about the model
    void ended(Candidate candidate, @Nullable FailureClass failure, long nanos);

    /// The same, with what was counted of it; follows [#ended].
    default void measured(Operation operation) {
        // of interest to who shows numbers
    }

    /// A model is to be asked again for the same call.
    ///
    /// @param allowed false when the budget for that is used up, so that it is not
    void repeated(Candidate candidate, boolean allowed);

    /// A call of which an attempt had failed has been answered by another attempt.
    ///
    /// @param why the class of its first failure
    /// @param nanos from that failure to the first content of the answer; where an attempt hung, from when it was asked
    void switched(FailureClass why, long nanos);

    /// The vendor wants no calls for so long.
    void throttled(Candidate candidate, Duration retryAfter);
}
