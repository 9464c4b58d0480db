package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Decision tables: strict CSV, or the first sheet of an XLSX workbook of the same shape. Each row becomes a rule.
final class Tables {
    private Tables() {}

    /// Whether a file of one of the kinds is a table.
    static boolean table(String file) {
        return file.endsWith(".csv") || sheet(file);
    }

    static boolean sheet(String file) {
        return file.endsWith(".xlsx");
    }

    /// The rows of a table as rules; empty when something is wrong with it.
    ///
    /// @param problems where it is told what
    static Optional<RuleSource> read(String file, Kind kind, byte[] bytes, List<Problem> problems) {
        var wrong = new TableProblems(file);
        TableGrid grid = sheet(file) ? TableSheet.read(bytes, wrong) : TableCsv.read(bytes, wrong);
        Table table = wrong.none() ? new TableReader(file, kind, wrong).read(grid) : null;
        problems.addAll(wrong.all());
        return table == null || !wrong.none()
                ? Optional.empty()
                : Optional.of(RuleSource.table(file, kind, TableDrl.of(table), TableLint.of(table)));
    }

    /// What does not refuse these rules, and what their author should know.
    static List<Problem> warnings(List<RuleSource> sources) {
        var warnings = new ArrayList<Problem>();
        sources.forEach(source -> warnings.addAll(source.warnings()));
        return warnings;
    }

    /// The name of a file without folder and ending, made of what ids are made of.
    static String stem(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1, file.lastIndexOf('.'));
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-").replaceAll("^[._-]+", "");
        return plain.isEmpty() ? "table" : plain.substring(0, Math.min(60, plain.length()));
    }
}
