package dev.formulary.engine.decision;

import java.util.List;

/// What the scenarios of a folder try of its rules. Immutable.
///
/// @param rules in the order of files and lines; a row of a table is a rule
public record Coverage(List<OfRule> rules) {
    public Coverage {
        rules = List.copyOf(rules);
    }

    /// @param file relative to the rules folder, with slashes
    /// @param line from 1
    /// @param fired in how many scenarios it fired
    public record OfRule(String file, int line, String id, String name, int fired, List<OfCondition> conditions) {
        public OfRule {
            conditions = List.copyOf(conditions);
        }

        /// Whether it stands in a table.
        public boolean row() {
            return !file.endsWith(".drl");
        }
    }

    /// One condition. It is looked at only where all that stands before it in the rule holds.
    ///
    /// @param text as it was understood
    /// @param line from 1
    /// @param seenTrue whether some scenario made it true
    /// @param seenFalse whether some scenario made it false
    /// @param measured whether it could be told
    public record OfCondition(String text, int line, boolean seenTrue, boolean seenFalse, boolean measured) {}

    /// How many of how many.
    public record Share(int covered, int all) {
        /// From 0 to 100, rounded down; nothing of nothing is everything.
        public int percent() {
            return all == 0 ? 100 : (int) (100L * covered / all);
        }
    }

    /// Rules that fired in some scenario.
    public Share ofRules() {
        return new Share((int) rules.stream().filter(rule -> rule.fired() > 0).count(), rules.size());
    }

    /// Rows of tables that fired in some scenario.
    public Share ofRows() {
        return new Coverage(rules.stream().filter(OfRule::row).toList()).ofRules();
    }

    /// Outcomes of conditions that were seen, of two for each that could be measured.
    public Share ofConditions() {
        List<OfCondition> all = rules.stream().flatMap(rule -> rule.conditions().stream())
                .filter(OfCondition::measured).toList();
        int seen = all.stream().mapToInt(one -> (one.seenTrue() ? 1 : 0) + (one.seenFalse() ? 1 : 0)).sum();
        return new Share(seen, 2 * all.size());
    }
}
