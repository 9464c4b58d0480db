package dev.formulary.engine.admin;

import java.util.Map;

/// Something that an operator may change over the management port. Called by many threads at once; may block.
@FunctionalInterface
public interface Change {

    /// Makes the change.
    ///
    /// @param said the members of the JSON object that was sent; lists of texts divided by commas, objects of texts as
    ///     `name=value`
    Result apply(Map<String, String> said);

    /// What came of it.
    sealed interface Result {
        /// @param document what to show: maps, lists, strings or records of these
        record Done(Object document) implements Result {}

        /// Nothing was changed.
        ///
        /// @param code in words with underscores, for programs
        /// @param reason for people
        record Refused(String code, String reason) implements Result {}
    }
}
