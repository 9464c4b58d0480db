package dev.formulary.engine.decision;

import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.BooleanLiteralExpr;
import com.github.javaparser.ast.expr.EnclosedExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.LiteralExpr;
import com.github.javaparser.ast.expr.LiteralStringValueExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.NullLiteralExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.drools.mvel.parser.ast.expr.PointFreeExpr;
import org.drools.mvel.parser.printer.PrintUtil;
import org.jspecify.annotations.Nullable;

/// Reads a condition as alternatives, each of which asks several things at once. What it does not understand asks nothing,
/// so what it finds impossible is impossible, and much that is impossible it does not find.
final class Alternatives {
    private static final List<List<Atom>> ANYTHING = List.of(List.of());
    private static final int MOST = 64;
    private final String type;
    private final @Nullable Class<?> fact;

    private Alternatives(String type) {
        this.type = type;
        this.fact = Vocabulary.FACTS.stream().filter(each -> each.getSimpleName().equals(type)).findFirst()
                .orElse(null);
    }

    /// What a pattern asks.
    static List<List<Atom>> of(RuleTree.Pattern pattern) {
        var reader = new Alternatives(pattern.type());
        List<List<Atom>> all = ANYTHING;
        for (RuleTree.Condition condition : pattern.conditions()) {
            if (condition.expression() != null && !condition.binding()) {
                all = both(all, reader.read(condition.expression(), false));
            }
        }
        return all;
    }

    /// What both ask together.
    static List<List<Atom>> both(List<List<Atom>> some, List<List<Atom>> others) {
        if (some.size() * others.size() > MOST) {
            return ANYTHING;
        }
        var all = new ArrayList<List<Atom>>();
        for (List<Atom> one : some) {
            for (List<Atom> other : others) {
                var together = new ArrayList<>(one);
                together.addAll(other);
                all.add(together);
            }
        }
        return all;
    }

    private static List<List<Atom>> either(List<List<Atom>> some, List<List<Atom>> others) {
        if (some.size() + others.size() > MOST) {
            return ANYTHING;
        }
        var all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    private List<List<Atom>> read(Expression expression, boolean negated) {
        return switch (expression) {
            case EnclosedExpr enclosed -> read(enclosed.getInner(), negated);
            case UnaryExpr unary when unary.getOperator() == UnaryExpr.Operator.LOGICAL_COMPLEMENT ->
                read(unary.getExpression(), !negated);
            case BinaryExpr binary -> binary(binary, negated);
            case PointFreeExpr operation when operation.getOperator().asString().equals("in") ->
                in(operation, negated);
            case NameExpr name -> flag(name, negated);
            case MethodCallExpr call -> flag(call, negated);
            default -> ANYTHING;
        };
    }

    private List<List<Atom>> binary(BinaryExpr binary, boolean negated) {
        return switch (binary.getOperator()) {
            case AND -> negated
                    ? either(read(binary.getLeft(), true), read(binary.getRight(), true))
                    : both(read(binary.getLeft(), false), read(binary.getRight(), false));
            case OR -> negated
                    ? both(read(binary.getLeft(), true), read(binary.getRight(), true))
                    : either(read(binary.getLeft(), false), read(binary.getRight(), false));
            case EQUALS, NOT_EQUALS, LESS, LESS_EQUALS, GREATER, GREATER_EQUALS -> comparison(binary, negated);
            default -> ANYTHING;
        };
    }

    private List<List<Atom>> comparison(BinaryExpr binary, boolean negated) {
        BinaryExpr.Operator operator = negated ? opposite(binary.getOperator()) : binary.getOperator();
        String left = field(binary.getLeft());
        String right = constant(binary.getRight());
        if (left == null || right == null) {
            left = field(binary.getRight());
            right = constant(binary.getLeft());
            operator = turned(operator);
        }
        if (left == null || right == null) {
            return ANYTHING;
        }
        String text = (negated ? "not " : "") + PrintUtil.printNode(binary);
        Double number = number(right);
        if (number != null) {
            return number(left, text, operator, number);
        }
        return switch (operator) {
            case EQUALS -> List.of(List.of(new Atom.OneOf(left, text, Set.of(right))));
            case NOT_EQUALS -> List.of(List.of(new Atom.NoneOf(left, text, Set.of(right))));
            default -> ANYTHING;
        };
    }

    private List<List<Atom>> number(String field, String text, BinaryExpr.Operator operator, double value) {
        double low = switch (operator) {
            case EQUALS, GREATER_EQUALS -> value;
            case GREATER -> whole(field) ? Math.floor(value) + 1 : Math.nextUp(value);
            default -> Double.NEGATIVE_INFINITY;
        };
        double high = switch (operator) {
            case EQUALS, LESS_EQUALS -> value;
            case LESS -> whole(field) ? Math.ceil(value) - 1 : Math.nextDown(value);
            default -> Double.POSITIVE_INFINITY;
        };
        var atoms = new ArrayList<Atom>();
        atoms.add(new Atom.Within(field, text, low, high));
        Ranges.field(type, field).filter(range -> !type.equals("Budget"))
                .ifPresent(range -> atoms.add(new Atom.Within(field, "that it goes from 0 to "
                        + Ranges.plain(range.high()) + ", or is -1 when unknown", -1, range.high())));
        return List.of(atoms);
    }

    private List<List<Atom>> in(PointFreeExpr operation, boolean negated) {
        String field = field(operation.getLeft());
        List<String> constants = operation.getRight().stream().map(Alternatives::constant)
                .filter(text -> text != null && number(text) == null).collect(Collectors.toList());
        if (field == null || constants.size() != operation.getRight().size()) {
            return ANYTHING;
        }
        String text = (negated ? "not " : "") + PrintUtil.printNode(operation);
        return List.of(List.of(operation.isNegated() == negated
                ? new Atom.OneOf(field, text, Set.copyOf(constants))
                : new Atom.NoneOf(field, text, Set.copyOf(constants))));
    }

    private List<List<Atom>> flag(Expression expression, boolean negated) {
        String field = field(expression);
        if (field == null || returned(field) != boolean.class) {
            return ANYTHING;
        }
        return List.of(List.of(new Atom.OneOf(field, (negated ? "!" : "") + PrintUtil.printNode(expression),
                Set.of(negated
                        ? "false"
                        : "true"))));
    }

    private boolean whole(String field) {
        Class<?> returned = returned(field);
        return returned == int.class || returned == long.class;
    }

    private @Nullable Class<?> returned(String field) {
        try {
            return fact == null ? null : fact.getMethod(field).getReturnType();
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    /// The name of a field of the pattern's own fact, or null.
    private static @Nullable String field(Expression expression) {
        return switch (expression) {
            case NameExpr name when !name.getNameAsString().startsWith("$") -> name.getNameAsString();
            case MethodCallExpr call when call.getArguments().isEmpty() && call.getScope().isEmpty() ->
                call.getNameAsString();
            case FieldAccessExpr access when !constantName(access) -> PrintUtil.printNode(access).replace("this.", "");
            default -> null;
        };
    }

    private static boolean constantName(FieldAccessExpr access) {
        return Character.isUpperCase(PrintUtil.printNode(access.getScope()).charAt(0));
    }

    /// The text of a constant, or null.
    private static @Nullable String constant(Expression expression) {
        return switch (expression) {
            case NullLiteralExpr _ -> "null";
            case BooleanLiteralExpr literal -> Boolean.toString(literal.getValue());
            case StringLiteralExpr literal -> '"' + literal.getValue() + '"';
            case LiteralStringValueExpr literal -> literal.getValue();
            case LiteralExpr literal -> PrintUtil.printNode(literal);
            case UnaryExpr minus when minus.getOperator() == UnaryExpr.Operator.MINUS -> {
                String positive = constant(minus.getExpression());
                yield positive == null ? null : "-" + positive;
            }
            case FieldAccessExpr access when constantName(access) -> PrintUtil.printNode(access);
            default -> null;
        };
    }

    static @Nullable Double number(String text) {
        String digits = text.replace("_", "").replaceAll("[lLdDfFB]$", "");
        return digits.matches("-?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?") ? Double.valueOf(digits) : null;
    }

    private static BinaryExpr.Operator opposite(BinaryExpr.Operator operator) {
        return switch (operator) {
            case EQUALS -> BinaryExpr.Operator.NOT_EQUALS;
            case NOT_EQUALS -> BinaryExpr.Operator.EQUALS;
            case LESS -> BinaryExpr.Operator.GREATER_EQUALS;
            case LESS_EQUALS -> BinaryExpr.Operator.GREATER;
            case GREATER -> BinaryExpr.Operator.LESS_EQUALS;
            default -> BinaryExpr.Operator.LESS;
        };
    }

    /// The same comparison with its sides changed.
    private static BinaryExpr.Operator turned(BinaryExpr.Operator operator) {
        return switch (operator) {
            case LESS -> BinaryExpr.Operator.GREATER;
            case LESS_EQUALS -> BinaryExpr.Operator.GREATER_EQUALS;
            case GREATER -> BinaryExpr.Operator.LESS;
            case GREATER_EQUALS -> BinaryExpr.Operator.LESS_EQUALS;
            default -> operator;
        };
    }
}
