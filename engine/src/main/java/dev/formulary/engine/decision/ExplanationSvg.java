package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// An explanation as a picture: from what the call is like over the rules that fired to the models and the choice.
final class ExplanationSvg {
    private static final int WIDTH = 1200;
    private static final int TOP = 92;
    private static final int GAP = 10;
    private static final int MOST = 14;
    private static final int LINE = 17;
    private static final double CHARACTER = 7.1;
    private static final int BAR = 230;
    private static final Column FACTS = new Column(20, 280);
    private static final Column RULES = new Column(370, 350);
    private static final Column MODELS = new Column(790, 390);

    private final Explanation explanation;
    private final Map<String, Integer> facts = new LinkedHashMap<>();
    private final Map<String, Integer> rules = new LinkedHashMap<>();
    private final Map<String, Integer> models = new LinkedHashMap<>();
    private final SvgPen boxes = new SvgPen();
    private final SvgPen lines = new SvgPen();

    private record Column(int x, int width) {
        int characters() {
            return (int) ((width - 20) / CHARACTER);
        }
    }

    private ExplanationSvg(Explanation explanation) {
        this.explanation = explanation;
    }

    static String of(Explanation explanation) {
        return new ExplanationSvg(explanation).draw();
    }

    private String draw() {
        int end = Math.max(Math.max(facts(), rules()), models());
        edges();
        int height = plan(end) + 20;
        var page = new SvgPen();
        page.open(WIDTH, height, title(), summary());
        page.text(20, 32, "title", cut(title(), 130));
        page.text(20, 52, "soft", cut(explanation.model().isEmpty()
                ? explanation.message()
                : "rules " + explanation.ruleSet(), 150));
        page.text(FACTS.x, TOP - 12, "head", "what the rules looked at");
        page.text(RULES.x, TOP - 12, "head", "rules that fired");
        page.text(MODELS.x, TOP - 12, "head", "models");
        legend(page);
        page.add(lines);
        page.add(boxes);
        return page.close();
    }

    private String title() {
        return explanation.model().isEmpty()
                ? "denied: " + explanation.result()
                : "answered by " + explanation.model();
    }

    private String summary() {
        long out = explanation.candidates().stream().filter(one -> one.place() == 0).count();
        return "Decision " + explanation.id() + ": " + title() + ". " + rules.size() + " rules fired, " + out + " of "
                + explanation.candidates().size() + " models may not answer.";
    }

    private void legend(SvgPen page) {
        int x = MODELS.x + 62;
        for (String term : List.of("quality", "cost", "latency", "load", "points")) {
            page.rectangle(x, TOP - 22, 10, 10, 2, term);
            page.text(x + 14, TOP - 13, "soft", term);
            x += 30 + (int) (term.length() * CHARACTER * 0.9);
        }
    }

    private int facts() {
        int y = TOP;
        for (Explanation.Fact fact : explanation.facts().stream().limit(MOST).toList()) {
            y = box(FACTS, y, "fact", List.of(fact.fact() + "." + fact.field(), fact.value()), fact.toString(), facts);
        }
        return more(FACTS, y, explanation.facts().size() - MOST, "facts");
    }

    private int rules() {
        Map<String, List<Explanation.Fired>> byRule = new LinkedHashMap<>();
        explanation.fired().forEach(one -> byRule.computeIfAbsent(one.rule(), _ -> new ArrayList<>()).add(one));
        int y = TOP;
        for (var entry : byRule.entrySet().stream().limit(MOST).toList()) {
            List<Explanation.Fired> all = entry.getValue();
            Explanation.Fired first = all.getFirst();
            List<String> says = all.stream().flatMap(one -> one.says().stream()).distinct().toList();
            var text = new ArrayList<>(List.of(all.size() == 1 ? first.rule() : first.rule() + "  × " + all.size()));
            says.stream().limit(2).forEach(text::add);
            if (says.size() > 2) {
                text.add("and " + (says.size() - 2) + " more");
            }
            if (!first.file().isEmpty()) {
                text.add(first.file() + ":" + first.line());
            }
            y = box(RULES, y, "rule", text, first.rule(), rules);
        }
        return more(RULES, y, byRule.size() - MOST, "rules");
    }

    private int models() {
        int y = TOP;
        for (Explanation.Rated one : explanation.candidates().stream().limit(MOST).toList()) {
            boolean chosen = one.candidate().equals(explanation.model());
            var text = new ArrayList<String>();
            if (one.place() > 0) {
                text.add(one.place() + ". " + one.candidate());
                text.add(String.format(Locale.ROOT, "%.3f", one.score()));
                if (!one.standing().isEmpty()) {
                    text.add((one.front() ? "◆ " : "◇ ") + one.standing());
                }
            } else {
                text.add("✕ " + one.candidate());
                one.stopped().stream().limit(2).forEach(each -> text.add(each.text()));
            }
            int top = y;
            y = box(MODELS, y, chosen ? "chosen" : one.place() > 0 ? "ranked" : "out", text, one.candidate(), models);
            if (one.shares() != null) {
                bar(one.shares(), top + 10 + LINE);
            }
        }
        return more(MODELS, y, explanation.candidates().size() - MOST, "models");
    }

    /// The shares of the terms beside each other; points that were taken are drawn over the end.
    private void bar(Explanation.Shares shares, int y) {
        double x = MODELS.x + 62.0;
        double[] values = {shares.quality(), shares.cost(), shares.latency(), shares.load()};
        String[] terms = {"quality", "cost", "latency", "load"};
        for (int i = 0; i < values.length; i++) {
            double width = Math.max(0, values[i]) * BAR;
            boxes.rectangle(x, y, width, 12, 0, terms[i]);
            x += width;
        }
        double points = Math.clamp(shares.points(), -1.0, 1.0) * BAR * 0.4;
        boxes.rectangle(points < 0 ? Math.max(MODELS.x + 62.0, x + points) : x, points < 0 ? y + 3 : y,
                Math.abs(points), points < 0 ? 6 : 12, 0, points < 0 ? "taken" : "points");
    }

    private int box(Column column, int y, String style, List<String> text, String key, Map<String, Integer> into) {
        int height = 14 + LINE * text.size();
        boxes.rectangle(column.x, y, column.width, height, 6, "box " + style);
        for (int i = 0; i < text.size(); i++) {
            boxes.text(column.x + 10, y + 20 + i * LINE, i == 0 ? "name" : "soft",
                    cut(text.get(i), column.characters()));
        }
        into.put(key, y + height / 2);
        return y + height + GAP;
    }

    private int more(Column column, int y, int left, String what) {
        if (left <= 0) {
            return y;
        }
        boxes.text(column.x, y + 12, "soft", "and " + left + " more " + what);
        return y + 24;
    }

    private void edges() {
        for (Explanation.Fired one : explanation.fired()) {
            one.matched()
                    .forEach(fact -> edge(FACTS, facts.get(fact.toString()), RULES, rules.get(one.rule()), "edge"));
        }
        for (Explanation.Rated one : explanation.candidates()) {
            Integer to = models.get(one.candidate());
            one.stopped().forEach(obstacle -> edge(RULES, rules.get(obstacle.rule()), MODELS, to, "edge stop"));
            one.points().forEach(given -> edge(RULES, rules.get(given.rule()), MODELS, to,
                    given.points() < 0 ? "edge stop" : "edge give"));
        }
    }

    private void edge(Column from, @org.jspecify.annotations.Nullable Integer y, Column to,
            @org.jspecify.annotations.Nullable Integer otherY, String style) {
        if (y != null && otherY != null) {
            lines.curve(from.x + from.width, y, to.x, otherY, style);
        }
    }

    private int plan(int y) {
        var text = new ArrayList<String>();
        List<String> order = explanation.candidates().stream().filter(one -> one.place() > 0)
                .map(Explanation.Rated::candidate).filter(one -> !one.equals(explanation.model())).toList();
        if (!explanation.model().isEmpty()) {
            text.add("plan: " + explanation.model() + (order.isEmpty()
                    ? ""
                    : ", by rank then " + String.join(", ",
                            order.subList(0, Math.min(4, order.size())))));
        }
        for (Explanation.Held held : explanation.parameters()) {
            Double preset = held.preset();
            Double cap = held.cap();
            text.add(held.parameter().name().toLowerCase(Locale.ROOT) + (preset == null
                    ? ""
                    : " " + FactValues.number(preset)) + (cap == null ? "" : " at most " + FactValues.number(cap))
                    + held.claims().stream().filter(Explanation.Claim::holds).findFirst()
                            .map(claim -> " by " + claim.rule()).orElse(""));
        }
        explanation.whyNot().stream().filter(one -> one.flip() != null).limit(4)
                .forEach(one -> text.add(one.candidate() + " would be the choice " + one.change()));
        return text.isEmpty() ? y : box(new Column(20, WIDTH - 40), y + 6, "plan", text, "plan", new LinkedHashMap<>());
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, Math.max(1, most - 1)) + "…";
    }
}
