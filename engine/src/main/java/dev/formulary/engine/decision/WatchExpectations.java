package dev.formulary.engine.decision;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.decision.Scenario.Expected;
import dev.formulary.engine.decision.Scenario.Seen;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads what stands under `expect` in a scenario of rules that watch. What is not said is not looked at, but for problems: there
/// may be none.
final class WatchExpectations {
    private static final String NEVER = "never";

    private final YamlTree tree;
    private final Fields expect;
    private final List<Expected> all = new ArrayList<>();
    private final List<Scenario.Named> named = new ArrayList<>();

    /// @param place where `expect` stands
    WatchExpectations(YamlTree tree, Fields expect, YamlTree.Place place) {
        this.tree = tree;
        this.expect = expect;
        alerts();
        notAlerts();
        rules("fired", true);
        rules("notFired", false);
        exactly();
        problems(place);
        expect.done();
    }

    List<Expected> all() {
        return List.copyOf(all);
    }

    List<Scenario.Named> named() {
        return List.copyOf(named);
    }

    private void alerts() {
        JsonNode list = expect.node("alerts");
        if (list.isArray() && list.isEmpty()) {
            add("alerts", list, "be", "[]", seen -> seen.incidents().isEmpty() ? null : told(seen));
        }
        for (JsonNode node : Expectations.each(list)) {
            Wanted wanted = node.isObject() ? wanted(node, "expect.alerts") : Wanted.of(text(node));
            add("alerts", node, "contain", wanted.words(), seen -> wanted.met(seen.incidents()) ? null : told(seen));
        }
    }

    private void notAlerts() {
        for (JsonNode node : Expectations.each(expect.node("notAlerts"))) {
            Wanted wanted = node.isObject() ? wanted(node, "expect.notAlerts") : Wanted.of(text(node));
            add("notAlerts", node, "not contain", wanted.words(),
                    seen -> wanted.met(seen.incidents()) ? told(seen) : null);
        }
    }

    private void rules(String name, boolean fired) {
        for (JsonNode node : Expectations.each(expect.node(name))) {
            String rule = text(node);
            named.add(new Scenario.Named(rule, tree.of(node)));
            add(name, node, fired ? "contain" : "not contain", rule,
                    seen -> seen.rules().contains(rule) == fired ? null : Scenario.list(seen.rules()));
        }
    }

    private void exactly() {
        JsonNode node = expect.node("firedExactly");
        if (!node.isMissingNode()) {
            List<String> exactly = expect.texts("firedExactly", List.of()).stream().distinct().sorted().toList();
            add("firedExactly", node, "be", Scenario.list(exactly),
                    seen -> seen.rules().equals(exactly) ? null : Scenario.list(seen.rules()));
            Expectations.each(node).forEach(one -> named.add(new Scenario.Named(one.asText(), tree.of(one))));
        }
    }

    private void problems(YamlTree.Place place) {
        List<String> parts = expect.texts("problems", List.of());
        JsonNode node = expect.node("problems");
        all.add(new Expected("problems", node.isMissingNode() ? place : tree.named(node), "be", Scenario.list(parts),
                seen -> parts.stream().allMatch(part -> seen.problems().stream().anyMatch(one -> one.contains(part)))
                        && seen.problems().stream().allMatch(one -> parts.stream().anyMatch(one::contains))
                                ? null
                                : Scenario.list(seen.problems())));
    }

    private static String told(Seen seen) {
        return Scenario.list(seen.incidents().stream().map(Incident::toString).toList());
    }

    private void add(String field, JsonNode node, String relation, String expected,
            Function<Seen, @Nullable String> actual) {
        all.add(new Expected(field, tree.named(node), relation, expected, actual));
    }

    private static String text(JsonNode node) {
        if (node.isContainerNode() || node.isNull()) {
            throw new Fields.Wrong("an alert is its code, or {code: ..., resource: ...}, not '" + node + "'", node);
        }
        return node.asText();
    }

    /// An alert that is expected.
    ///
    /// @param words as it is told
    /// @param test whether an incident is meant
    /// @param times how many there must be; -1 for any
    private record Wanted(String words, Predicate<Incident> test, int times) {
        static Wanted of(String code) {
            return new Wanted(code, incident -> incident.code().equals(code), -1);
        }

        boolean met(List<Incident> incidents) {
            long count = incidents.stream().filter(test).count();
            return times < 0 ? count > 0 : count == times;
        }
    }

    private static Wanted wanted(JsonNode node, String where) {
        Fields fields = Fields.of(node, where);
        String code = fields.text("code", "");
        if (code.isEmpty()) {
            throw new Fields.Wrong("an alert needs a code", node);
        }
        var words = new StringBuilder(code);
        var tests = new ArrayList<Predicate<Incident>>();
        tests.add(incident -> incident.code().equals(code));
        if (fields.has("resource")) {
            String resource = fields.text("resource", "");
            words.append(" of ").append(resource.isEmpty() ? "nothing" : resource);
            tests.add(incident -> incident.resource().equals(resource));
        }
        if (fields.has("severity")) {
            Severity severity = fields.word("severity", Severity.class, Severity.INFO);
            words.append(" (").append(severity.name().toLowerCase(Locale.ROOT)).append(')');
            tests.add(incident -> incident.severity() == severity);
        }
        String message = fields.text("message", "");
        if (!message.isEmpty()) {
            words.append(" with '").append(message).append('\'');
            tests.add(incident -> incident.message().contains(message));
        }
        times(fields, words, tests);
        measures(fields, "close", Measure.Kind.CLOSE, words, tests);
        measures(fields, "demote", Measure.Kind.AVOID, words, tests);
        int times = fields.whole("times", -1);
        words.append(times < 0 ? "" : " " + times + " times");
        fields.done();
        return new Wanted(words.toString(), tests.stream().reduce(_ -> true, Predicate::and), times);
    }

    private static void times(Fields fields, StringBuilder words, List<Predicate<Incident>> tests) {
        String opens = fields.text("opens", "");
        if (!opens.isEmpty()) {
            Duration at = span(fields, "opens", opens);
            words.append(" opening after ").append(opens);
            tests.add(incident -> incident.opens().equals(at));
        }
        String resolves = fields.text("resolves", "");
        if (!resolves.isEmpty()) {
            words.append(" resolved ").append(resolves.equals(NEVER) ? NEVER : "after " + resolves);
            Duration at = resolves.equals(NEVER) ? null : span(fields, "resolves", resolves);
            tests.add(incident -> at == null
                    ? incident.resolves() == null
                    : at.equals(incident.resolves()));
        }
    }

    private static Duration span(Fields fields, String name, String text) {
        Duration read = Spans.read(text);
        if (read == null) {
            throw new Fields.Wrong("'expect.alerts." + name + "' must be " + Spans.RIGHT + " after the beginning"
                    + (name.equals("resolves") ? ", or never" : "") + ", not '" + text + "'", fields.node(name));
        }
        return read;
    }

    private static void measures(Fields fields, String name, Measure.Kind kind, StringBuilder words,
            List<Predicate<Incident>> tests) {
        for (String model : fields.texts(name, List.of())) {
            words.append(' ').append(name).append(' ').append(model);
            tests.add(incident -> incident.wanted().stream()
                    .anyMatch(one -> one.kind() == kind && one.model().equals(model)));
        }
    }
}
