package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.List;

/// Gathers what is wrong with a decision table, and says in which cell.
final class TableProblems {
    /// More than that helps nobody.
    private static final int MOST = 50;

    private final String file;
    private final List<Problem> problems = new ArrayList<>();

    TableProblems(String file) {
        this.file = file;
    }

    /// @param column of the cell, from 0; what concerns a whole row is told at its first cell, below 0
    /// @param rule the id of the row's rule, empty where there is none
    void add(int line, int column, String rule, String message) {
        if (problems.size() < MOST) {
            problems.add(at(file, line, column, rule, message));
        }
    }

    /// What concerns the whole table is told where it begins.
    void add(String message) {
        problems.add(new Problem(file, 1, 1, "", message));
    }

    /// Authors of spreadsheets look for `C7`.
    static Problem at(String file, int line, int column, String rule, String message) {
        int cell = Math.max(column, 0);
        return new Problem(file, line, cell + 1, rule,
                Tables.sheet(file) ? "cell " + letters(cell) + line + ": " + message : message);
    }

    private static String letters(int column) {
        var letters = new StringBuilder();
        for (int rest = column; rest >= 0; rest = rest / 26 - 1) {
            letters.insert(0, (char) ('A' + rest % 26));
        }
        return letters.toString();
    }

    int count() {
        return problems.size();
    }

    boolean none() {
        return problems.isEmpty();
    }

    List<Problem> all() {
        return List.copyOf(problems);
    }
}
