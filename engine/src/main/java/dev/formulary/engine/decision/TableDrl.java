package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes the rows of a decision table as rules, each on the line of its row, so that whatever is said of a rule leads to
/// the row.
final class TableDrl {
    private TableDrl() {}

    static String of(Table table) {
        var text = new StringBuilder();
        int line = 1;
        for (Table.Row row : table.rows()) {
            text.append("\n".repeat(row.line() - line));
            line = row.line();
            text.append(rule(row, List.copyOf(table.header().conditions().values())));
        }
        return text.append('\n').toString();
    }

    private static String rule(Table.Row row, List<TableCondition> conditions) {
        String id = TableAction.quoted(row.id());
        return "rule " + id + " @id(" + id + ") "
                + (row.owner().isEmpty() ? "" : "@owner(" + TableAction.quoted(row.owner()) + ") ")
                + "@reason(" + TableAction.quoted(row.reason()) + ") salience " + row.salience() + " when "
                + String.join(" ", patterns(row, conditions)) + " then "
                + row.deeds().stream().map(TableAction.Deed::said).collect(Collectors.joining(" ")) + " end";
    }

    private static List<String> patterns(Table.Row row, List<TableCondition> conditions) {
        Map<TableCondition.Fact, List<String>> constraints = new EnumMap<>(TableCondition.Fact.class);
        var budgets = new ArrayList<String>();
        for (int i = 0; i < conditions.size(); i++) {
            TableCondition condition = conditions.get(i);
            @Nullable
            TableMatch<?> match = row.matches().get(i);
            if (match instanceof TableNumbers.Within within && condition.fact() == TableCondition.Fact.BUDGET) {
                budgets.addAll(budget(condition, within));
            } else if (match != null && !match.expression(condition.path()).isEmpty()) {
                constraints.computeIfAbsent(condition.fact(), _ -> new ArrayList<>())
                        .add(match.expression(condition.path()));
            }
        }
        List<String> candidate = constraints.remove(TableCondition.Fact.CANDIDATE);
        var patterns = new ArrayList<String>();
        constraints.forEach((fact, all) -> patterns.add(pattern(fact, all)));
        patterns.addAll(budgets);
        if (row.ofCandidates()) {
            patterns.add("$candidate : " + pattern(TableCondition.Fact.CANDIDATE,
                    candidate == null ? List.of() : candidate));
        } else if (candidate != null) {
            patterns.add("exists " + pattern(TableCondition.Fact.CANDIDATE, candidate));
        }
        return patterns.isEmpty() ? List.of("Call()") : patterns;
    }

    private static String pattern(TableCondition.Fact fact, List<String> constraints) {
        return fact.type() + "( " + String.join(", ", constraints) + " )";
    }

    /// The fullest budget is at least so full when there is one that is, and at most so full when there is none above.
    private static List<String> budget(TableCondition condition, TableNumbers.Within within) {
        TableNumbers column = within.column();
        TableNumbers.Span span = within.spans().getFirst();
        String scope = condition.path().isEmpty() ? "" : condition.path() + ", ";
        var patterns = new ArrayList<String>();
        if (span.low().signum() > 0 || span.lowOpen()) {
            patterns.add("exists Budget( " + scope + "usedRatio " + (span.lowOpen() ? "> " : ">= ")
                    + column.literal(span.low()) + " )");
        }
        if (span.high().compareTo(column.high()) < 0) {
            patterns.add("not Budget( " + scope + "usedRatio " + (span.highOpen() ? ">= " : "> ")
                    + column.literal(span.high()) + " )");
        }
        return patterns;
    }
}
