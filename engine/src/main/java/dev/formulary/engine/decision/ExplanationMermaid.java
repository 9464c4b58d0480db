package dev.formulary.engine.decision;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// An explanation as a Mermaid flowchart: facts, the rules that fired, the models, the choice.
final class ExplanationMermaid {
    private static final int MOST = 24;
    private static final int LONGEST = 90;

    private final StringBuilder text = new StringBuilder("flowchart LR\n");
    private final Map<String, String> ids = new LinkedHashMap<>();
    private final Set<String> edges = new LinkedHashSet<>();

    private ExplanationMermaid() {}

    static String of(Explanation explanation) {
        var chart = new ExplanationMermaid();
        chart.facts(explanation.facts());
        chart.rules(explanation.fired());
        chart.models(explanation);
        chart.end(explanation);
        return chart.text.toString();
    }

    private void facts(List<Explanation.Fact> facts) {
        text.append("  subgraph facts[\"what the call is like\"]\n");
        facts.stream().limit(MOST).forEach(fact -> node("fact:" + fact, "f", "[\"", fact.toString(), "\"]", ""));
        if (facts.isEmpty()) {
            node("fact:", "f", "[\"nothing that a rule looked at\"]", "", "", "");
        }
        text.append("  end\n");
    }

    private void rules(List<Explanation.Fired> fired) {
        text.append("  subgraph rules[\"rules that fired\"]\n");
        fired.stream().filter(one -> !ids.containsKey("rule:" + one.rule()) && ids.size() < 3 * MOST)
                .forEach(one -> {
                    String says = String.join("; ", one.says());
                    node("rule:" + one.rule(), "r", "[\"", one.rule() + "\n" + says
                            + (one.file().isEmpty() ? "" : "\n" + one.file() + ":" + one.line()), "\"]", "rule");
                });
        text.append("  end\n");
        fired.forEach(one -> one.matched().forEach(fact -> edge("fact:" + fact, "rule:" + one.rule(), "-->")));
    }

    private void models(Explanation explanation) {
        text.append("  subgraph models[\"models\"]\n");
        for (Explanation.Rated one : explanation.candidates().stream().limit(MOST).toList()) {
            boolean chosen = one.candidate().equals(explanation.model());
            String fate = one.place() > 0
                    ? String.format(Locale.ROOT, "rank %d, score %.3f", one.place(), one.score())
                            + (one.standing().isEmpty() ? "" : "\n" + one.standing())
                    : one.stopped().isEmpty() ? "not asked" : "out: " + one.stopped().getFirst().text();
            node("model:" + one.candidate(), "m", "([\"", one.candidate() + "\n" + fate, "\"])",
                    chosen ? "chosen" : one.place() > 0 ? "ranked" : "out");
        }
        text.append("  end\n");
        for (Explanation.Rated one : explanation.candidates()) {
            one.stopped().forEach(obstacle -> edge("rule:" + obstacle.rule(), "model:" + one.candidate(), "-. "
                    + verb(obstacle.verb()) + " .->"));
            one.points().forEach(given -> edge("rule:" + given.rule(), "model:" + one.candidate(), "-- "
                    + FactValues.number(given.points()) + " points -->"));
        }
    }

    private static String verb(String verb) {
        return '"' + escape(verb) + '"';
    }

    private void end(Explanation explanation) {
        boolean denied = explanation.model().isEmpty();
        node("end", "e", "{{\"", denied ? "denied: " + explanation.result() : "answered by " + explanation.model(),
                "\"}}", denied ? "out" : "chosen");
        if (!denied) {
            edge("model:" + explanation.model(), "end", "==>");
        }
        edges.forEach(text::append);
        text.append("  classDef chosen stroke:#1a7f37,stroke-width:3px\n")
                .append("  classDef out stroke:#c62828,stroke-dasharray:4 3\n")
                .append("  classDef ranked stroke:#57606a\n")
                .append("  classDef rule stroke:#0969da\n");
    }

    private void node(String key, String prefix, String open, String label, String close, String style) {
        String id = prefix + ids.size();
        if (ids.putIfAbsent(key, id) == null) {
            text.append("    ").append(id).append(open).append(label.isEmpty() ? "" : escape(label)).append(close)
                    .append(style.isEmpty() ? "" : ":::" + style).append('\n');
        }
    }

    private void edge(String from, String to, String arrow) {
        String one = ids.get(from);
        String other = ids.get(to);
        if (one != null && other != null) {
            edges.add("  " + one + " " + arrow + " " + other + "\n");
        }
    }

    /// Quotes, brackets and marks have a meaning there, so they are written as their numbers.
    static String escape(String text) {
        var escaped = new StringBuilder();
        for (String line : text.split("\n", -1)) {
            String cut = line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
            escaped.append(escaped.isEmpty() ? "" : "<br/>");
            cut.codePoints().forEach(c -> {
                if (Character.isLetterOrDigit(c) || " .,:/-_=()…".indexOf(c) >= 0) {
                    escaped.appendCodePoint(c);
                } else if (!Character.isISOControl(c)) {
                    escaped.append('#').append(c).append(';');
                }
            });
        }
        return escaped.toString();
    }
}
