package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.List;

/// Gathers what is wrong with one file and finds the column for it.
final class Complaints {
    /// More than that helps nobody.
    private static final int MOST = 50;

    private final String file;
    private final RuleSource source;
    private final List<String> lines;
    private final List<Problem> problems = new ArrayList<>();

    Complaints(RuleSource source) {
        this.source = source;
        file = source.file();
        lines = source.lines();
    }

    /// @param needle the text on that line which is meant; its column is told when it is there
    void add(int line, String needle, String rule, String message) {
        var problem = line > 0 && Tables.table(file)
                ? TableProblems.at(file, line, 0, rule, message)
                : new Problem(file, Math.max(line, 0), column(line, needle), rule, message);
        if (problems.size() < MOST && !problems.contains(problem)) {
            problems.add(problem);
        }
    }

    void add(Problem problem) {
        if (problems.size() < MOST && !problems.contains(problem)) {
            problems.add(problem);
        }
    }

    private int column(int line, String needle) {
        if (line < 1 || line > lines.size()) {
            return 0;
        }
        int at = needle.isEmpty() ? -1 : lines.get(line - 1).indexOf(needle);
        return at < 0 ? 1 : at + 1;
    }

    RuleSource source() {
        return source;
    }

    boolean none() {
        return problems.isEmpty();
    }

    List<Problem> all() {
        return List.copyOf(problems);
    }
}
