package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Signal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads the fields of facts by the names under which rules ask for them. Never asks anything but facts.
final class FactValues {
    private static final Pattern CALLED = Pattern.compile("([^(]+)\\((.*)\\)");
    private static final int LONGEST = 120;

    private FactValues() {}

    /// What a fact is called: budgets and candidates bear their id.
    static String name(Object fact) {
        String type = fact.getClass().getSimpleName();
        return switch (fact) {
            case Candidate candidate -> type + "[" + candidate.id() + "]";
            case Signal signal -> type + "[" + signal.metric() + (signal.resource().isEmpty() ? "" : " ")
                    + signal.resource() + "]";
            case Budget budget -> type + "[" + budget.id() + "]";
            default -> type;
        };
    }

    /// What a rule finds under a name such as `risk`, `therapy.approach` or `labelled("crisis")`.
    ///
    /// @return null when the fact has nothing of that name
    static @Nullable String read(Object fact, String name) {
        Matcher called = CALLED.matcher(name);
        String[] path = (called.matches() ? called.group(1) : name).split("\\.", -1);
        Object value = fact;
        for (int i = 0; i < path.length; i++) {
            if (value == null || !Vocabulary.TYPES.contains(value.getClass())) {
                return i == 0 ? null : show(value);
            }
            boolean last = i == path.length - 1;
            Object[] arguments = last && called.matches() ? new Object[]{called.group(2).strip()} : new Object[0];
            Method method = method(value.getClass(), path[i], arguments.length);
            if (method == null) {
                return i == 0 ? null : show(value);
            }
            try {
                if (arguments.length == 1) {
                    Object argument = argument(method.getParameterTypes()[0], (String) arguments[0]);
                    if (argument == null) {
                        return null;
                    }
                    arguments[0] = argument;
                }
                value = method.invoke(value, arguments);
            } catch (IllegalAccessException | InvocationTargetException | IllegalArgumentException e) {
                return null;
            }
        }
        return show(value);
    }

    private static @Nullable Method method(Class<?> type, String name, int arguments) {
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers())
                        && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getName().equals(name) && method.getParameterCount() == arguments)
                .filter(method -> !name.equals("toString") && !name.equals("hashCode") && !name.equals("equals"))
                .findFirst().orElse(null);
    }

    /// A literal as a value of that type, or null when it is none.
    private static @Nullable Object argument(Class<?> type, String text) {
        try {
            if (type == String.class) {
                return text.startsWith("\"") ? text.substring(1, text.length() - 1) : null;
            }
            if (type == double.class) {
                return Double.valueOf(text);
            }
            if (type == int.class) {
                return Integer.valueOf(text);
            }
        } catch (NumberFormatException e) {
            return null;
        }
        return type.isEnum() ? constant(type, text.substring(text.indexOf('.') + 1)) : null;
    }

    private static @Nullable Object constant(Class<?> type, String name) {
        return Stream.of(type.getEnumConstants()).filter(one -> one.toString().equals(name)).findFirst().orElse(null);
    }

    /// A value as people read it.
    static String show(@Nullable Object value) {
        String text = switch (value) {
            case null -> "nothing";
            case Double number -> number(number);
            case Collection<?> many -> many.stream().map(FactValues::show).sorted().toList().toString();
            case String words -> words.isEmpty() ? "\"\"" : words;
            default -> Objects.toString(value);
        };
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /// With so many digits as matter.
    static String number(double value) {
        double rounded = Gauge.rounded(value);
        return rounded == Math.rint(rounded) && Math.abs(rounded) < 1e15
                ? Long.toString((long) rounded)
                : Double.toString(rounded);
    }

    /// Those of a type.
    static List<Object> ofType(List<Object> facts, String type) {
        return facts.stream().filter(fact -> fact.getClass().getSimpleName().equals(type)).toList();
    }
}
