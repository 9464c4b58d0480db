package dev.formulary.engine.decision;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.drools.drl.ast.descr.AccumulateDescr;
import org.drools.drl.ast.descr.AndDescr;
import org.drools.drl.ast.descr.BaseDescr;
import org.drools.drl.ast.descr.BindingDescr;
import org.drools.drl.ast.descr.ConditionalElementDescr;
import org.drools.drl.ast.descr.ExistsDescr;
import org.drools.drl.ast.descr.ExprConstraintDescr;
import org.drools.drl.ast.descr.ForallDescr;
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
    private static final int CANDIDATE_LIMIT = 2;
    private static final Set<String> SUMS = Set.of("count", "sum", "min", "max", "average");

    private final Complaints complaints;
    private final Set<String> factTypes = new HashSet<>();
    private String rule = "";
    private int patterns;
    private int candidates;

    ConditionGate(Complaints complaints) {
        this.complaints = complaints;
    }

    /// The facts for which the rules ask that were looked at so far.
    Set<String> factTypes() {
        return factTypes;
    }

    void look(String name, BaseDescr conditions) {
        rule = name;
        patterns = 0;
        candidates = 0;
        element(conditions);
        if (patterns > PATTERN_LIMIT || candidates > CANDIDATE_LIMIT) {
            complaints.add(conditions.getLine(), "", rule, "a rule may have " + PATTERN_LIMIT + " patterns, "
                    + CANDIDATE_LIMIT + " of them on Candidate, because each multiplies the work");
        }
    }

    private void element(@Nullable BaseDescr descr) {
        switch (descr) {
            case null -> {
                // a rule without conditions
            }
            case PatternDescr pattern -> pattern(pattern);
            case AccumulateDescr accumulate -> accumulate(accumulate);
            case AndDescr and -> children(and);
            case OrDescr or -> children(or);
            case NotDescr not -> children(not);
            case ExistsDescr exists -> children(exists);
            case ForallDescr forall -> children(forall);
            default -> complaints.add(descr.getLine(), "", rule, "'" + word(descr)
                    + "' is not allowed; conditions are patterns on facts, and, or, not, exists, forall, accumulate");
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
            accumulate(accumulate);
        } else if (from != null) {
            complaints.add(from.getLine(), "from", rule, "'from' is not allowed, rules see the given facts only");
        } else {
            fact(pattern);
        }
        if (!pattern.getBehaviors().isEmpty()) {
            complaints.add(pattern.getLine(), "over", rule, "'over' is not allowed, a decision sees one moment");
        }
        for (BaseDescr constraint : pattern.getConstraint().getDescrs()) {
            switch (constraint) {
                case ExprConstraintDescr expression -> code(line(expression, pattern), expression.getExpression());
                case BindingDescr binding -> code(line(binding, pattern), binding.getExpression());
                default -> complaints.add(constraint.getLine(), "", rule, "'" + word(constraint)
                        + "' is not allowed in a pattern");
            }
        }
    }

    private void fact(PatternDescr pattern) {
        String type = pattern.getObjectType();
        if (!Vocabulary.FACT_NAMES.contains(type)) {
            complaints.add(pattern.getLine(), type, rule, "'" + type + "' is not a fact, there are "
                    + String.join(", ", Vocabulary.FACT_NAMES.stream().sorted().toList()));
            return;
        }
        factTypes.add(type);
        patterns++;
        if (type.equals("Candidate")) {
            candidates++;
        }
    }

    private static int line(BaseDescr constraint, PatternDescr pattern) {
        return constraint.getLine() > 0 ? constraint.getLine() : pattern.getLine();
    }

    private void accumulate(AccumulateDescr accumulate) {
        if (accumulate.getFunctions() == null || !accumulate.isExternalFunction()) {
            complaints.add(accumulate.getLine(), "accumulate", rule, "code inside accumulate is not allowed, use "
                    + String.join(", ", SUMS.stream().sorted().toList()));
            return;
        }
        for (AccumulateDescr.AccumulateFunctionCallDescr call : accumulate.getFunctions()) {
            if (!SUMS.contains(call.getFunction())) {
                complaints.add(accumulate.getLine(), call.getFunction(), rule, "'" + call.getFunction()
                        + "' is not allowed in accumulate, use " + String.join(", ", SUMS.stream().sorted().toList()));
            }
            for (String parameter : call.getParams()) {
                code(accumulate.getLine(), parameter);
            }
        }
        element(accumulate.getInput());
    }

    private void code(int line, String expression) {
        try {
            new CodeGate(complaints, rule).condition(line, DrlxParseUtil.parseExpression(expression).getExpr());
        } catch (RuntimeException e) {
            complaints.add(line, expression, rule, "'" + expression + "' can't be understood as a condition");
        }
    }
}
