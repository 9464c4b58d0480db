package dev.formulary.dist;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a PromQL expression says of metrics and labels, as far as it needs to be understood to compare it with what is exposed:
/// which metrics it reads with which matchers, and by which labels the metrics in which parenthesis are added up.
///
/// @param reads each metric with its matchers
/// @param sums labels of `by (...)` with the metrics that they are about
record PromQl(List<Read> reads, Map<String, Set<String>> sums) {
    private static final Set<String> WORDS = Set.of("sum", "min", "max", "avg", "count", "by", "or", "and", "unless",
            "on",
            "group_left", "bool", "ignoring");
    private static final Pattern SUM = Pattern.compile("\\bby\\s*\\(([^)]*)\\)\\s*\\(");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern MATCHER = Pattern.compile("([a-zA-Z_]\\w*)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");

    /// @param metric its full name
    /// @param matchers by label, as in `="value"`
    record Read(String metric, Map<String, String> matchers) {}

    static PromQl of(String expression) {
        String text = expression.replaceAll("\\[[^\\]]*]", " ");
        Map<String, Set<String>> sums = new HashMap<>();
        Matcher sum = SUM.matcher(text);
        while (sum.find()) {
            String inside = text.substring(sum.end(), closing(text, sum.end()));
            for (String label : sum.group(1).split(",", -1)) {
                reads(inside).forEach(
                        each -> sums.computeIfAbsent(label.strip(), _ -> new TreeSet<>()).add(each.metric()));
            }
        }
        return new PromQl(reads(text), sums);
    }

    private static int closing(String text, int from) {
        int depth = 1;
        for (int at = from; at < text.length(); at++) {
            depth += text.charAt(at) == '(' ? 1 : text.charAt(at) == ')' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        throw new IllegalArgumentException("a parenthesis is not closed: " + text);
    }

    private static List<Read> reads(String text) {
        List<Read> reads = new ArrayList<>();
        String rest = text.replaceAll("\\bby\\s*\\([^)]*\\)", " ");
        Matcher name = NAME.matcher(rest);
        int at = 0;
        while (name.find(at)) {
            at = name.end();
            String after = rest.substring(at).stripLeading();
            boolean number = name.start() > 0 && Character.isDigit(rest.charAt(name.start() - 1));
            if (number || after.startsWith("(") || WORDS.contains(name.group())) {
                continue;
            }
            Map<String, String> matchers = new LinkedHashMap<>();
            if (after.startsWith("{")) {
                int end = rest.indexOf('}', at);
                Matcher each = MATCHER.matcher(rest.substring(at, end));
                while (each.find()) {
                    matchers.put(each.group(1), each.group(2) + each.group(3));
                }
                at = end;
            }
            reads.add(new Read(name.group(), matchers));
        }
        return reads;
    }
}
