package dev.formulary.engine.decision;

import java.time.Instant;
import java.util.List;

/// How it stands with the rules folder. Immutable.
///
/// @param hash content hash of the rule set that serves, in hexadecimal; empty when none does
/// @param generation counts the rule sets that have served, from 1; 0 when none has
/// @param accepted whether the folder, as last seen, is what serves
/// @param rules how many rules the folder holds; 0 when they were not understood
/// @param scenarios how many scenarios were checked
/// @param untested ids of rules that no scenario fires
/// @param problems why the folder was not accepted; empty when it was
/// @param warnings what should be looked at, and does not keep the folder from serving
/// @param at when the folder was looked at
/// @param times how long it took
public record RuleSetReport(String hash, long generation, boolean accepted, int rules, int scenarios,
        List<String> untested, List<Problem> problems, List<Problem> warnings,
        Instant at, Times times) {
    public RuleSetReport {
        untested = List.copyOf(untested);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /// The same report with other warnings.
    RuleSetReport warning(List<Problem> of) {
        return new RuleSetReport(hash, generation, accepted, rules, scenarios, untested, problems, of, at, times);
    }

    /// Where the time went.
    ///
    /// @param compiledFiles how many files the compiler saw; the others were known
    /// @param compileMs reading and compiling, in milliseconds
    /// @param assembleMs putting the rules together, in milliseconds
    /// @param checkMs scenarios and warm-up, in milliseconds
    /// @param warmUpDecisions how many decisions the set had made before it served
    public record Times(int compiledFiles, long compileMs, long assembleMs, long checkMs, int warmUpDecisions) {
        static final Times NONE = new Times(0, 0, 0, 0, 0);
    }
}
