package dev.formulary.engine.boot;

import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.store.SeriesReader.Listed;
import dev.formulary.engine.store.SeriesReport.Summary;
import dev.formulary.engine.vitals.Processes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tables of what is measured, for people.
final class LoadText {
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

    private LoadText() {}

    static String key(Metric metric, String resource) {
        return metric.word() + " " + resource;
    }

    /// @param days what each was in the last day, by [#key]
    static String of(List<Listed> listed, Map<String, Summary> days, Instant now) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("metric", "resource", "latest", "before", "min", "median", "p95", "max"));
        for (Listed each : listed) {
            Summary day = days.get(key(each.metric(), each.resource()));
            Instant at = each.at();
            lines.add(List.of(each.metric().word(),
                    each.resource().isEmpty() ? "-" : LedgerText.printable(each.resource()),
                    value(each.metric(), each.value()), at == null ? "-" : age(Duration.between(at, now)),
                    value(each.metric(), day == null ? null : Double.valueOf(day.least())),
                    value(each.metric(), day == null ? null : Double.valueOf(day.median())),
                    value(each.metric(), day == null ? null : Double.valueOf(day.p95())),
                    value(each.metric(), day == null ? null : Double.valueOf(day.most()))));
        }
        return AlignedColumns.of(lines, 2);
    }

    static String of(List<Processes.Running> running) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("name", "pid", "cores", "memory"));
        running.forEach(each -> lines.add(List.of(LedgerText.printable(each.name()), Integer.toString(each.pid()),
                each.cores() < 0 ? "-" : number(each.cores()), bytes((double) each.memory()))));
        return AlignedColumns.of(lines, 1);
    }

    private static String age(Duration age) {
        return age.toHours() > 0
                ? age.toHours() + " h"
                : age.toMinutes() > 0 ? age.toMinutes() + " min" : Math.max(0, age.toSeconds()) + " s";
    }

    static String value(Metric metric, @Nullable Double value) {
        if (value == null) {
            return "-";
        }
        return switch (metric.unit()) {
            case "share" -> number(value * 100) + " %";
            case "bytes" -> bytes(value);
            case "bytes/s" -> bytes(value) + "/s";
            default -> number(value) + " " + metric.unit();
        };
    }

    private static String bytes(double value) {
        double rest = value;
        int unit = 0;
        while (rest >= 1024 && unit < UNITS.size() - 1) {
            rest /= 1024;
            unit++;
        }
        return number(rest) + " " + UNITS.get(unit);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : digits(value);
    }

    private static String digits(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : Math.abs(value) >= 0.1 ? "%.2f" : "%.4f",
                value);
    }
}
