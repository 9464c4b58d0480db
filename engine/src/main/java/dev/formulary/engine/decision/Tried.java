package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Requirements;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

/// At which values of a number rules, or the gateway itself, could change their mind.
final class Tried {
    /// Where a rule names no number: a little of everything.
    private static final double[] PLAIN = {0, 0.1, 0.5, 1, 2, 5, 10, 100, 1_000, 10_000, 100_000};

    private Tried() {}

    static List<Double> numbers(List<String> literals) {
        var numbers = new ArrayList<Double>();
        for (String literal : literals) {
            if (literal.matches("-?\\d{1,15}(\\.\\d{1,9})?")) {
                numbers.add(Double.valueOf(literal));
            }
        }
        return numbers;
    }

    /// Around each number with which rules compare it, and a little of everything, within its scale.
    ///
    /// @param more values that matter beside those
    static List<Double> around(double now, List<String> literals, Gauge gauge, List<Double> more) {
        var values = new TreeSet<Double>(more);
        for (String literal : literals) {
            double step = gauge.step(literal);
            numbers(List.of(literal)).forEach(number -> values.addAll(List.of(Gauge.rounded(number - step), number,
                    Gauge.rounded(number + step))));
        }
        DoubleStream.of(PLAIN).forEach(values::add);
        values.addAll(List.of(gauge.least(), Math.min(gauge.most(), Math.max(1_000_000, 2 * now))));
        boolean whole = gauge.step() == 1;
        return values.stream().filter(value -> gauge.holds(value) || (value == -1 && more.contains(value)))
                .map(value -> whole ? Double.valueOf(Math.rint(value)) : value).distinct().toList();
    }

    /// What a caller could require: nothing, or just so much that a model meets it, or does not. Empty for other facts.
    static List<Double> required(Record fact, String field, Question question) {
        if (!(fact instanceof Requirements)) {
            return List.of();
        }
        var values = new ArrayList<Double>(List.of(-1.0));
        double step = Gauge.of("Requirements", field).step();
        for (Candidate model : question.candidates()) {
            double number = switch (field) {
                case "maxLatencyMs" -> model.vitals().latencyMs();
                case "minQuality" -> model.quality();
                case "minSafety" -> model.safety();
                case "maxCostMicros" -> Estimate.of(question.context()).costMicros(model);
                default -> model.card().contextTokens();
            };
            if (number >= 0) {
                values.addAll(List.of(number, Gauge.rounded(number - step), Gauge.rounded(number + step)));
            }
        }
        return values.stream().filter(value -> value >= 0 || value == -1).toList();
    }

    /// What a budget could have spent: so that its share is at a number with which rules compare it, or it is used up.
    static List<Double> spent(Budget budget, List<Double> literals) {
        var amounts = new TreeSet<Double>(List.of(0.0, budget.limit() / 2.0));
        around(amounts, (double) budget.limit() - budget.reserved());
        for (double literal : literals) {
            around(amounts, literal * budget.limit() - budget.reserved());
            around(amounts, literal);
        }
        return amounts.stream().filter(amount -> amount >= 0).map(Math::rint).distinct().toList();
    }

    /// The same for its limit.
    static List<Double> limits(Budget budget, List<Double> literals) {
        double used = (double) budget.spent() + budget.reserved();
        var amounts = new TreeSet<Double>(List.of(2.0 * budget.limit()));
        around(amounts, used);
        for (double literal : literals) {
            if (literal > 0) {
                around(amounts, used / literal);
            }
            around(amounts, literal);
        }
        return amounts.stream().filter(amount -> amount > 0).map(Math::rint).distinct().toList();
    }

    private static void around(Set<Double> amounts, double amount) {
        double floor = Math.floor(amount);
        amounts.addAll(List.of(floor - 1, floor, floor + 1, floor + 2));
    }
}
