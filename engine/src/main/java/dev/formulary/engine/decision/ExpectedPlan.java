package dev.formulary.engine.decision;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.decision.Scenario.Expected;
import dev.formulary.engine.decision.Scenario.Seen;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reaction;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads what a scenario expects of the plan and of the ranking.
final class ExpectedPlan {
    private static final String NONE = "none";

    private final YamlTree tree;
    private final Fields expect;
    private final List<Expected> all;

    /// @param all where the expectations go
    ExpectedPlan(YamlTree tree, Fields expect, List<Expected> all) {
        this.tree = tree;
        this.expect = expect;
        this.all = all;
    }

    void read() {
        models();
        order();
        better();
        expect.members("parameters").forEach(this::parameter);
        number("cacheSeconds", Plan::cacheSeconds);
        number("balance", Plan::balance);
        queue();
        expect.members("onFailure").forEach(this::reaction);
    }

    private void reaction(String name, JsonNode node) {
        FailureClass failure = expect.constant("onFailure", FailureClass.class, name);
        String expected = node.asText().equals(NONE)
                ? NONE
                : expect.constant("onFailure." + name, Reaction.class, node.asText()).name();
        plan("onFailure." + name, node, expected, plan -> {
            Reaction said = plan.reactions().get(failure);
            return said == null ? NONE : said.name();
        });
    }

    private void queue() {
        if (expect.has("queue")) {
            boolean none = expect.text("queue", NONE).equals(NONE);
            String expected = none ? NONE : expect.word("queue", Priority.class, Priority.NORMAL).name();
            plan("queue", expect.node("queue"), expected, plan -> {
                Priority queue = plan.queue();
                return queue == null ? NONE : queue.name();
            });
        }
    }

    private void models() {
        String first = expect.text("first", "");
        if (!first.isEmpty()) {
            plan("first", expect.node("first"), first, plan -> plan.attempts().getFirst().id());
        }
        if (expect.has("attempts")) {
            plan("attempts", expect.node("attempts"), Scenario.list(expect.texts("attempts", List.of())),
                    plan -> Scenario.list(plan.attempts().stream().map(Candidate::id).toList()));
        }
    }

    /// The models stand in the ranking in this order; others may stand between them.
    private void order() {
        if (!expect.has("order")) {
            return;
        }
        List<String> order = expect.texts("order", List.of());
        add("order", expect.node("order"), Scenario.list(order), seen -> {
            List<String> ranked = seen.decision().ranking().stream().map(Ranking::candidate).filter(order::contains)
                    .toList();
            return ranked.equals(order) ? null : Scenario.list(ranked);
        });
    }

    /// Each model has a strictly higher score than the next; one that may not answer has none.
    private void better() {
        if (!expect.has("better")) {
            return;
        }
        JsonNode node = expect.node("better");
        List<JsonNode> lists = node.path(0).isArray() ? Expectations.each(node) : List.of(node);
        for (JsonNode list : lists) {
            List<String> models = Expectations.each(list).stream().map(JsonNode::asText).toList();
            if (models.size() < 2) {
                throw new Fields.Wrong("'expect.better' must name two models or more, the better one first", list);
            }
            add("better", list, String.join(" > ", models), seen -> {
                for (int i = 1; i < models.size(); i++) {
                    if (!(score(seen, models.get(i - 1)) > score(seen, models.get(i)))) {
                        return String.join(", ", models.stream().map(model -> model + " "
                                + told(score(seen, model))).toList());
                    }
                }
                return null;
            });
        }
    }

    private static double score(Seen seen, String model) {
        return seen.decision().ranking().stream().filter(one -> one.candidate().equals(model) && one.eligible())
                .mapToDouble(Ranking::score).findFirst().orElse(Double.NEGATIVE_INFINITY);
    }

    private static String told(double score) {
        return score == Double.NEGATIVE_INFINITY ? "may not answer" : "has " + Math.round(score * 1e6) / 1e6;
    }

    private void parameter(String name, JsonNode node) {
        Parameter parameter = expect.constant("parameters", Parameter.class, name);
        String field = "parameters." + name;
        if (node.isObject()) {
            Fields fields = Fields.of(node, "expect." + field);
            for (String part : List.of("preset", "cap")) {
                if (fields.has(part)) {
                    plan(field + "." + part, fields.node(part), value(field + "." + part, fields.node(part)),
                            plan -> {
                                Plan.Limit limit = plan.parameters().get(parameter);
                                return limit == null ? NONE : told(part, limit);
                            });
                }
            }
            fields.done();
            return;
        }
        plan(field, node, value(field, node), plan -> {
            Plan.Limit limit = plan.parameters().get(parameter);
            return parameter == Parameter.CACHE_SECONDS
                    ? number(plan.cacheSeconds())
                    : limit == null ? NONE : number(limit.withoutAsking());
        });
    }

    private static String told(String part, Plan.Limit limit) {
        return number(part.equals("cap") ? limit.cap() : limit.preset());
    }

    private static String value(String field, JsonNode node) {
        if (!node.isNumber() && !node.asText().equals(NONE)) {
            throw new Fields.Wrong("'expect." + field + "' must be a number or 'none', not '" + node.asText() + "'",
                    node);
        }
        return node.isNumber() ? number(node.asDouble()) : NONE;
    }

    /// What a plan says as a number.
    private interface Told {
        double of(Plan plan);
    }

    private void number(String name, Told told) {
        if (expect.has(name)) {
            plan(name, expect.node(name), value(name, expect.node(name)), plan -> {
                double value = told.of(plan);
                return value < 0 ? NONE : number(value);
            });
        }
    }

    private static String number(double value) {
        return Double.isNaN(value)
                ? NONE
                : value == Math.rint(value) && Math.abs(value) < 1e15
                        ? Long.toString((long) value)
                        : Double.toString(value);
    }

    private void plan(String field, JsonNode node, String expected, Function<Plan, String> actual) {
        add(field, node, expected, seen -> switch (seen.decision()) {
            case Decision.Allow allow -> {
                String is = actual.apply(allow.plan());
                yield is.equals(expected) ? null : is;
            }
            case Decision.Deny deny -> "nothing, the call is denied: " + deny.message();
        });
    }

    private void add(String field, JsonNode node, String expected, Function<Seen, @Nullable String> actual) {
        all.add(new Expected(field, tree.named(node), "be", expected, actual));
    }
}
