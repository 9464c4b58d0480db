package dev.formulary.engine.boot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Checks a rule set without putting it to use.
@FunctionalInterface
public interface RuleCheck {

    /// Compiles the rules and runs their scenarios.
    ///
    /// @param folder the rule set
    /// @return what is wrong; empty when all is well
    /// @throws IOException when the folder cannot be read
    List<Problem> check(Path folder) throws IOException;

    /// @param file relative to the folder
    /// @param line counted from 1; 0 when the whole file is meant
    /// @param column counted from 1; 0 when the whole line is meant
    /// @param rule the rule's name, or empty
    record Problem(String file, int line, int column, String rule, String message) {
        @Override
        public String toString() {
            return file + ":" + line + ":" + column + (rule.isEmpty() ? " " : " [" + rule + "] ") + message;
        }
    }
}
