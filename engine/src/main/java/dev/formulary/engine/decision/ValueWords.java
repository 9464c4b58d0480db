package dev.formulary.engine.decision;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.IntegerLiteralExpr;
import com.github.javaparser.ast.expr.LiteralExpr;
import com.github.javaparser.ast.expr.LongLiteralExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.NullLiteralExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Reaction;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.drools.mvel.parser.printer.PrintUtil;
import org.jspecify.annotations.Nullable;

/// Looks whether values fit where they stand: what a field is compared with, and what a verb is given.
final class ValueWords {
    /// How each verb is used.
    private static final Map<String, String> USAGE = Map.ofEntries(Map.entry("forbid", "forbid($candidate)"),
            Map.entry("requireLabel", "requireLabel(\"crisis\")"),
            Map.entry("requireCapability", "requireCapability(Capability.VISION)"),
            Map.entry("requireLocal", "requireLocal()"), Map.entry("requireSafety", "requireSafety(7)"),
            Map.entry("keepFree", "keepFree()"), Map.entry("lastResort", "lastResort(\"simulated\")"),
            Map.entry("spare", "spare($candidate)"),
            Map.entry("keepModel", "keepModel()"), Map.entry("pin", "pin()"), Map.entry("move", "move()"),
            Map.entry("prefer", "prefer($candidate, 20)"),
            Map.entry("avoid", "avoid($candidate, 20)"), Map.entry("weigh", "weigh(Term.COST, 4)"),
            Map.entry("set", "set(Parameter.TEMPERATURE, 0.2)"),
            Map.entry("cap", "cap(Parameter.MAX_TOKENS, 500)"), Map.entry("balance", "balance(0.3)"),
            Map.entry("queue", "queue(Priority.BATCH)"),
            Map.entry("onFailure", "onFailure(FailureClass.SERVER, Reaction.RETRY)"),
            Map.entry("deny", "deny(\"what is wrong and what would be right\")"),
            Map.entry("hold", "hold(\"code\")"), Map.entry("close", "close($candidate, \"30m\")"),
            Map.entry("demote", "demote($candidate, 20, \"30m\")"),
            Map.entry("alert", "alert(Severity.WARNING, \"code\", \"what happened\")"));

    private final ExpressionWords words;
    private final ExpressionWords.Sink sink;

    ValueWords(ExpressionWords words, ExpressionWords.Sink sink) {
        this.words = words;
        this.sink = sink;
    }

    /// A field is compared with a value, or the other way round.
    ///
    /// @param leftType null when it is not known, as the other one
    void compared(Expression left, @Nullable Class<?> leftType, BinaryExpr.Operator operator, Expression right,
            @Nullable Class<?> rightType) {
        if (left instanceof LiteralExpr && !(right instanceof LiteralExpr)) {
            against(right, rightType, operator, left, leftType);
        } else {
            against(left, leftType, operator, right, rightType);
        }
    }

    private void against(Expression field, @Nullable Class<?> type, BinaryExpr.Operator operator, Expression value,
            @Nullable Class<?> valueType) {
        if (type == null || valueType == null) {
            return;
        }
        if (Collection.class.isAssignableFrom(type) && (valueType == String.class || valueType.isEnum())) {
            sink.add(field, "'" + shown(field) + "' holds several, ask whether one is among them: " + shown(field)
                    + " contains " + shown(value));
            return;
        }
        if (!FactWords.fits(type, valueType)) {
            sink.add(value, "'" + shown(field) + "' " + mismatch(type, value));
            return;
        }
        Optional<Double> number = number(value);
        if (number.isEmpty()) {
            return;
        }
        if (FactWords.whole(type) && shown(value).contains(".")) {
            sink.add(value, "'" + shown(field) + "' is a whole number, and " + shown(value) + " is "
                    + Ranges.plain(number.get()) + "; write it without a point");
        } else {
            words.range(field).ifPresent(range -> within(field, range, operator, value, number.get()));
        }
    }

    private void within(Expression field, Ranges.Range range, BinaryExpr.Operator operator, Expression value,
            double number) {
        // up to the end of the day; -1 is unknown
        boolean end = operator == BinaryExpr.Operator.LESS && range.whole() && number == range.high() + 1;
        if (number < -1 || (number > range.high() && !end)) {
            sink.add(value, "'" + shown(field) + "' is " + range + (range.share() && number > range.high()
                    ? "; " + Ranges.plain(number) + " per cent is " + Ranges.plain(number / 100)
                    : ", or -1 when nobody knows") + ", not " + shown(value));
        }
    }

    private static String mismatch(Class<?> type, Expression value) {
        String text = value instanceof StringLiteralExpr literal ? literal.getValue() : shown(value);
        if (type.isEnum()) {
            return "is one of the words of " + type.getSimpleName() + FactWords.constant(type, text)
                    .map(constant -> ": write " + constant)
                    .orElse(", not " + shown(value) + "; there are " + String.join(", ", FactWords.constants(type))
                            + Meant.ownWord(type, text));
        }
        if (type == String.class) {
            return "is a text, and a text stands in quotation marks: \"" + text + "\"";
        }
        return type == boolean.class
                ? "is true or false, not " + shown(value)
                : FactWords.number(type)
                        ? "is a number, and a number stands without quotation marks"
                        : "is " + FactWords.described(type) + ", not " + shown(value);
    }

    /// Something is said: `decision.forbid($candidate)`.
    void said(MethodCallExpr call) {
        String verb = call.getNameAsString();
        List<Method> methods = FactWords.methods(DecisionDraft.class, verb);
        if (methods.isEmpty()) {
            sink.add(call.getName(), "a rule can't say '" + verb + "'"
                    + FactWords.meant(verb, FactWords.methodNames(DecisionDraft.class)) + Meant.verb(verb));
            call.getArguments().forEach(words::type);
            return;
        }
        List<Method> fitting = methods.stream()
                .filter(method -> method.getParameterCount() == call.getArguments().size()).toList();
        if (fitting.isEmpty()) {
            Method shortest = methods.stream().min(Comparator.comparingInt(Method::getParameterCount)).orElseThrow();
            sink.add(call.getName(), count(call, shortest) + point(call, shortest));
            return;
        }
        arguments(call, fitting.size() == 1 ? fitting.getFirst() : meant(call, fitting));
        literals(call, verb);
    }

    /// Of a model or of a text: what stands first tells which is meant.
    private Method meant(MethodCallExpr call, List<Method> fitting) {
        Class<?> first = words.type(call.getArgument(0)) == String.class ? String.class : Candidate.class;
        return fitting.stream().filter(method -> method.getParameterTypes()[0] == first).findFirst()
                .orElse(fitting.getFirst());
    }

    /// A comma in place of a decimal point makes one number two.
    private static String point(MethodCallExpr call, Method method) {
        int size = call.getArguments().size();
        boolean comma = size == method.getParameterCount() + 1
                && call.getArguments().get(size - 1) instanceof IntegerLiteralExpr
                && call.getArguments().get(size - 2) instanceof IntegerLiteralExpr;
        return comma
                ? "; numbers have a point: " + shown(call.getArgument(size - 2)) + "." + shown(call.getArgument(size
                        - 1))
                : "";
    }

    /// That something is given too little or too much.
    String count(MethodCallExpr call, Method method) {
        int right = method.getParameterCount();
        int given = call.getArguments().size();
        String name = method.getName();
        return "'" + name + "' takes " + (right == 0 ? "nothing" : right == 1 ? "one thing" : right + " things")
                + " between its brackets, not " + (given == 0 ? "nothing" : given) + ": write " + USAGE.getOrDefault(
                        name, name + "(" + String.join(", ", Arrays.stream(method.getParameterTypes())
                                .map(ValueWords::example).toList()) + ")");
    }

    private static String example(Class<?> type) {
        return type.isEnum()
                ? type.getSimpleName() + "." + FactWords.constants(type).getLast()
                : type == String.class
                        ? "\"...\""
                        : FactWords.number(type)
                                ? "0.5"
                                : "$" + type.getSimpleName()
                                        .toLowerCase(Locale.ROOT);
    }

    /// Looks at what stands between the brackets, as many things as there should be.
    void arguments(MethodCallExpr call, Method method) {
        for (int i = 0; i < method.getParameterCount(); i++) {
            Class<?> right = method.getParameterTypes()[i];
            Expression argument = call.getArgument(i);
            Class<?> type = words.expected(argument, right);
            if (argument instanceof NullLiteralExpr) {
                sink.add(argument, "'" + method.getName() + "' takes here " + FactWords.described(right)
                        + ", not nothing");
            }
            if (type != null && !FactWords.fits(right, type)) {
                String text = argument instanceof StringLiteralExpr literal ? literal.getValue() : shown(argument);
                sink.add(argument, "'" + method.getName() + "' takes here " + FactWords.constant(right, text)
                        .filter(_ -> right.isEnum()).map(constant -> "a word: write " + constant)
                        .orElseGet(() -> FactWords.described(right) + ", not " + shown(argument)));
            }
        }
    }

    private void literals(MethodCallExpr call, String verb) {
        switch (verb) {
            case "prefer", "avoid", "demote" -> number(call, 1, Ranges.POINTS);
            case "weigh" -> number(call, 1, Ranges.FACTOR);
            case "requireSafety" -> number(call, 0, Ranges.SAFETY);
            case "balance" -> number(call, 0, Ranges.BALANCE);
            case "set", "cap" -> parameter(call);
            case "onFailure" -> reaction(call);
            case "requireLabel", "lastResort" -> text(call, 0, Ranges.WORD_LIMIT, "a label");
            case "deny" -> text(call, 0, Ranges.TEXT_LIMIT, "a message");
            case "alert" -> {
                text(call, 1, Ranges.WORD_LIMIT, "a code");
                text(call, call.getArguments().size() - 1, Ranges.TEXT_LIMIT, "a message");
            }
            case "hold" -> text(call, 0, Ranges.WORD_LIMIT, "a code");
            default -> {
                // takes no literals
            }
        }
    }

    private void parameter(MethodCallExpr call) {
        if (call.getArgument(0) instanceof FieldAccessExpr constant
                && FactWords.constants(Parameter.class).contains(constant.getNameAsString())) {
            number(call, 1, Ranges.of(Parameter.valueOf(constant.getNameAsString())));
        }
    }

    private void reaction(MethodCallExpr call) {
        if (call.getArgument(0) instanceof FieldAccessExpr failure
                && call.getArgument(1) instanceof FieldAccessExpr said
                && FactWords.constants(FailureClass.class).contains(failure.getNameAsString())
                && FactWords.constants(Reaction.class).contains(said.getNameAsString())) {
            FailureClass kind = FailureClass.valueOf(failure.getNameAsString());
            Reaction reaction = Reaction.valueOf(said.getNameAsString());
            if (!kind.may(reaction)) {
                sink.add(said, Said.OnFailure.refusal(kind, reaction));
            }
        }
    }

    private void number(MethodCallExpr call, int index, Ranges.Range range) {
        Expression argument = call.getArgument(index);
        number(argument).filter(number -> !range.holds(number) || (range.whole() && number != Math.rint(number)))
                .ifPresent(number -> sink.add(argument, "'" + call.getNameAsString() + "' takes " + range
                        + (index == 1 && call.getArgument(0) instanceof FieldAccessExpr what
                                ? " for " + shown(what)
                                : "")
                        + ", not " + shown(argument)));
    }

    private void text(MethodCallExpr call, int index, int most, String what) {
        if (call.getArgument(index) instanceof StringLiteralExpr literal
                && (literal.getValue().isBlank() || literal.getValue().length() > most)) {
            sink.add(literal, "'" + call.getNameAsString() + "' takes " + what + " of 1 to " + most
                    + " characters here, this has " + literal.getValue().strip().length());
        }
    }

    /// As the author wrote it; the rule language's own expressions need their own printer.
    static String shown(Node node) {
        return PrintUtil.printNode(node);
    }

    /// The value of a number that is written out.
    private static Optional<Double> number(Expression expression) {
        return switch (expression) {
            case UnaryExpr minus when minus.getOperator() == UnaryExpr.Operator.MINUS ->
                number(minus.getExpression()).map(value -> -value);
            case StringLiteralExpr _ -> Optional.empty();
            case IntegerLiteralExpr whole -> whole(whole::asNumber);
            case LongLiteralExpr whole -> whole(whole::asNumber);
            case LiteralExpr literal -> Optional.ofNullable(Alternatives.number(shown(literal)));
            default -> Optional.empty();
        };
    }

    /// One that is too large for its type is larger than all ranges.
    private static Optional<Double> whole(Supplier<Number> number) {
        try {
            return Optional.of(number.get().doubleValue());
        } catch (NumberFormatException e) {
            return Optional.of(Double.MAX_VALUE);
        }
    }
}
