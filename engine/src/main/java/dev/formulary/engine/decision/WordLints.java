package dev.formulary.engine.decision;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import dev.formulary.engine.config.Nearest;
import dev.formulary.engine.facts.Candidate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.drools.mvel.parser.ast.expr.PointFreeExpr;
import org.drools.mvel.parser.printer.PrintUtil;
import org.jspecify.annotations.Nullable;

/// Finds labels and models of which rules speak and which nobody knows.
final class WordLints {
    /// Labels of the models that come with the gateway.
    static final Set<String> SHIPPED = Set.of("crisis", "simulated");
    private static final Set<String> ASKS_FOR_LABEL = Set.of("requireLabel", "lastResort");

    private final Set<String> labels = new HashSet<>(SHIPPED);
    private final @Nullable ModelCards cards;
    private final Set<String> providers;

    /// @param scenarios their models count as known where there are no cards
    /// @param cards which models there are, or null when nobody knows
    WordLints(List<Scenario> scenarios, @Nullable ModelCards cards) {
        this.cards = cards;
        if (cards == null) {
            scenarios.forEach(scenario -> scenario.question().candidates().stream().map(Candidate::labels)
                    .forEach(labels::addAll));
        } else {
            labels.clear();
            labels.addAll(cards.labels());
        }
        providers = cards == null
                ? Set.of()
                : cards.models().stream().map(id -> id.split("/", 2)[0]).collect(Collectors.toSet());
    }

    void look(RuleTree rule, Lints.Sink sink) {
        for (RuleTree.Call call : rule.calls()) {
            if (ASKS_FOR_LABEL.contains(call.verb())) {
                call.arguments().forEach(argument -> literals(argument).forEach(label -> label(rule, call.line(),
                        label, sink)));
            }
        }
        for (RuleTree.Part part : rule.parts()) {
            if (part.pattern() != null && part.pattern().type().equals("Candidate")) {
                part.pattern().conditions().forEach(condition -> condition(rule, condition, sink));
            }
        }
    }

    private void condition(RuleTree rule, RuleTree.Condition condition, Lints.Sink sink) {
        if (condition.expression() == null) {
            return;
        }
        for (Node node : nodes(condition.expression())) {
            switch (node) {
                case MethodCallExpr call when call.getNameAsString().equals("labelled") -> call.getArguments()
                        .forEach(argument -> literals(argument).forEach(
                                label -> label(rule, condition.line(), label, sink)));
                case PointFreeExpr operation -> operation(rule, condition, operation, sink);
                case BinaryExpr comparison when comparison.getOperator() == BinaryExpr.Operator.EQUALS ->
                    named(rule, condition, comparison.getLeft(), List.of(comparison.getRight()), sink);
                default -> {
                    // says nothing about labels or models
                }
            }
        }
    }

    private void operation(RuleTree rule, RuleTree.Condition condition, PointFreeExpr operation, Lints.Sink sink) {
        boolean contains = operation.getOperator().asString().equals("contains");
        if (contains && PrintUtil.printNode(operation.getLeft()).equals("labels")) {
            operation.getRight().forEach(right -> literals(right).forEach(
                    label -> label(rule, condition.line(), label, sink)));
        } else if (operation.getOperator().asString().equals("in")) {
            named(rule, condition, operation.getLeft(), operation.getRight(), sink);
        }
    }

    private void label(RuleTree rule, int line, String label, Lints.Sink sink) {
        if (!labels.contains(label)) {
            sink.add(rule, line, '"' + label + '"', "unknown-label", "no model bears the label '" + label + "'"
                    + meant(label, labels));
        }
    }

    private void named(RuleTree rule, RuleTree.Condition condition, Expression field, List<Expression> values,
            Lints.Sink sink) {
        if (cards == null) {
            return;
        }
        String name = PrintUtil.printNode(field);
        boolean id = name.equals("id");
        Set<String> known = id ? cards.models() : providers;
        if (!id && !name.equals("provider")) {
            return;
        }
        values.stream().flatMap(value -> literals(value).stream()).filter(word -> !known.contains(word))
                .forEach(word -> sink.add(rule, condition.line(), '"' + word + '"', "unknown-model", "there is no "
                        + (id ? "model" : "provider") + " '" + word + "'" + meant(word, known)));
    }

    private static String meant(String word, Set<String> known) {
        String nearest = Nearest.to(word, known);
        return nearest == null ? "" : "; did you mean '" + nearest + "'?";
    }

    private static List<String> literals(Expression expression) {
        return expression.findAll(StringLiteralExpr.class).stream().map(StringLiteralExpr::getValue).toList();
    }

    /// All expressions in one; the rule language's own do not list their parts.
    private static List<Node> nodes(Node node) {
        var all = new ArrayList<Node>(List.of(node));
        Stream<? extends Node> children = node instanceof PointFreeExpr operation
                ? operation.getRight().stream()
                : node.getChildNodes().stream();
        children.forEach(child -> all.addAll(nodes(child)));
        return all;
    }
}
