package dev.formulary.engine.decision;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.Position;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.LiteralExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.stmt.BlockStmt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.drools.drl.ast.descr.AccumulateDescr;
import org.drools.drl.ast.descr.BaseDescr;
import org.drools.drl.ast.descr.ConditionalElementDescr;
import org.drools.drl.ast.descr.ExprConstraintDescr;
import org.drools.drl.ast.descr.PatternDescr;
import org.drools.drl.ast.descr.RuleDescr;
import org.drools.model.codegen.execmodel.generator.DrlxParseUtil;
import org.jspecify.annotations.Nullable;

/// Looks for the mistakes of people in a rule that does no harm: fields, words and verbs that there are not, values that do
/// not fit. It comes before the compiler because that speaks of code which it generated.
final class RuleWords {
    private static final Pattern NAME = Pattern.compile("(\\$?[A-Za-z_]\\w*)\\s*:(?![:=])");
    /// As what the compiler finds.
    private static final String CODE = "compile";
    private static final ParserConfiguration JAVA = new ParserConfiguration()
            .setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_21);

    private final RuleSource source;
    private final Complaints complaints;
    private final RuleDescr rule;
    private final Map<String, Optional<Class<?>>> names = new HashMap<>();

    private RuleWords(RuleSource source, RuleDescr rule, Complaints complaints) {
        this.source = source;
        this.complaints = complaints;
        this.rule = rule;
    }

    /// @param line on which the code behind `then` begins
    static void look(RuleSource source, RuleDescr rule, int line, Complaints complaints) {
        var words = new RuleWords(source, rule, complaints);
        words.names(rule.getLhs());
        words.element(rule.getLhs());
        words.consequence(line, String.valueOf(rule.getConsequence()));
    }

    /// Names may be used before the place where they are given.
    private void names(@Nullable BaseDescr descr) {
        switch (descr) {
            case AccumulateDescr accumulate -> {
                accumulate.getFunctions().forEach(call -> name(call.getBind(), null));
                names(accumulate.getInput());
            }
            case PatternDescr pattern when pattern.getSource() != null -> {
                name(pattern.getIdentifier(), null);
                names(pattern.getSource());
            }
            case PatternDescr pattern -> pattern(pattern);
            case ConditionalElementDescr parent -> parent.getDescrs().forEach(child -> names((BaseDescr) child));
            case null, default -> {
                // gives no names
            }
        }
    }

    private void pattern(PatternDescr pattern) {
        Class<?> fact = FactWords.fact(pattern.getObjectType()).orElse(null);
        name(pattern.getIdentifier(), fact);
        for (BaseDescr constraint : pattern.getConstraint().getDescrs()) {
            if (constraint instanceof ExprConstraintDescr expression) {
                Matcher given = NAME.matcher(expression.getExpression());
                while (given.find()) {
                    name(given.group(1), null);
                }
            }
        }
    }

    private void name(@Nullable String name, @Nullable Class<?> type) {
        if (name != null) {
            // given twice, as in both branches of an 'or', it may be either
            names.merge(name, Optional.ofNullable(type), (one, other) -> one.equals(other) ? one : Optional.empty());
        }
    }

    private void element(@Nullable BaseDescr descr) {
        switch (descr) {
            case AccumulateDescr accumulate -> {
                accumulate.getFunctions().forEach(call -> {
                    for (String parameter : call.getParams()) {
                        condition(null, accumulate.getLine(), parameter, false);
                    }
                });
                element(accumulate.getInput());
            }
            case PatternDescr pattern when pattern.getSource() != null -> element(pattern.getSource());
            case PatternDescr pattern -> conditions(pattern);
            case ConditionalElementDescr parent -> parent.getDescrs().forEach(child -> element((BaseDescr) child));
            case null, default -> {
                // asks nothing
            }
        }
    }

    private void conditions(PatternDescr pattern) {
        Class<?> fact = FactWords.fact(pattern.getObjectType()).orElse(null);
        for (BaseDescr constraint : pattern.getConstraint().getDescrs()) {
            int line = constraint.getLine() > 0 ? constraint.getLine() : pattern.getLine();
            // the gate lets nothing else pass
            if (constraint instanceof ExprConstraintDescr asked) {
                condition(fact, Math.min(line, Math.max(1, pattern.getLine())), asked.getExpression(), true);
            }
        }
    }

    /// @param asks whether it must be true or false
    private void condition(@Nullable Class<?> fact, int line, String text, boolean asks) {
        Expression expression = parsed(text).orElse(null);
        if (expression == null) {
            return;
        }
        int start = start(line, text);
        ExpressionWords.Sink sink = (node, message) -> at(start + offset(text, node), message);
        Class<?> type = new ExpressionWords(fact, false, names, sink).type(expression);
        boolean named = NAME.matcher(text).lookingAt();
        if (asks && !named && type != null && type != boolean.class && type != Boolean.class) {
            sink.add(expression, "'" + text.strip() + "' asks nothing that is true or false" + (FactWords.number(type)
                    && expression instanceof LiteralExpr
                            ? "; between two conditions stands a comma, but within a number none does"
                            : expression instanceof NameExpr
                                    ? "; compare it, for example " + text.strip() + " == " + example(type)
                                    : ""));
        }
    }

    private static String example(Class<?> type) {
        return type == String.class
                ? "\"...\""
                : type.isEnum() ? type.getSimpleName() + "." + FactWords.constants(type).getLast() : "1";
    }

    private static Optional<Expression> parsed(String text) {
        try {
            return Optional.of(DrlxParseUtil.parseExpression(text).getExpr());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private void consequence(int line, String code) {
        BlockStmt block = new JavaParser(JAVA).parseBlock("{" + code + "\n}").getResult().orElse(null);
        if (block == null) {
            return;
        }
        block.findAll(VariableDeclarator.class).forEach(local -> name(local.getNameAsString(), null));
        List<String> lines = source.lines();
        String first = code.lines().findFirst().orElse("").stripTrailing();
        int indent = line < 1 || line > lines.size() ? 0 : Math.max(0, lines.get(line - 1).indexOf(first));
        ExpressionWords.Sink sink = (node, message) -> {
            Position begin = node.getBegin().orElse(new Position(1, 2));
            complaints.add(new Problem(source.file(), line + begin.line - 1,
                    begin.line == 1 ? indent + begin.column - 1 : begin.column, rule.getName(), message,
                    CODE));
        };
        new ExpressionWords(null, true, names, sink).look(block);
    }

    /// Where a condition begins in the text.
    private int start(int line, String text) {
        int from = 0;
        for (int i = 1; i < line && from >= 0; i++) {
            from = source.text().indexOf('\n', from) + 1;
        }
        return Math.max(source.text().indexOf(text.strip(), from), from);
    }

    /// The rule language's own expressions do not know where they stand, so they are looked for.
    private static int offset(String text, Node node) {
        String stripped = text.strip();
        String shown = ValueWords.shown(node);
        boolean word = Character.isJavaIdentifierPart(shown.charAt(0));
        Matcher found = Pattern.compile((word ? "(?<![\\w$])" : "") + Pattern.quote(shown)
                + (Character.isJavaIdentifierPart(shown.charAt(shown.length() - 1)) ? "(?![\\w$])" : ""))
                .matcher(stripped);
        return found.find() ? found.start() : 0;
    }

    private void at(int offset, String message) {
        String before = source.text().substring(0, Math.min(offset, source.text().length()));
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        complaints.add(new Problem(source.file(), line, before.length() - before.lastIndexOf('\n'), rule.getName(),
                message, CODE));
    }
}
