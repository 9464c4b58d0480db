package dev.formulary.engine.facts;

import dev.formulary.spi.Capability;

/// What rules say; they reach it by the name `decision`. Every verb may be said many times and in any order, with the same
/// result; `prefer`, `avoid` and `weigh` add up, all others say no more the second time. The reason given to callers is the rule's `@reason`. Not thread-safe: one draft serves one decision.
///
/// `forbid` overrides `require`, which overrides `pin`, `move`, and the session's staying with its model, and these override
/// `prefer` and `avoid`.
public interface DecisionDraft {

    /// The model must not answer.
    void forbid(Candidate candidate);

    /// Only models with the label may answer.
    void requireLabel(String label);

    /// Only models that can do it may answer.
    void requireCapability(Capability capability);

    /// Only models from which nothing leaves this machine or its own network may answer.
    void requireLocal();

    /// Only models with a measured safety of at least that (0 to 10) may answer; an unmeasured one may not.
    void requireSafety(double minimum);

    /// Where a free model may answer, no paid one is tried.
    void keepFree();

    /// Where any other model may answer, none with that label is tried.
    void lastResort(String label);

    /// Where any other model may answer, this one is tried only when none of them does; heard before `lastResort`.
    void spare(Candidate candidate);

    /// A model that the caller names is not replaced by another, even where the caller would allow it.
    void keepModel();

    /// The session keeps to the model that answered last, also where a rule says [#move]. Where that model can't answer, the
    /// next one does; a call without a session is as it is.
    void pin();

    /// The session may get another model now, for it is at a boundary: the model is chosen as if there had been none before.
    void move();

    /// The model is better for this call by so many points (0 to 100).
    void prefer(Candidate candidate, double points);

    /// The model is worse for this call by so many points (0 to 100).
    void avoid(Candidate candidate, double points);

    /// A term of the ranking counts so many times as much (0 to 10). Factors of several rules multiply, to 10 at most.
    void weigh(Term term, double factor);

    /// Sets a parameter unless the caller has. Of several rules the first in order sets it: those about safety come before
    /// all others, then the higher salience. Equals that set different values are a conflict: it is reported, and the smaller
    /// value holds.
    void set(Parameter parameter, double value);

    /// A parameter must not be above the value, whoever set it. The lowest cap holds.
    void cap(Parameter parameter, double value);

    /// Moves the choice and the parameters between 0, as fast as can be, and 1, as creative as can be. What the caller
    /// declares comes first. Several rules are settled as with `set`. It sets only parameters that nobody else sets.
    void balance(double value);

    /// While the best model is busy the call waits for it, in line with that priority, and does not go to the next one. Of
    /// several rules the first in order says the priority, as with `set`; among equals the less urgent holds. Without this,
    /// a call goes where a model is free, and waits with the priority of its caller only when none is.
    void queue(Priority priority);

    /// What becomes of the call when an attempt fails so: the same model is asked again, the next one, or nobody. Of several
    /// rules the most careful holds: stop over next, next over retry. That a prompt is refused or wrong, that the caller's time
    /// is over or the caller gone, always stops; a rule can't say otherwise.
    void onFailure(FailureClass failure, Reaction reaction);

    /// The call gets no answer.
    ///
    /// @param message for the caller: what is wrong and what would be right
    void deny(String message);

    /// Somebody should know.
    ///
    /// @param code which alert; the same code is one alert
    /// @param message what happened; never the caller's words
    void alert(Severity severity, String code, String message);

    /// Somebody should know. Only rules that watch say so.
    ///
    /// @param code which alert; the same code of the same resource is one alert of the rule
    /// @param resource what is concerned: a model, a provider, a budget, a card; empty where there is but one
    /// @param message what happened
    void alert(Severity severity, String code, String resource, String message);

    /// An alert of this rule stays open where it is open, and does not open where it is not: the lower threshold of a hysteresis.
    /// Only rules that watch say so.
    void hold(String code);

    /// The same of the alert of one resource.
    void hold(String code, String resource);

    /// While the alert beside it is open, the model must not answer. Only rules that watch say so.
    ///
    /// @param most for how long at most, such as `30m`
    void close(Candidate candidate, String most);

    /// The same of a model by its full name, or of all models of a provider.
    ///
    /// @param name `provider/model`, or the provider's id
    void close(String name, String most);

    /// While the alert beside it is open, the model is worse by so many points (0 to 100). Only rules that watch say so.
    ///
    /// @param most for how long at most, such as `30m`
    void demote(Candidate candidate, double points, String most);

    /// The same of a model by its full name, or of all models of a provider.
    ///
    /// @param name `provider/model`, or the provider's id
    void demote(String name, double points, String most);
}
