package dev.formulary.engine.boot;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.formulary.engine.store.SeriesQuery;
import dev.formulary.engine.store.SeriesReport;
import dev.formulary.engine.store.SeriesReport.Line;
import dev.formulary.engine.store.SeriesReport.Point;
import dev.formulary.engine.store.SeriesReport.Summary;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes what was measured as CSV or as a document.
final class SeriesText {
    private static final List<String> POINT = List.of("at", "min", "median", "max", "count");
    private static final List<String> SUMMARY = List.of("at", "min", "median", "p95", "max", "count", "known_seconds");

    private SeriesText() {}

    /// By RFC 4180, with a line of names. A resource that a spreadsheet would take for a formula gets an apostrophe before it.
    static String csv(SeriesReport report) {
        SeriesQuery query = report.query();
        var text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            List<String> names = new ArrayList<>(List.of("metric", "resource"));
            names.addAll(query.summary() == null ? POINT : SUMMARY);
            if (query.summary() != null) {
                query.above().forEach(limit -> names.add("seconds_above_" + number(limit)));
            }
            csv.writeRecord(names);
            for (Line line : report.lines()) {
                for (Map<String, Object> row : rows(line, query)) {
                    List<String> cells = new ArrayList<>(
                            List.of(query.metric().word(), LedgerText.cell(line.resource())));
                    row.values()
                            .forEach(each -> cells.add(each instanceof Double value ? number(value) : each.toString()));
                    csv.writeRecord(cells);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }

    /// Whole numbers without a point.
    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /// As it becomes JSON.
    static Map<String, Object> document(SeriesReport report) {
        SeriesQuery query = report.query();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("metric", query.metric().word());
        all.put("unit", query.metric().unit());
        all.put("from", query.from());
        all.put("to", query.to());
        all.put("resolution_seconds", report.resolution().toSeconds());
        if (query.summary() == null) {
            all.put("step_seconds", query.step().toSeconds());
        } else {
            all.put("summary", query.summary().toHours() == 1 ? "hour" : "day");
        }
        all.put("series", report.lines().stream().map(line -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("resource", line.resource());
            one.put(query.summary() == null ? "points" : "summaries", rows(line, query));
            return one;
        }).toList());
        return all;
    }

    private static List<Map<String, Object>> rows(Line line, SeriesQuery query) {
        return query.summary() == null
                ? line.points().stream().map(SeriesText::row).toList()
                : line.summaries().stream().map(each -> row(each, query)).toList();
    }

    private static Map<String, Object> row(Point point) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("at", point.at());
        row.put("min", point.least());
        row.put("median", point.median());
        row.put("max", point.most());
        row.put("count", point.count());
        return row;
    }

    private static Map<String, Object> row(Summary summary, SeriesQuery query) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("at", summary.at());
        row.put("min", summary.least());
        row.put("median", summary.median());
        row.put("p95", summary.p95());
        row.put("max", summary.most());
        row.put("count", summary.count());
        row.put("known_seconds", summary.knownSeconds());
        for (int i = 0; i < query.above().size(); i++) {
            row.put("seconds_above_" + number(query.above().get(i)), summary.secondsAbove().get(i));
        }
        return row;
    }
}
