package dev.formulary.engine.decision;

import java.util.List;

/// How one scenario went.
///
/// @param file relative to the rules folder, with slashes
/// @param line where the scenario begins, from 1
/// @param name unique in its file, or should be
/// @param nanos how long the decision took
/// @param differences what is not as it must be; empty when it passed
public record ScenarioResult(String file, int line, String name, long nanos, List<Difference> differences) {
    /// The code of problems that are failed scenarios.
    static final String FAILED = "scenario";

    public ScenarioResult {
        differences = List.copyOf(differences);
    }

    /// One thing that is not as it must be.
    ///
    /// @param field which expectation, for example `first`
    /// @param line where the expectation stands, from 1
    /// @param column where the expectation stands, from 1
    /// @param relation how both should stand to each other: `be`, `contain`, `not contain`
    public record Difference(String field, int line, int column, String relation, String expected, String actual) {
        @Override
        public String toString() {
            return field + " must " + relation + " " + expected + " and is " + actual;
        }
    }

    /// Whether all was as it must be.
    public boolean passed() {
        return differences.isEmpty();
    }

    List<Problem> problems() {
        return differences.stream().map(one -> new Problem(file, one.line(), one.column(), name, one.toString(),
                FAILED)).toList();
    }
}
