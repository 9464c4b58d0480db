package dev.formulary.engine.decision;

import dev.formulary.engine.config.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Understands the cells of a decision table.
final class TableReader {
    /// Each row is a rule, and each rule takes time in every decision.
    static final int ROWS = 300;
    private static final String ARROW = "->";
    private static final Pattern COMPLETE = Pattern.compile("#\\s*complete[\\s,]*");
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,79}");
    private static final Pattern SALIENCE = Pattern.compile("-?\\d{1,6}");
    private static final Map<String, TableCondition> CONDITIONS = TableCondition.ALL.stream()
            .collect(Collectors.toMap(TableCondition::name, one -> one));
    private static final Map<String, TableAction> ACTIONS = TableAction.ALL.stream()
            .collect(Collectors.toMap(TableAction::name, one -> one));
    private static final List<String> OWN = List.of("id", "owner", "salience");

    private final String file;
    private final Kind kind;
    private final TableProblems problems;
    private final Map<List<?>, Table.Row> known = new HashMap<>();

    TableReader(String file, Kind kind, TableProblems problems) {
        this.file = file;
        this.kind = kind;
        this.problems = problems;
    }

    /// Null when the header is not in order; rows that are not are left out.
    @Nullable
    Table read(TableGrid grid) {
        boolean complete = grid.rows().stream().anyMatch(row -> COMPLETE.matcher(row.cell(0)).matches());
        List<TableGrid.Row> rows = grid.rows().stream().filter(row -> !row.remark() && !row.blank()).toList();
        if (rows.isEmpty()) {
            problems.add(
                    "the table is empty; its first line names the columns, for example: need,->,temperature,reason");
            return null;
        }
        Table.Header header = header(rows.getFirst(), complete);
        if (!problems.none()) {
            return null;
        }
        if (rows.size() == 1) {
            problems.add("the table has a header and no rows");
        }
        if (rows.size() > ROWS + 1) {
            problems.add(rows.get(ROWS + 1).line(), -1, "", "a table may have " + ROWS + " rows, split it");
            return null;
        }
        List<Table.Row> read = rows.stream().skip(1).flatMap(row -> row(row, header).stream()).toList();
        return new Table(file, header, read, complete);
    }

    private Table.Header header(TableGrid.Row row, boolean complete) {
        List<String> names = row.cells().stream().map(name -> name.toLowerCase(Locale.ROOT).replace('_', '-')).toList();
        int size = names.size();
        while (size > 0 && names.get(size - 1).isEmpty()) {
            size--;
        }
        int arrow = names.indexOf(ARROW);
        if (names.getFirst().contains(";") && size == 1) {
            problems.add(row.line(), 0, "", "cells are separated by commas, not by semicolons");
        } else if (arrow < 0) {
            problems.add(row.line(), -1, "", "between the conditions and the actions stands a column '->'");
        } else if (!names.get(size - 1).equals("reason")) {
            problems.add(row.line(), size - 1, "",
                    "the last column is 'reason': callers are told it when a row refuses "
                            + "them");
        }
        var conditions = new LinkedHashMap<Integer, TableCondition>();
        var actions = new LinkedHashMap<Integer, TableAction>();
        var header = new Table.Header(row.line(), size, conditions, actions, arrow, names.indexOf("id"),
                names.indexOf("owner"), names.indexOf("salience"));
        if (problems.none()) {
            columns(names.subList(0, size - 1), header, complete);
        }
        return header;
    }

    private void columns(List<String> names, Table.Header header, boolean complete) {
        var seen = new HashSet<String>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            boolean before = i < header.arrow();
            TableCondition condition = before ? CONDITIONS.get(name) : null;
            TableAction action = before ? null : ACTIONS.get(name);
            boolean known = condition != null || action != null || OWN.contains(name) || i == header.arrow();
            if (!known) {
                problems.add(header.line(), i, "", unknown(name, before));
            } else if (!seen.add((before ? "" : "-") + name)) {
                problems.add(header.line(), i, "", "the column '" + name + "' stands here twice");
            }
            if (condition != null) {
                header.conditions().put(i, condition);
                if (complete && condition.fact() == TableCondition.Fact.CANDIDATE) {
                    problems.add(header.line(), i, "", "a table that is #complete has no columns about models");
                }
            }
            if (action != null) {
                header.actions().put(i, action);
            }
        }
        if (problems.none() && (header.conditions().isEmpty() || header.actions().isEmpty())) {
            problems.add(header.line(), header.arrow(), "",
                    "a table has a condition before '->' and an action behind it");
        }
    }

    private static String unknown(String name, boolean before) {
        if (name.isEmpty()) {
            return "a column needs a name";
        }
        List<String> right = Stream.concat((before ? CONDITIONS : ACTIONS).keySet().stream(), OWN.stream()).sorted()
                .toList();
        if ((before ? ACTIONS : CONDITIONS).containsKey(name)) {
            return "'" + name + "' stands " + (before ? "behind" : "before") + " '->'";
        }
        String nearest = Nearest.to(name, right);
        return "there is no " + (before ? "condition" : "action") + " '" + name + "'"
                + (nearest == null
                        ? "; there are " + String.join(", ", right)
                        : ", did you mean '" + nearest + "'?");
    }

    private Optional<Table.Row> row(TableGrid.Row row, Table.Header header) {
        String id = id(row, header);
        int before = problems.count();
        size(row, header, id);
        var matches = new ArrayList<@Nullable TableMatch<?>>();
        header.conditions().forEach((column, condition) -> matches.add(match(row, column, condition, id)));
        String reason = text(row, header.reason(), id);
        if (reason.isEmpty()) {
            problems.add(row.line(), header.reason(), id, "the row needs a reason: callers are told it");
        }
        var deeds = new ArrayList<TableAction.Deed>();
        header.actions().forEach((column, action) -> {
            if (!row.cell(column).isEmpty()) {
                trying(row, column, id, () -> deeds.add(action.parse(row.cell(column), reason)));
            }
        });
        var read = new Table.Row(row.line(), id, text(row, header.owner(), id), salience(row, header, id), matches,
                List.copyOf(deeds), reason);
        if (problems.count() == before) {
            whole(row, header, read);
        }
        return problems.count() == before ? Optional.of(read) : Optional.empty();
    }

    /// What can be said only of the row as a whole.
    private void whole(TableGrid.Row row, Table.Header header, Table.Row read) {
        int first = header.conditions().firstEntry().getKey();
        if (header.conditions().keySet().stream().allMatch(column -> row.cell(column).isEmpty())) {
            problems.add(row.line(), first, read.id(), "the row has no condition; write any here if it is for all");
        }
        if (read.deeds().isEmpty()) {
            problems.add(row.line(), header.actions().firstEntry().getKey(), read.id(), "the row has no action");
        }
        boolean aboutModels = header.conditions().entrySet().stream()
                .anyMatch(one -> one.getValue().fact() == TableCondition.Fact.CANDIDATE
                        && !row.cell(one.getKey()).isEmpty());
        if (read.ofCandidates() && !aboutModels) {
            problems.add(row.line(), first, read.id(), "forbid, prefer and avoid are about a model, so the row needs a "
                    + "condition on one, such as provider, model or local; write any there if it is for all");
        }
        Table.Row same = known.putIfAbsent(List.of(read.matches(), read.deeds()), read);
        if (same != null) {
            problems.add(row.line(), -1, read.id(), "the row says the same as the one in line " + same.line());
        }
    }

    private void size(TableGrid.Row row, Table.Header header, String id) {
        int cells = row.cells().size();
        boolean more = row.cells().stream().skip(header.size()).anyMatch(cell -> !cell.isEmpty());
        if (more || (!Tables.sheet(file) && cells < header.size())) {
            problems.add(row.line(), more ? header.size() : cells - 1, id,
                    "the row has " + cells + " cells and the header " + header.size()
                            + "; a text with a comma stands in quotation marks");
        }
        String arrow = row.cell(header.arrow());
        if (!arrow.isEmpty() && !arrow.equals(ARROW)) {
            problems.add(row.line(), header.arrow(), id, "the column '->' stays blank");
        }
    }

    private @Nullable TableMatch<?> match(TableGrid.Row row, int column, TableCondition condition, String id) {
        String cell = row.cell(column);
        if (cell.isEmpty() || cell.equals("any")) {
            return null;
        }
        try {
            return condition.parse(cell);
        } catch (Fields.Wrong e) {
            problems.add(row.line(), column, id, condition.name() + ": " + e.text());
            return null;
        }
    }

    private void trying(TableGrid.Row row, int column, String id, Runnable reading) {
        try {
            reading.run();
        } catch (Fields.Wrong e) {
            problems.add(row.line(), column, id, e.text());
        }
    }

    private String text(TableGrid.Row row, int column, String id) {
        String text = column < 0 ? "" : row.cell(column);
        trying(row, column, id, () -> TableAction.text(text));
        return text;
    }

    private int salience(TableGrid.Row row, Table.Header header, String id) {
        String cell = header.salience() < 0 ? "" : row.cell(header.salience());
        if (cell.isEmpty()) {
            return switch (kind) {
                case CONTEXT -> 100;
                case COST -> 80;
                case LOAD -> 70;
                case ALERT -> 10;
            };
        }
        if (!SALIENCE.matcher(cell).matches()) {
            problems.add(row.line(), header.salience(), id, "salience must be a whole number, not '" + cell + "'");
            return 0;
        }
        return Integer.parseInt(cell);
    }

    /// What its author wrote, or the name of the file and the line.
    private String id(TableGrid.Row row, Table.Header header) {
        String written = header.id() < 0 ? "" : row.cell(header.id());
        if (!written.isEmpty() && !ID.matcher(written).matches()) {
            problems.add(row.line(), header.id(), "", "an id is lower-case letters, digits, '.', '_' and '-', not '"
                    + written + "'");
        }
        return written.isEmpty() ? Tables.stem(file) + "." + row.line() : written;
    }
}
