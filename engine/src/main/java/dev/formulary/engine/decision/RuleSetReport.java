package dev.formulary.engine.decision;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// How it stands with the rules folder. Immutable.
///
/// @param hash content hash of the rule set that serves, in hexadecimal; empty when none does
/// @param generation counts the rule sets that have served, from 1; 0 when none has
/// @param accepted whether the folder, as last seen, is what serves
/// @param rules how many rules the folder holds; 0 when they were not understood
/// @param watching how many of them are heard on a tick and not with calls
/// @param scenarios how many scenarios were checked
/// @param untested ids of rules that no scenario fires
/// @param problems why the folder was not accepted; empty when it was
/// @param warnings what should be looked at, and does not keep the folder from serving
/// @param at when the folder was looked at
/// @param times how long it took
/// @param manifest what the authors of the rule set that serves say about it
/// @param lastGood whether what serves comes from the archive, because the folder was broken when the gateway started
public record RuleSetReport(String hash, long generation, boolean accepted, int rules, int watching,
        int scenarios,
        List<String> untested, List<Problem> problems, List<Problem> warnings, Instant at, Times times,
        Manifest manifest, boolean lastGood) {
    public RuleSetReport {
        untested = List.copyOf(untested);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /// The same report with other warnings.
    RuleSetReport warning(List<Problem> of) {
        return new RuleSetReport(hash, generation, accepted, rules, watching, scenarios, untested, problems, of, at,
                times,
                manifest, lastGood);
    }

    /// The same report with other files that nothing reads.
    RuleSetReport unread(List<Problem> files) {
        return warning(Stream.concat(warnings.stream().filter(one -> !one.code().equals("unread-file")), files.stream())
                .toList());
    }

    /// Nothing was looked at yet.
    static RuleSetReport nothing() {
        return new RuleSetReport("", 0, false, 0, 0, 0, List.of(),
                List.of(Problem.of("", "the rules were not loaded yet")), List.of(), Instant.EPOCH, Times.NONE,
                Manifest.NONE, false);
    }

    /// The folder serves from now on.
    RuleSetReport accepted(String nextHash, RuleSetBuilder.Built built, Manifest said, List<Problem> told) {
        return new RuleSetReport(nextHash, generation + 1, true, built.rules().size(), built.watching(),
                built.rehearsal().results().size(), built.untested(), List.of(), told, Instant.now(), built.times(),
                said, false);
    }

    /// What served goes on.
    RuleSetReport refused(List<Problem> why, List<Problem> told, int rulesFound, Times spent) {
        return new RuleSetReport(hash, generation, false, rulesFound, 0, 0, List.of(), why, told, Instant.now(), spent,
                manifest, lastGood);
    }

    /// A set from the archive serves in the place of the folder, whose problems stay.
    RuleSetReport fallenBack(String olderHash, RuleSetBuilder.Built built, Manifest said) {
        return new RuleSetReport(olderHash, generation + 1, false, rules, built.watching(), 0, List.of(), problems,
                built.warnings(),
                Instant.now(), times, said, true);
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
