package dev.formulary.engine.decision;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.BooleanLiteralExpr;
import com.github.javaparser.ast.expr.ConditionalExpr;
import com.github.javaparser.ast.expr.DoubleLiteralExpr;
import com.github.javaparser.ast.expr.EnclosedExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.IntegerLiteralExpr;
import com.github.javaparser.ast.expr.LongLiteralExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.expr.ThisExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.stmt.SwitchEntry;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.drools.mvel.parser.ast.expr.HalfBinaryExpr;
import org.drools.mvel.parser.ast.expr.NullSafeFieldAccessExpr;
import org.drools.mvel.parser.ast.expr.PointFreeExpr;
import org.jspecify.annotations.Nullable;

/// Looks for words in an expression that there are not, and finds of which type a value is. What it does not understand it
/// lets pass: the compiler looks at it too, and speaks less clearly.
final class ExpressionWords {
    private static final Set<BinaryExpr.Operator> COMPARISONS = Set.of(BinaryExpr.Operator.EQUALS,
            BinaryExpr.Operator.NOT_EQUALS, BinaryExpr.Operator.LESS, BinaryExpr.Operator.LESS_EQUALS,
            BinaryExpr.Operator.GREATER, BinaryExpr.Operator.GREATER_EQUALS);
    static final String DRAFT = "decision";

    private final @Nullable Class<?> fact;
    private final boolean consequence;
    private final Map<String, Optional<Class<?>>> names;
    private final Sink sink;
    private final ValueWords values;

    /// Takes what is wrong.
    interface Sink {
        void add(Node at, String message);
    }

    /// @param fact whose pattern it is, or null
    /// @param consequence whether it stands behind `then`
    /// @param names that the rule gives, with their types where these are known
    ExpressionWords(@Nullable Class<?> fact, boolean consequence, Map<String, Optional<Class<?>>> names, Sink sink) {
        this.fact = fact;
        this.consequence = consequence;
        this.names = names;
        this.sink = sink;
        this.values = new ValueWords(this, sink);
    }

    /// Looks at all that is in a node.
    void look(Node node) {
        if (node instanceof Expression expression) {
            type(expression);
        } else {
            children(node);
        }
    }

    private void children(Node node) {
        for (Node child : node.getChildNodes()) {
            // labels of a switch are constants without their type
            if (!(node instanceof SwitchEntry entry && child instanceof Expression label
                    && entry.getLabels().contains(label))) {
                look(child);
            }
        }
    }

    /// Looks at an expression.
    ///
    /// @return its type, or null when that is not known
    @Nullable
    Class<?> type(Expression expression) {
        return switch (expression) {
            case EnclosedExpr enclosed -> type(enclosed.getInner());
            case NameExpr name -> name(name, null);
            case FieldAccessExpr access -> member(access.getScope(), access.getNameAsString(), access);
            case NullSafeFieldAccessExpr access -> member(access.getScope(), access.getNameAsString(), access);
            case MethodCallExpr call -> call(call);
            case StringLiteralExpr _ -> String.class;
            case IntegerLiteralExpr _ -> int.class;
            case LongLiteralExpr _ -> long.class;
            case DoubleLiteralExpr _ -> double.class;
            case BooleanLiteralExpr _ -> boolean.class;
            case ThisExpr _ -> fact;
            case UnaryExpr unary -> type(unary.getExpression());
            case BinaryExpr binary -> binary(binary);
            case PointFreeExpr operation -> operation(operation);
            case HalfBinaryExpr half -> {
                type(half.getRight());
                yield boolean.class;
            }
            case ConditionalExpr choice -> {
                type(choice.getCondition());
                Class<?> one = type(choice.getThenExpr());
                yield type(choice.getElseExpr()) == one ? one : null;
            }
            default -> {
                children(expression);
                yield null;
            }
        };
    }

    private @Nullable Class<?> binary(BinaryExpr binary) {
        Expression left = binary.getLeft();
        Expression right = binary.getRight();
        if (COMPARISONS.contains(binary.getOperator())) {
            Class<?> one = type(left);
            values.compared(left, one, binary.getOperator(), right, expected(right, one));
            return boolean.class;
        }
        Class<?> one = type(left);
        Class<?> other = type(right);
        return switch (binary.getOperator()) {
            case AND, OR -> boolean.class;
            case PLUS -> one == String.class || other == String.class ? String.class : sum(one, other);
            default -> sum(one, other);
        };
    }

    private static @Nullable Class<?> sum(@Nullable Class<?> one, @Nullable Class<?> other) {
        return one == null || other == null
                ? null
                : FactWords.whole(one) && FactWords.whole(other) ? one : double.class;
    }

    private @Nullable Class<?> operation(PointFreeExpr operation) {
        Class<?> left = type(operation.getLeft());
        Class<?> each = operation.getOperator().asString().equals("in")
                ? left
                : operation.getOperator().asString().equals("contains") && operation.getLeft() instanceof NameExpr name
                        ? FactWords.element(fact, name.getNameAsString())
                        : null;
        for (Expression right : operation.getRight()) {
            values.compared(operation.getLeft(), each, BinaryExpr.Operator.EQUALS, right, expected(right, each));
        }
        return boolean.class;
    }

    /// The type of a value of which is known what it should be.
    @Nullable
    Class<?> expected(Expression value, @Nullable Class<?> type) {
        return value instanceof NameExpr name ? name(name, type) : type(value);
    }

    private @Nullable Class<?> name(NameExpr node, @Nullable Class<?> expected) {
        String name = node.getNameAsString();
        Optional<Class<?>> given = names.get(name);
        if (given != null) {
            return given.orElse(null);
        }
        Map<String, Class<?>> fields = fact == null ? Map.of() : FactWords.fields(fact);
        if (fields.containsKey(name)) {
            return fields.get(name);
        }
        if (!Vocabulary.TYPE_NAMES.contains(name) && !name.equals(DRAFT)) {
            sink.add(node, UnknownWords.name(name, expected, fact, names.keySet(), consequence));
        }
        return null;
    }

    private @Nullable Class<?> member(Expression scope, String name, Expression at) {
        if (scope instanceof NameExpr word && !names.containsKey(word.getNameAsString())) {
            Optional<Class<?>> type = FactWords.word(word.getNameAsString());
            if (type.isPresent()) {
                constant(type.get(), name, at);
                return type.get();
            }
            if (Vocabulary.TYPE_NAMES.contains(word.getNameAsString())) {
                given(word);
                return null;
            }
        }
        return member(type(scope), name, scope, at);
    }

    private void constant(Class<?> word, String name, Expression at) {
        if (!FactWords.constants(word).contains(name)) {
            sink.add(last(at), word.getSimpleName() + " has no '" + name + "'"
                    + FactWords.constant(word, name).map(nearest -> ", did you mean " + nearest + "?")
                            .orElse("; there are " + String.join(", ", FactWords.constants(word))
                                    + Meant.ownWord(word, name)));
        }
    }

    private @Nullable Class<?> member(@Nullable Class<?> owner, String name, Expression scope, Expression at) {
        if (owner == null || !(FactWords.record(owner) || owner == String.class)) {
            return null;
        }
        boolean record = FactWords.record(owner);
        Class<?> type = record ? FactWords.fields(owner).get(name) : null;
        if (record ? type == null : !FactWords.ofJdk(owner).contains(name)) {
            sink.add(last(at), record
                    ? UnknownWords.field(owner, name)
                    : "a text has no '" + name + "'" + FactWords.meant(name, FactWords.ofJdk(owner)));
        } else if (consequence) {
            sink.add(last(at),
                    "behind 'then' this is written with brackets: " + ValueWords.shown(scope) + "." + name + "()");
        }
        return type;
    }

    /// A rule gets its facts and makes none.
    private void given(Expression type) {
        String name = ValueWords.shown(type);
        if (FactWords.fact(name).isPresent() && !names.containsKey(name)) {
            sink.add(type,
                    "'" + name + "' is a kind of fact; give the one that is meant a name in the conditions, as in $"
                            + name.toLowerCase(Locale.ROOT) + " : " + name + "( ... )");
        }
    }

    private static Node last(Expression access) {
        return access instanceof FieldAccessExpr field ? field.getName() : access;
    }

    private @Nullable Class<?> call(MethodCallExpr call) {
        Expression scope = call.getScope().orElse(null);
        String name = call.getNameAsString();
        if (scope == null) {
            return fact == null ? arguments(call) : called(fact, call);
        }
        if (scope instanceof NameExpr draft && draft.getNameAsString().equals(DRAFT)) {
            values.said(call);
            return null;
        }
        boolean type = scope instanceof NameExpr owner && Vocabulary.TYPE_NAMES.contains(owner.getNameAsString());
        if (type) {
            given(scope);
        }
        Class<?> owner = type ? null : type(scope);
        if (owner != null && FactWords.record(owner)) {
            return called(owner, call);
        }
        if (owner != null && !FactWords.ofJdk(owner).isEmpty() && !FactWords.ofJdk(owner).contains(name)) {
            sink.add(call.getName(), "a " + (owner == String.class ? "text" : "collection") + " has no '" + name + "'"
                    + FactWords.meant(name, FactWords.ofJdk(owner)));
        }
        return arguments(call);
    }

    private @Nullable Class<?> arguments(MethodCallExpr call) {
        call.getArguments().forEach(this::type);
        return null;
    }

    private @Nullable Class<?> called(Class<?> owner, MethodCallExpr call) {
        List<Method> methods = FactWords.methods(owner, call.getNameAsString());
        if (methods.isEmpty()) {
            sink.add(call.getName(), UnknownWords.field(owner, call.getNameAsString()));
            return arguments(call);
        }
        List<Method> fitting = methods.stream()
                .filter(method -> method.getParameterCount() == call.getArguments().size()).toList();
        if (fitting.isEmpty()) {
            sink.add(call.getName(), values.count(call, methods.getFirst()));
            return methods.getFirst().getReturnType();
        }
        if (fitting.size() == 1) {
            values.arguments(call, fitting.getFirst());
        }
        return fitting.getFirst().getReturnType();
    }

    /// The range in which a field lies by its meaning.
    Optional<Ranges.Range> range(Expression field) {
        return switch (field) {
            case EnclosedExpr enclosed -> range(enclosed.getInner());
            case NameExpr name when fact != null && !names.containsKey(name.getNameAsString()) ->
                Ranges.field(fact.getSimpleName(), name.getNameAsString());
            case FieldAccessExpr access -> range(silent().type(access.getScope()), access.getNameAsString());
            case MethodCallExpr call when call.getArguments().isEmpty() -> call.getScope()
                    .flatMap(scope -> range(silent().type(scope), call.getNameAsString()));
            default -> Optional.empty();
        };
    }

    private static Optional<Ranges.Range> range(@Nullable Class<?> owner, String field) {
        return owner == null ? Optional.empty() : Ranges.field(owner.getSimpleName(), field);
    }

    private ExpressionWords silent() {
        return new ExpressionWords(fact, consequence, names, (_, _) -> {});
    }
}
