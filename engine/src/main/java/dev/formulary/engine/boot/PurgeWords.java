package dev.formulary.engine.boot;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// What an operator may say of what is to be forgotten.
///
/// @param known the words besides `dry_run`
/// @param told the same for a message
record PurgeWords(List<String> known, String told) {
    private static final String DRY_RUN = "dry_run";

    /// Whether it is only to be counted.
    ///
    /// @throws IllegalArgumentException when a word is not known, or `dry_run` neither true nor false
    boolean dryRun(Map<String, String> said) {
        var unknown = new TreeSet<>(said.keySet());
        unknown.removeAll(known);
        unknown.remove(DRY_RUN);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + unknown.first() + "' is not known; there are " + told + " and '" + DRY_RUN + "'");
        }
        return switch (said.getOrDefault(DRY_RUN, "false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + DRY_RUN + "' must be true or false");
        };
    }
}
