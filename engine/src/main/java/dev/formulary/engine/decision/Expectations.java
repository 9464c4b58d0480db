package dev.formulary.engine.decision;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.decision.Scenario.Expected;
import dev.formulary.engine.decision.Scenario.Seen;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads what stands under `expect`. What is not said is not looked at, but for problems: there may be none. An empty list
/// means that there is nothing of the kind at all.
final class Expectations {
    private final YamlTree tree;
    private final Fields expect;
    private final List<Expected> all = new ArrayList<>();
    private final List<Scenario.Named> named = new ArrayList<>();

    /// @param place where `expect` stands
    Expectations(YamlTree tree, Fields expect, YamlTree.Place place) {
        this.tree = tree;
        this.expect = expect;
        plain();
        items("forbidden", "contain", seen -> ids(seen, false));
        items("eligible", "contain", seen -> ids(seen, true));
        new ExpectedPlan(tree, expect, all).read();
        alerts();
        items("notAlerts", "not contain", seen -> seen.decision().notices().stream().map(Notice::code).toList());
        rules();
        problems(place);
        reasons();
        expect.done();
    }

    List<Expected> all() {
        return List.copyOf(all);
    }

    List<Scenario.Named> named() {
        return List.copyOf(named);
    }

    private void plain() {
        text("decision", (text, seen) -> switch (seen.decision()) {
            case Decision.Allow _ -> text.equals("allow") ? null : "allow";
            case Decision.Deny deny -> text.equals("deny") || text.equals(deny.code()) ? null : deny.code();
        });
        text("code", (text, seen) -> switch (seen.decision()) {
            case Decision.Allow _ -> "none, the call is allowed";
            case Decision.Deny deny -> text.equals(deny.code()) ? null : deny.code();
        });
        for (JsonNode node : each("message")) {
            String part = string("message", node);
            add("message", node, "contain", part, seen -> switch (seen.decision()) {
                case Decision.Allow _ -> "none, the call is allowed";
                case Decision.Deny deny -> deny.message().contains(part) ? null : deny.message();
            });
        }
    }

    /// Tells what is in place of a text, or null when it is right.
    private interface Check {
        @Nullable
        String actual(String expected, Seen seen);
    }

    private void text(String name, Check check) {
        String text = expect.text(name, "");
        if (!text.isEmpty()) {
            add(name, expect.node(name), "be", text, seen -> check.actual(text, seen));
        }
    }

    private void items(String name, String relation, Function<Seen, Collection<String>> actual) {
        JsonNode list = expect.node(name);
        if (list.isArray() && list.isEmpty()) {
            add(name, list, "be", "[]", seen -> actual.apply(seen).isEmpty() ? null : sorted(actual.apply(seen)));
        }
        for (JsonNode node : each(name)) {
            String item = string(name, node);
            boolean wanted = relation.equals("contain");
            add(name, node, relation, item,
                    seen -> actual.apply(seen).contains(item) == wanted ? null : sorted(actual.apply(seen)));
        }
    }

    private static List<String> ids(Seen seen, boolean eligible) {
        return seen.decision().ranking().stream().filter(ranking -> ranking.eligible() == eligible)
                .map(Ranking::candidate).toList();
    }

    private void alerts() {
        JsonNode list = expect.node("alerts");
        if (list.isArray() && list.isEmpty()) {
            add("alerts", list, "be", "[]", seen -> seen.decision().notices().isEmpty()
                    ? null
                    : notices(seen.decision().notices()));
        }
        for (JsonNode node : each("alerts")) {
            if (node.isObject()) {
                alert(node);
            } else {
                String code = string("alerts", node);
                add("alerts", node, "contain", code, seen -> alert(seen, code, null, ""));
            }
        }
    }

    private void alert(JsonNode node) {
        Fields fields = Fields.of(node, "expect.alerts");
        String code = fields.text("code", "");
        String message = fields.text("message", "");
        Severity severity = fields.has("severity") ? fields.word("severity", Severity.class, Severity.INFO) : null;
        fields.done();
        if (code.isEmpty()) {
            throw new Fields.Wrong("an alert needs a code", node);
        }
        add("alerts", node, "contain", code + (severity == null ? "" : " (" + low(severity) + ")")
                + (message.isEmpty() ? "" : " with '" + message + "'"), seen -> alert(seen, code, severity, message));
    }

    private static @Nullable String alert(Seen seen, String code, @Nullable Severity severity, String message) {
        List<Notice> notices = seen.decision().notices();
        return notices.stream().anyMatch(notice -> notice.code().equals(code)
                && (severity == null || severity == notice.severity()) && notice.message().contains(message))
                        ? null
                        : notices(notices);
    }

    private static String notices(List<Notice> notices) {
        return Scenario.list(notices.stream().map(notice -> notice.code() + " (" + low(notice.severity()) + ": "
                + notice.message() + ")").sorted().toList());
    }

    private static String low(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    private void rules() {
        items("fired", "contain", Seen::rules);
        items("notFired", "not contain", Seen::rules);
        if (expect.has("firedExactly")) {
            List<String> exactly = expect.texts("firedExactly", List.of()).stream().distinct().sorted().toList();
            add("firedExactly", expect.node("firedExactly"), "be", Scenario.list(exactly),
                    seen -> seen.rules().equals(exactly) ? null : Scenario.list(seen.rules()));
        }
        for (String name : List.of("fired", "notFired", "firedExactly")) {
            each(name).forEach(node -> named.add(new Scenario.Named(node.asText(), tree.of(node))));
        }
    }

    /// Each expected text is part of some problem, and each problem contains some expected text.
    private void problems(YamlTree.Place place) {
        List<String> parts = expect.texts("problems", List.of());
        JsonNode node = expect.node("problems");
        all.add(new Expected("problems", node.isMissingNode() ? place : tree.named(node), "be", Scenario.list(parts),
                seen -> {
                    List<String> problems = seen.decision().problems();
                    boolean right = parts.stream().allMatch(
                            part -> problems.stream().anyMatch(one -> one.contains(part)))
                            && problems.stream().allMatch(one -> parts.stream().anyMatch(one::contains));
                    return right ? null : Scenario.list(problems);
                }));
    }

    private void reasons() {
        for (JsonNode node : each("reasons")) {
            Fields fields = Fields.of(node, "expect.reasons");
            String rule = fields.text("rule", "");
            String verb = fields.text("verb", "");
            String subject = fields.text("subject", "");
            String text = fields.text("text", "");
            if (!rule.isEmpty() && !rule.equals("engine")) {
                named.add(new Scenario.Named(rule, tree.named(fields.node("rule"))));
            }
            fields.done();
            add("reasons", node, "contain", String.join(" ", rule, verb, subject, text).strip(),
                    seen -> seen.decision().reasons().stream().anyMatch(reason -> reason.text().contains(text)
                            && (rule.isEmpty() || rule.equals(reason.rule()))
                            && (verb.isEmpty() || verb.equals(reason.verb()))
                            && (subject.isEmpty() || subject.equals(reason.subject())))
                                    ? null
                                    : Scenario.list(seen.decision().reasons().stream().map(reason -> String.join(" ",
                                            reason.rule(), reason.verb(), reason.subject()).strip()).toList()));
        }
    }

    private void add(String field, JsonNode node, String relation, String expected,
            Function<Seen, @Nullable String> actual) {
        all.add(new Expected(field, tree.named(node), relation, expected, actual));
    }

    /// The items of a list; what is no list is its only item.
    private List<JsonNode> each(String name) {
        return each(expect.node(name));
    }

    static List<JsonNode> each(JsonNode node) {
        var items = new ArrayList<JsonNode>();
        if (node.isArray()) {
            node.forEach(items::add);
        } else if (!node.isMissingNode()) {
            items.add(node);
        }
        return items;
    }

    private static String string(String name, JsonNode node) {
        if (node.isContainerNode() || node.isNull()) {
            throw new Fields.Wrong("'expect." + name + "' must be a list of texts, not '" + node + "'", node);
        }
        return node.asText();
    }

    private static String sorted(Collection<String> texts) {
        return Scenario.list(texts.stream().sorted().toList());
    }
}
