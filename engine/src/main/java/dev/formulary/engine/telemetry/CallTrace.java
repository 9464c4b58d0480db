package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import org.jspecify.annotations.Nullable;

/// The trace of one call: a span for the call, one for each [Stage] of its way, and one for each attempt. Holds nothing of what
/// is said, no key, and no name of a tenant or a session. Thread-safe; does not block and does not throw. What comes after its
/// end is left out.
public interface CallTrace {
    /// Of a call that is not traced.
    CallTrace NONE = new CallTrace() {
    };

    /// The trace's id, 32 hexadecimal digits, or null where there is none.
    default @Nullable String id() {
        return null;
    }

    /// The call is understood; from now on what its thread logs bears its id.
    default void received(Call call) {}

    /// A stage is over, which began when the one before it ended.
    default void over(Stage stage) {}

    /// It was decided, which ends that stage.
    default void decided(Question question, Decision decision) {}

    /// Models are about to be asked.
    default void dispatching() {}

    /// The call has waited in line for a provider.
    ///
    /// @param nanos how long, in nanoseconds
    default void waited(long nanos) {}

    /// A model is about to be asked.
    default AttemptTrace attempt(Candidate candidate, boolean vectors, boolean streamed) {
        return AttemptTrace.NONE;
    }

    /// A model answers.
    default void answering() {}

    /// The call is over.
    ///
    /// @param cache as in `X-Formulary-Cache`
    default void ended(Outcome outcome, String cache) {}

    /// The call was turned away before anything was decided, which is its end.
    ///
    /// @param status as in HTTP
    /// @param code as in the answer
    default void refused(int status, String code) {}

    /// The gateway has a fault or stops, which is the call's end if it has not ended.
    default void failed() {}

    /// The current thread goes on to do something else.
    default void leave() {}
}
