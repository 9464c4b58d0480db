package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.drools.drl.ast.descr.AccumulateDescr;
import org.drools.drl.ast.descr.BaseDescr;
import org.drools.drl.ast.descr.ConditionalElementDescr;
import org.drools.drl.ast.descr.ExistsDescr;
import org.drools.drl.ast.descr.ExprConstraintDescr;
import org.drools.drl.ast.descr.ForallDescr;
import org.drools.drl.ast.descr.NotDescr;
import org.drools.drl.ast.descr.PackageDescr;
import org.drools.drl.ast.descr.PatternDescr;
import org.drools.drl.ast.descr.RuleDescr;

/// Reads again what stands between `when` and `then`, so that an explanation can name what a rule looked at.
final class Conditions {
    private static final Pattern NAME = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*\"|(?<![\\w$.])(\\$?[A-Za-z_]\\w*(?:!?\\.[A-Za-z_]\\w*)*)(?:\\s*\\(([^()]*)\\))?");
    private static final Pattern LITERAL = Pattern
            .compile("\"((?:[^\"\\\\]|\\\\.)*)\"|(?<![\\w.$])(-?\\d+(?:\\.\\d+)?)\\b");

    private final List<Asked> asked = new ArrayList<>();

    private Conditions() {}

    /// How a pattern must fit.
    enum Mode {
        MATCHED, EXISTS, NOT, FORALL, ACCUMULATE
    }

    /// One pattern.
    ///
    /// @param type the fact that it is about
    /// @param expressions what is asked of it, as its author wrote it
    record Asked(String type, Mode mode, List<String> expressions) {

        /// The fields and methods that it names, as they are written, with a literal argument where there is one.
        List<String> names() {
            var names = new ArrayList<String>();
            for (String expression : expressions) {
                Matcher name = NAME.matcher(expression);
                while (name.find()) {
                    String path = name.group(1);
                    if (path != null && !path.startsWith("$") && !Character.isUpperCase(path.charAt(0))) {
                        String argument = name.group(2);
                        names.add(argument == null || argument.isBlank() ? path : path + "(" + argument.strip() + ")");
                    }
                }
            }
            return names.stream().map(path -> path.replace("!.", ".")).distinct().toList();
        }

        @Override
        public String toString() {
            String pattern = type + "( " + String.join(", ", expressions) + " )";
            return mode == Mode.MATCHED ? pattern : mode.name().toLowerCase(Locale.ROOT) + " " + pattern;
        }
    }

    /// Texts and numbers that stand in an expression.
    static List<String> literals(String expression) {
        var literals = new ArrayList<String>();
        Matcher literal = LITERAL.matcher(expression);
        while (literal.find()) {
            literals.add(literal.group(1) == null ? literal.group(2) : literal.group(1));
        }
        return literals;
    }

    /// The patterns of each rule of a file, by the rule's name.
    static Map<String, List<Asked>> of(RuleSource source) {
        PackageDescr tree = SyntaxGate.parse(source, new Complaints(source));
        if (tree == null) {
            return Map.of();
        }
        var byRule = new HashMap<String, List<Asked>>();
        for (RuleDescr rule : tree.getRules()) {
            var conditions = new Conditions();
            conditions.element(rule.getLhs(), Mode.MATCHED);
            byRule.put(rule.getName(), List.copyOf(conditions.asked));
        }
        return byRule;
    }

    private void element(BaseDescr descr, Mode mode) {
        switch (descr) {
            case PatternDescr pattern -> pattern(pattern, mode);
            case AccumulateDescr accumulate -> element(accumulate.getInput(), Mode.ACCUMULATE);
            case NotDescr not -> children(not, Mode.NOT);
            case ExistsDescr exists -> children(exists, Mode.EXISTS);
            case ForallDescr forall -> children(forall, Mode.FORALL);
            case ConditionalElementDescr both -> children(both, mode);
            default -> {
                // nothing that names a field
            }
        }
    }

    private void children(ConditionalElementDescr parent, Mode mode) {
        for (Object child : parent.getDescrs()) {
            element((BaseDescr) child, mode);
        }
    }

    private void pattern(PatternDescr pattern, Mode mode) {
        if (pattern.getSource() instanceof AccumulateDescr accumulate) {
            element(accumulate, mode);
            return;
        }
        var expressions = new ArrayList<String>();
        for (BaseDescr constraint : pattern.getConstraint().getDescrs()) {
            // the gate lets nothing else pass
            if (constraint instanceof ExprConstraintDescr expression) {
                expressions.add(expression.getExpression().strip());
            }
        }
        asked.add(new Asked(pattern.getObjectType(), mode, List.copyOf(expressions)));
    }
}
