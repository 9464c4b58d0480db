package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks for rows of a decision table that contradict each other, that add nothing, and for calls that none matches.
///
/// It is exact for the columns as they stand: each column is cut into the few groups of values that no cell tells apart.
/// That one fact may depend on another, as the price and whether a model is free, it does not know.
final class TableLint {
    private static final int MOST = 50;
    private static final int GAPS = 10;
    private static final int STEPS = 200_000;
    private static final int NAMES = 6;

    private final Table table;
    private final List<Axis> axes = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private int steps;
    private int gaps;

    private TableLint(Table table) {
        this.table = table;
    }

    /// One column.
    ///
    /// @param groups the rows that match, for each group of values
    /// @param names of those groups
    /// @param rows the groups that match, for each row
    private record Axis(TableCondition column, List<BitSet> groups, List<String> names, List<BitSet> rows) {
        boolean all(int row) {
            return rows.get(row).cardinality() == groups.size();
        }

        boolean meet(int one, int other) {
            return rows.get(one).intersects(rows.get(other));
        }

        boolean within(int inner, int outer) {
            var rest = (BitSet) rows.get(inner).clone();
            rest.andNot(rows.get(outer));
            return rest.isEmpty();
        }
    }

    /// Warnings; none of them refuses the table.
    static List<Problem> of(Table table) {
        var lint = new TableLint(table);
        try {
            List<TableCondition> columns = List.copyOf(table.header().conditions().values());
            for (int i = 0; i < columns.size(); i++) {
                int column = i;
                lint.axes.add(axis(columns.get(i), columns.get(i).domain(),
                        table.rows().stream().<@Nullable TableMatch<?>>map(row -> row.matches().get(column)).toList()));
            }
        } catch (Fields.Wrong e) {
            return List.of(new Problem(table.file(), table.header().line(), 1, "", e.text()));
        }
        lint.pairs();
        if (table.complete()) {
            lint.gaps();
        }
        return List.copyOf(lint.warnings);
    }

    // a column's cells were made by its own domain
    @SuppressWarnings("unchecked")
    private static <S> Axis axis(TableCondition column, TableDomain<S> domain, List<@Nullable TableMatch<?>> cells) {
        var asked = new ArrayList<TableMatch<S>>();
        for (TableMatch<?> cell : cells) {
            if (cell != null) {
                asked.add((TableMatch<S>) cell);
            }
        }
        Map<BitSet, List<String>> runs = new LinkedHashMap<>();
        var run = new ArrayList<S>();
        BitSet before = new BitSet();
        for (S sample : domain.samples(asked)) {
            BitSet rows = matching(sample, cells);
            if (!run.isEmpty() && !rows.equals(before)) {
                runs.computeIfAbsent(before, _ -> new ArrayList<>()).add(domain.name(run));
                run.clear();
            }
            run.add(sample);
            before = rows;
        }
        runs.computeIfAbsent(before, _ -> new ArrayList<>()).add(domain.name(run));
        List<BitSet> groups = List.copyOf(runs.keySet());
        return new Axis(column, groups, runs.values().stream().map(TableLint::joined).toList(),
                transposed(groups, cells.size()));
    }

    @SuppressWarnings("unchecked")
    private static <S> BitSet matching(S sample, List<@Nullable TableMatch<?>> cells) {
        var rows = new BitSet(cells.size());
        for (int i = 0; i < cells.size(); i++) {
            var cell = (@Nullable TableMatch<S>) cells.get(i);
            rows.set(i, cell == null || cell.accepts(sample));
        }
        return rows;
    }

    private static List<BitSet> transposed(List<BitSet> groups, int rows) {
        var transposed = new ArrayList<BitSet>();
        for (int row = 0; row < rows; row++) {
            var own = new BitSet(groups.size());
            for (int group = 0; group < groups.size(); group++) {
                own.set(group, groups.get(group).get(row));
            }
            transposed.add(own);
        }
        return transposed;
    }

    private static String joined(List<String> names) {
        return String.join("|", names.subList(0, Math.min(NAMES, names.size()))) + (names.size() > NAMES ? "|…" : "");
    }

    private void pairs() {
        List<Table.Row> rows = table.rows();
        for (int later = 1; later < rows.size(); later++) {
            for (int earlier = 0; earlier < later; earlier++) {
                overlap(earlier, later);
                boolean inner = within(later, earlier) && says(earlier, later);
                if (inner) {
                    subsumed(rows.get(later), rows.get(earlier));
                } else if (within(earlier, later) && says(later, earlier)) {
                    subsumed(rows.get(earlier), rows.get(later));
                }
            }
        }
    }

    /// What a row says is said of the call, so that conditions on models do not keep two rows apart: each may find its own.
    private void overlap(int earlier, int later) {
        boolean meet = axes.stream().allMatch(axis -> axis.column().fact() == TableCondition.Fact.CANDIDATE
                || axis.meet(earlier, later));
        if (!meet) {
            return;
        }
        Table.Row first = table.rows().get(earlier);
        Table.Row second = table.rows().get(later);
        for (TableAction.Deed one : first.deeds()) {
            for (TableAction.Deed other : second.deeds()) {
                boolean conflict = one.action().heard() == TableAction.Heard.SINGLE
                        && one.action().equals(other.action()) && !one.equals(other);
                if (conflict) {
                    warn(second.line(), table.header().column(other.action()), second.id(),
                            "a call can fit this row and "
                                    + "the one in line " + first.line() + ", and they give '" + other.action().name()
                                    + "' different values; the smaller will hold and each time a conflict be told");
                }
            }
        }
    }

    private boolean within(int inner, int outer) {
        return axes.stream().allMatch(axis -> axis.within(inner, outer));
    }

    private boolean says(int all, int some) {
        return table.rows().get(all).deeds().containsAll(table.rows().get(some).deeds());
    }

    private void subsumed(Table.Row inner, Table.Row outer) {
        boolean twice = inner.deeds().stream().anyMatch(deed -> deed.action().heard() == TableAction.Heard.EACH);
        warn(inner.line(), -1, inner.id(), "whatever fits this row fits the one in line " + outer.line()
                + " too, which says the same" + (twice ? ", so that it counts twice" : "; the row can go"));
    }

    private void gaps() {
        var all = new BitSet();
        all.set(0, table.rows().size());
        try {
            gaps(0, all, new ArrayList<>());
        } catch (Fields.Wrong e) {
            warn(table.header().line(), -1, "", e.text());
        }
    }

    /// @param rows that match what was chosen so far
    private void gaps(int depth, BitSet rows, List<String> chosen) {
        if (++steps > STEPS) {
            throw new Fields.Wrong("the table has too many combinations to look for all gaps");
        }
        if (gaps >= GAPS || rows.stream().anyMatch(row -> allFrom(depth, row))) {
            return;
        }
        if (rows.isEmpty()) {
            gaps++;
            warn(table.header().line(), -1, "", "the table says that it is complete and no row fits "
                    + (chosen.isEmpty() ? "any call" : String.join(", ", chosen)));
            return;
        }
        Axis axis = axes.get(depth);
        Map<BitSet, List<String>> branches = new HashMap<>();
        for (int i = 0; i < axis.groups().size(); i++) {
            var both = (BitSet) axis.groups().get(i).clone();
            both.and(rows);
            branches.computeIfAbsent(both, _ -> new ArrayList<>()).add(axis.names().get(i));
        }
        branches.entrySet().stream().sorted(Map.Entry.comparingByValue((a, b) -> a.getFirst().compareTo(b.getFirst())))
                .forEach(branch -> {
                    boolean narrowed = branches.size() > 1;
                    if (narrowed) {
                        chosen.add(axis.column().name() + "=" + joined(branch.getValue()));
                    }
                    gaps(depth + 1, branch.getKey(), chosen);
                    if (narrowed) {
                        chosen.removeLast();
                    }
                });
    }

    private boolean allFrom(int depth, int row) {
        return axes.subList(depth, axes.size()).stream().allMatch(axis -> axis.all(row));
    }

    private void warn(int line, int column, String rule, String message) {
        if (warnings.size() < MOST) {
            warnings.add(TableProblems.at(table.file(), line, column, rule, message));
        }
    }
}
