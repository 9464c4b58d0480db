package dev.formulary.engine.decision;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.stmt.BlockStmt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.drools.drl.ast.descr.AndDescr;
import org.drools.drl.ast.descr.AttributeDescr;
import org.drools.drl.ast.descr.BaseDescr;
import org.drools.drl.ast.descr.ConditionalElementDescr;
import org.drools.drl.ast.descr.ExistsDescr;
import org.drools.drl.ast.descr.ExprConstraintDescr;
import org.drools.drl.ast.descr.NotDescr;
import org.drools.drl.ast.descr.PackageDescr;
import org.drools.drl.ast.descr.PatternDescr;
import org.drools.drl.ast.descr.RuleDescr;
import org.drools.model.codegen.execmodel.generator.DrlxParseUtil;
import org.drools.mvel.parser.ast.expr.DrlxExpression;
import org.drools.mvel.parser.ast.expr.HalfBinaryExpr;
import org.drools.mvel.parser.printer.PrintUtil;
import org.jspecify.annotations.Nullable;

/// A rule as its parts, for those who look at rules without running them.
///
/// @param name what stands behind `rule`
/// @param line where it begins in the text
/// @param parts of the conditions, all of which must hold
/// @param calls what it says
/// @param watches whether it is heard on a tick
record RuleTree(RuleSource source, String id, String name, int line, int salience, boolean enabled, List<Part> parts,
        List<Call> calls, String consequence, boolean watches) {
    private static final ParserConfiguration JAVA = new ParserConfiguration()
            .setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_21);

    /// One constraint of a pattern.
    ///
    /// @param expression null when it can't be understood
    /// @param binding whether it only gives a name to a value
    record Condition(String text, int line, @Nullable Expression expression, boolean binding) {}

    /// @param variable empty when it has none
    record Pattern(String type, String variable, List<Condition> conditions, int line) {

        /// The pattern with only its first conditions.
        String text(int conditionCount) {
            return (variable.isEmpty() ? "" : variable + " : ") + type + "( "
                    + conditions.stream().limit(conditionCount).map(Condition::text).collect(Collectors.joining(", "))
                    + " )";
        }

        String text() {
            return text(conditions.size());
        }

        boolean constrained() {
            return conditions.stream().anyMatch(condition -> !condition.binding());
        }
    }

    /// How a pattern takes part.
    enum Sign {
        PLAIN, EXISTS, NOT, OTHER
    }

    /// @param pattern null for [Sign#OTHER]
    record Part(Sign sign, @Nullable Pattern pattern, String text, int line) {}

    /// One thing that it says.
    record Call(String verb, List<Expression> arguments, int line) {}

    /// The rules of a file in its order; none when it can't be read.
    static List<RuleTree> of(RuleSource source) {
        var complaints = new Complaints(source);
        PackageDescr tree = SyntaxGate.parse(source, complaints);
        return tree == null || !complaints.none()
                ? List.of()
                : tree.getRules().stream().sorted(Comparator.comparingInt(BaseDescr::getLine))
                        .map(rule -> of(source, rule)).toList();
    }

    private static RuleTree of(RuleSource source, RuleDescr rule) {
        var parts = new ArrayList<Part>();
        if (rule.getLhs() != null) {
            rule.getLhs().getDescrs().forEach(descr -> parts.add(part(source, descr)));
        }
        String consequence = String.valueOf(rule.getConsequence());
        return new RuleTree(source, RuleNotes.text(rule, "id"), rule.getName(), rule.getLine(),
                number(attribute(rule, "salience")), !attribute(rule, "enabled").equals("false"), parts,
                calls(consequence, firstLine(source, rule, consequence)), consequence,
                Watching.watches(source.kind(), rule.getLhs()));
    }

    /// The parser leaves out the blank lines behind `then`.
    private static int firstLine(RuleSource source, RuleDescr rule, String consequence) {
        List<String> lines = source.drl().lines().toList();
        int line = rule.getConsequenceLine();
        if (consequence.startsWith("\n") || line < 1 || line > lines.size()
                || !lines.get(line - 1).strip().endsWith("then")) {
            return line;
        }
        do {
            line++;
        } while (line < lines.size() && lines.get(line - 1).isBlank());
        return line;
    }

    private static String attribute(RuleDescr rule, String name) {
        AttributeDescr attribute = rule.getAttributes().get(name);
        return attribute == null ? "" : attribute.getValue().replaceAll("[()\\s]", "");
    }

    private static int number(String text) {
        return text.matches("-?\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    private static Part part(RuleSource source, BaseDescr descr) {
        PatternDescr pattern = switch (descr) {
            case PatternDescr plain -> plain;
            case ExistsDescr exists -> only(exists);
            case NotDescr not -> only(not);
            default -> null;
        };
        if (pattern == null || pattern.getSource() != null) {
            return new Part(Sign.OTHER, null, slice(source, descr), descr.getLine());
        }
        Pattern read = pattern(pattern);
        return switch (descr) {
            case ExistsDescr _ -> new Part(Sign.EXISTS, read, "exists( " + read.text() + " )", pattern.getLine());
            case NotDescr _ -> new Part(Sign.NOT, read, "not( " + read.text() + " )", pattern.getLine());
            default -> new Part(Sign.PLAIN, read, read.text(), pattern.getLine());
        };
    }

    private static @Nullable PatternDescr only(ConditionalElementDescr parent) {
        if (parent.getDescrs().size() != 1) {
            return null;
        }
        return switch (parent.getDescrs().getFirst()) {
            case PatternDescr pattern -> pattern;
            case AndDescr and -> only(and);
            default -> null;
        };
    }

    private static String slice(RuleSource source, BaseDescr descr) {
        String text = source.drl();
        int from = Math.clamp(descr.getStartCharacter(), 0, text.length());
        return text.substring(from, Math.clamp(descr.getEndCharacter() + 1L, from, text.length()));
    }

    private static Pattern pattern(PatternDescr pattern) {
        var conditions = new ArrayList<Condition>();
        for (BaseDescr constraint : pattern.getConstraint().getDescrs()) {
            int line = constraint.getLine() > 0 ? constraint.getLine() : pattern.getLine();
            if (constraint instanceof ExprConstraintDescr expression) {
                conditions.addAll(conditions(expression.getExpression(), line));
            } else {
                conditions.add(new Condition(constraint.toString(), line, null, false));
            }
        }
        String variable = pattern.getIdentifier();
        return new Pattern(pattern.getObjectType(), variable == null ? "" : variable, conditions, pattern.getLine());
    }

    private static List<Condition> conditions(String text, int line) {
        try {
            DrlxExpression parsed = DrlxParseUtil.parseExpression(text);
            Expression expression = parsed.getExpr();
            boolean bound = parsed.getBind() != null;
            boolean value = expression instanceof NameExpr || expression instanceof FieldAccessExpr
                    || expression instanceof MethodCallExpr;
            if (bound || expression.findFirst(HalfBinaryExpr.class).isPresent()) {
                return List.of(new Condition(text.strip(), line, expression, bound && value));
            }
            return conjuncts(expression).map(one -> new Condition(PrintUtil.printNode(one), line, one, false)).toList();
        } catch (RuntimeException e) {
            return List.of(new Condition(text.strip(), line, null, false));
        }
    }

    private static Stream<Expression> conjuncts(Expression expression) {
        return expression instanceof BinaryExpr both && both.getOperator() == BinaryExpr.Operator.AND
                ? Stream.concat(conjuncts(both.getLeft()), conjuncts(both.getRight()))
                : Stream.of(expression);
    }

    private static List<Call> calls(String consequence, int line) {
        BlockStmt block = new JavaParser(JAVA).parseBlock("{" + consequence + "\n}").getResult().orElse(null);
        if (block == null) {
            return List.of();
        }
        return block.findAll(MethodCallExpr.class).stream()
                .filter(call -> call.getScope().map(Node::toString).orElse("").equals("decision"))
                .map(call -> new Call(call.getNameAsString(), call.getArguments(),
                        line + call.getRange().map(range -> range.begin.line - 1).orElse(0)))
                .toList();
    }
}
