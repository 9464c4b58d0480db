package dev.formulary.engine.boot;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.formulary.engine.store.LedgerReport;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes a report of the ledger as CSV, as a document, or as a table for people.
final class LedgerText {
    /// A spreadsheet takes a cell for a formula that begins with one of these.
    private static final String FORMULA = "=+-@\t\r";

    private LedgerText() {}

    /// By RFC 4180, with a line of names. A text that a spreadsheet would take for a formula gets an apostrophe before it.
    static String csv(LedgerReport report) {
        var text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            csv.writeRecord(report.columns());
            for (List<@Nullable Object> row : report.rows()) {
                csv.writeRecord(cells(row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }

    private static List<String> cells(List<@Nullable Object> row) {
        List<String> cells = new ArrayList<>(row.size());
        for (Object value : row) {
            cells.add(cell(value));
        }
        return cells;
    }

    /// A text that a spreadsheet would take for a formula gets an apostrophe before it.
    static String cell(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text when !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 -> "'" + text;
            default -> value.toString();
        };
    }

    /// As it becomes JSON.
    static Map<String, Object> document(LedgerReport report) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("by", word(report));
        all.put("from", report.query().from().toString());
        all.put("to", report.query().to().toString());
        List<Object> rows = new ArrayList<>(report.rows().size());
        for (List<@Nullable Object> row : report.rows()) {
            rows.add(named(report.columns(), row));
        }
        all.put("rows", rows);
        all.put("total", named(report.columns().subList(report.keys(), report.columns().size()), report.total()));
        all.put("groups", report.groups());
        if (report.groups() > 0) {
            all.put("micros_per_" + word(report), Math.ceilDiv(cost(report), report.groups()));
        }
        all.put("more", report.more());
        return all;
    }

    private static String word(LedgerReport report) {
        return report.query().by().word();
    }

    private static long cost(LedgerReport report) {
        int at = report.columns().indexOf("cost_micros") - report.keys();
        return report.total().get(at) instanceof Long micros ? micros : 0;
    }

    private static Map<String, @Nullable Object> named(List<String> columns, List<@Nullable Object> row) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            named.put(columns.get(i), row.get(i));
        }
        return named;
    }

    /// The columns that people look at first, amounts in dollars.
    static String table(LedgerReport report) {
        List<String> shown = new ArrayList<>(report.columns().subList(0, report.keys()));
        shown.addAll(List.of("attempts", "answers", "cached", "failed", "unsettled", "estimated", "unpriced",
                "cost_micros", "micros_per_answer", "saved_micros"));
        List<List<String>> lines = new ArrayList<>();
        lines.add(shown.stream().map(name -> name.replace("micros_per_answer", "per_answer").replace("_micros", ""))
                .toList());
        for (List<@Nullable Object> row : report.rows()) {
            lines.add(line(report.columns(), shown, row));
        }
        List<@Nullable Object> total = new ArrayList<>();
        for (int i = 0; i < report.keys(); i++) {
            total.add(i == 0 ? "all " + report.groups() : "");
        }
        total.addAll(report.total());
        lines.add(line(report.columns(), shown, total));
        return AlignedColumns.of(lines, report.keys());
    }

    private static List<String> line(List<String> columns, List<String> shown, List<@Nullable Object> row) {
        return shown.stream().map(name -> {
            Object value = row.get(columns.indexOf(name));
            return value == null
                    ? "-"
                    : name.contains("micros") && value instanceof Long micros
                            ? BigDecimal.valueOf(micros, 6).toPlainString()
                            : value.toString().isEmpty() ? "-" : printable(value.toString());
        }).toList();
    }

    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
