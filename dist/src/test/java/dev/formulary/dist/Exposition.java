package dev.formulary.dist;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Metrics as they are exposed: of each its labels and their values.
record Exposition(Map<String, Map<String, Set<String>>> metrics) {
    private static final Pattern LINE = Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    static Exposition of(String text) {
        Map<String, Map<String, Set<String>>> metrics = new HashMap<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            var labels = metrics.computeIfAbsent(line.group(1), _ -> new HashMap<>());
            Matcher label = LABEL.matcher(line.group(2) == null ? "" : line.group(2));
            while (label.find()) {
                labels.computeIfAbsent(label.group(1), _ -> new TreeSet<>()).add(label.group(2));
            }
        }
        return new Exposition(metrics);
    }

    /// The values of a label of a metric; none where there is no such label.
    Set<String> values(String metric, String label) {
        return metrics.getOrDefault(metric, Map.of()).getOrDefault(label, Set.of());
    }

    /// The labels of a metric; none where there is no such metric.
    Set<String> labels(String metric) {
        return metrics.getOrDefault(metric, Map.of()).keySet();
    }
}
