package dev.formulary.engine.facts;

import java.util.List;

/// What policy makes of a call. Every line of it names the rule that wrote it.
public sealed interface Decision {

    /// The call's id.
    String id();

    /// The content hash of the rule set that decided.
    String ruleSet();

    /// What rules said, in the order in which they said it.
    List<Reason> reasons();

    /// How each model fared, best first; those that may not answer come last.
    List<Ranking> ranking();

    /// Alerts that rules ask for.
    List<Notice> notices();

    /// What went wrong while deciding: rules that failed, conflicts, limits reached. Empty when all went well.
    List<String> problems();

    /// The call may be answered.
    record Allow(String id, String ruleSet, Plan plan, List<Reason> reasons, List<Ranking> ranking,
            List<Notice> notices, List<String> problems) implements Decision {}

    /// The call gets no answer.
    ///
    /// @param code stable: `denied_by_policy`, `no_model_allowed`, `model_not_found`, `model_forbidden`, `policy_failed`,
    ///     `context_length_exceeded`
    /// @param message for the caller: what is wrong and what would be right
    record Deny(String id, String ruleSet, String code, String message, List<Reason> reasons, List<Ranking> ranking,
            List<Notice> notices, List<String> problems) implements Decision {
        /// The code of a call that is longer than what any model takes that may answer.
        public static final String TOO_LONG = "context_length_exceeded";
    }
}
