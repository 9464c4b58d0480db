package dev.formulary.engine.decision;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.drools.drl.ast.descr.AccumulateDescr;
import org.drools.drl.ast.descr.AndDescr;
import org.drools.drl.ast.descr.BaseDescr;
import org.drools.drl.ast.descr.ConditionalElementDescr;
import org.drools.drl.ast.descr.EvalDescr;
import org.drools.drl.ast.descr.ExistsDescr;
import org.drools.drl.ast.descr.ExprConstraintDescr;
import org.drools.drl.ast.descr.ForallDescr;
import org.drools.drl.ast.descr.GroupByDescr;
import org.drools.drl.ast.descr.NotDescr;
import org.drools.drl.ast.descr.OrDescr;
import org.drools.drl.ast.descr.PatternDescr;
import org.drools.drl.ast.descr.PatternSourceDescr;
import org.drools.model.codegen.execmodel.generator.DrlxParseUtil;
import org.jspecify.annotations.Nullable;

/// Looks at what stands between `when` and `then`.
final class ConditionGate {
    /// Each pattern multiplies the work; halting a decision is possible only between two firings.
    private static final int PATTERN_LIMIT = 8;
    /// Of the facts of which there may be many.
    private static final Map<String, Integer> LIMITS = Map.of("Candidate", 2, "Budget", 2, "Signal", 3);
    /// Of all these together where a rule asks for signals, of which there are hundreds.
    private static final int MANY_LIMIT = 3;
    private static final int CONSTRAINT_LIMIT = 40;
    private static final Set<String> SUMS = Set.of("count", "sum", "min", "max", "average");

    private final Complaints complaints;
    private final Set<String> factTypes = new HashSet<>();
    private final Set<String> watchedTypes = new HashSet<>();
    private String rule = "";
    private boolean watches;
    private final Map<String, Integer> patterns = new HashMap<>();
    private int constraints;
    private CodeGate code;

    ConditionGate(Complaints complaints) {
        this.complaints = complaints;
        this.code = new CodeGate(complaints, rule);
    }

    /// The facts for which the rules ask that were looked at so far.
    ///
    /// @param watching those that watch, or those that are heard with calls
    Set<String> factTypes(boolean watching) {
        return watching ? watchedTypes : factTypes;
    }

    /// @param watching whether the rule is heard on a tick
    /// @return what judges the rest of the rule: it knows the names that the conditions give
    CodeGate look(String name, BaseDescr conditions, boolean watching) {
        rule = name;
        watches = watching;
        patterns.clear();
        constraints = 0;
        code = new CodeGate(complaints, name);
        element(conditions);
        limits(Math.max(1, conditions.getLine()));
        return code;
    }

    private void limits(int line) {
        boolean tooMany = patterns.values().stream().mapToInt(Integer::intValue).sum() > PATTERN_LIMIT
                || LIMITS.entrySet().stream()
                        .anyMatch(each -> patterns.getOrDefault(each.getKey(), 0) > each.getValue());
        if (tooMany) {
            complaints.add(line, "", rule, "a rule may have " + PATTERN_LIMIT + " patterns, 2 of them on Candidate "
                    + "and 2 on Budget, because each multiplies the work; write several rules");
        }
        int many = LIMITS.keySet().stream().mapToInt(each -> patterns.getOrDefault(each, 0)).sum();
        if (patterns.containsKey("Signal") && many > MANY_LIMIT) {
            complaints.add(line, "", rule,
                    "a rule that asks for Signal may have " + MANY_LIMIT + " patterns on Signal, "
                            + "Candidate and Budget together, because each multiplies the work; write several rules");
        }
        if (constraints > CONSTRAINT_LIMIT) {
            complaints.add(line, "", rule,
                    "a rule may have " + CONSTRAINT_LIMIT + " conditions in its patterns, this has "
                            + constraints + "; write several rules");
        }
    }

    private void element(@Nullable BaseDescr descr) {
        switch (descr) {
            case null -> {
                // a rule without conditions
            }
            case PatternDescr pattern -> pattern(pattern);
            case AccumulateDescr accumulate -> accumulate(accumulate, accumulate.getLine());
            case AndDescr and -> children(and);
            case OrDescr or -> children(or);
            case NotDescr not -> children(not);
            case ExistsDescr exists -> children(exists);
            case ForallDescr forall -> children(forall);
            case EvalDescr eval -> complaints.add(eval.getLine(), "eval", rule, CodeGate.EVAL);
            default -> complaints.add(descr.getLine(), word(descr), rule, "'" + word(descr)
                    + "' is not allowed here; conditions are patterns on facts, and, or, not, exists, forall, accumulate");
        }
    }

    private static String word(BaseDescr descr) {
        return descr.getClass().getSimpleName().replace("Descr", "").toLowerCase(Locale.ROOT);
    }

    private void children(ConditionalElementDescr parent) {
        for (Object child : parent.getDescrs()) {
            element((BaseDescr) child);
        }
    }

    private void pattern(PatternDescr pattern) {
        PatternSourceDescr from = pattern.getSource();
        if (from instanceof AccumulateDescr accumulate) {
            accumulate(accumulate, line(accumulate, pattern));
        } else if (from != null) {
            complaints.add(line(from, pattern), "from", rule, "'from' is not allowed, rules see the given facts only");
        } else {
            fact(pattern);
        }
        if (!pattern.getBehaviors().isEmpty()) {
            complaints.add(pattern.getLine(), "over", rule, "'over' is not allowed, a decision sees one moment");
        }
        if (!pattern.getAnnotations().isEmpty()) {
            complaints.add(pattern.getLine(), "@", rule, "a pattern has no annotations, they stand above 'when'");
        }
        for (BaseDescr constraint : pattern.getConstraint().getDescrs()) {
            constraints++;
            if (constraint instanceof ExprConstraintDescr expression) {
                code(line(expression, pattern), null, expression.getExpression());
            } else {
                complaints.add(constraint.getLine(), "", rule, "'" + word(constraint)
                        + "' is not allowed in a pattern");
            }
        }
    }

    private void fact(PatternDescr pattern) {
        String type = pattern.getObjectType();
        if (type == null || !Vocabulary.FACT_NAMES.contains(type)) {
            complaints.add(pattern.getLine(), String.valueOf(type), rule,
                    "'" + (type == null ? "/" : type) + "' is not a fact"
                            + FactWords.meant(String.valueOf(type), Vocabulary.FACT_NAMES));
            return;
        }
        String refusal = Watching.refusal(type, complaints.source().kind(), watches);
        if (refusal != null) {
            complaints.add(pattern.getLine(), type, rule, refusal);
        }
        factTypes(watches).add(type);
        patterns.merge(type, 1, Integer::sum);
    }

    private static int line(BaseDescr constraint, PatternDescr pattern) {
        return constraint.getLine() > 0 ? constraint.getLine() : pattern.getLine();
    }

    private void accumulate(AccumulateDescr accumulate, int line) {
        if (accumulate instanceof GroupByDescr) {
            complaints.add(line, "groupby", rule, "'groupby' is not allowed, use accumulate");
            return;
        }
        if (accumulate.getFunctions() == null || !accumulate.isExternalFunction()) {
            complaints.add(line, "accumulate", rule, "code inside accumulate is not allowed, use "
                    + String.join(", ", SUMS.stream().sorted().toList()));
            return;
        }
        for (AccumulateDescr.AccumulateFunctionCallDescr call : accumulate.getFunctions()) {
            if (!SUMS.contains(call.getFunction())) {
                complaints.add(line, call.getFunction(), rule, "'" + call.getFunction()
                        + "' is not allowed in accumulate, use " + String.join(", ", SUMS.stream().sorted().toList()));
            }
            for (String parameter : call.getParams()) {
                constraints++;
                code(line, call.getBind(), parameter);
            }
        }
        element(accumulate.getInput());
    }

    /// @param binding the name for the value, or null
    private void code(int line, @Nullable String binding, String expression) {
        if (expression.length() > CodeGate.CODE_LIMIT) {
            complaints.add(line, "", rule, "a condition may have " + CodeGate.CODE_LIMIT + " characters, this has "
                    + expression.length() + "; write several rules");
            return;
        }
        try {
            code.condition(line, binding, () -> DrlxParseUtil.parseExpression(expression));
        } catch (RuntimeException e) {
            complaints.add(line, expression, rule, "'" + expression + "' can't be understood as a condition");
        }
    }
}
