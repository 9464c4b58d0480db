package dev.formulary.engine.decision;

import java.util.List;
import java.util.Map;

/// What stands in the rules folder beside the rules, is checked with them, and takes effect with them.
@FunctionalInterface
public interface Companion {

    /// Reads its files, aside; nothing takes effect yet.
    ///
    /// @param files all files of the rules folder, by path relative to it, with slashes
    Prepared prepare(Map<String, byte[]> files);

    /// What was read.
    ///
    /// @param problems what is wrong; when there is anything, the folder is refused as a whole
    /// @param activate makes it take effect; called just before the rules do, and never when there are problems
    record Prepared(List<Problem> problems, Runnable activate) {
        public Prepared {
            problems = List.copyOf(problems);
        }
    }
}
