package dev.formulary.engine.decision;

import dev.formulary.engine.config.Nearest;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.DecisionDraft;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What facts, their parts and their words are called, and of which types they are; what was probably meant by a word that
/// there is not.
final class FactWords {
    private static final Map<String, Class<?>> BY_NAME = Vocabulary.TYPES.stream()
            .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, type -> type));
    private static final Set<String> OBJECT = Set.of("equals", "hashCode", "toString", "getClass", "wait", "notify",
            "notifyAll");
    /// What rules may ask of a text and of a collection; the last gate lets nothing else pass.
    private static final Map<Class<?>, List<String>> OF_JDK = Map.of(String.class,
            List.of("length", "isEmpty", "isBlank", "startsWith", "endsWith", "contains", "toLowerCase", "toUpperCase",
                    "trim", "strip", "compareTo", "indexOf", "substring", "equals", "equalsIgnoreCase", "hashCode",
                    "toString", "empty", "blank"),
            Set.class, List.of("contains", "containsAll", "isEmpty", "size", "empty"),
            List.class, List.of("contains", "isEmpty", "size", "get", "empty"),
            Map.class, List.of("get", "containsKey", "getOrDefault", "size"));

    private FactWords() {}

    static Optional<Class<?>> fact(String name) {
        return Optional.<Class<?>>ofNullable(BY_NAME.get(name)).filter(Vocabulary.FACTS::contains);
    }

    /// A type whose values are constants, such as `Risk`.
    static Optional<Class<?>> word(String name) {
        return Optional.<Class<?>>ofNullable(BY_NAME.get(name)).filter(Class::isEnum);
    }

    /// Whether all is known about what a value of the type can be asked.
    static boolean record(@Nullable Class<?> type) {
        return type != null && !type.isEnum() && BY_NAME.containsValue(type) && type != DecisionDraft.class;
    }

    static List<String> constants(Class<?> word) {
        return Arrays.stream(word.getEnumConstants()).map(one -> ((Enum<?>) one).name()).toList();
    }

    /// What may be asked without brackets, with its type.
    static Map<String, Class<?>> fields(Class<?> type) {
        var fields = new TreeMap<String, Class<?>>();
        methods(type).filter(method -> method.getParameterCount() == 0)
                .forEach(method -> fields.put(method.getName(), method.getReturnType()));
        return fields;
    }

    private static Stream<Method> methods(Class<?> type) {
        return Arrays.stream(type.getMethods()).filter(method -> !Modifier.isStatic(method.getModifiers())
                && !OBJECT.contains(method.getName()));
    }

    static List<Method> methods(Class<?> type, String name) {
        return methods(type).filter(method -> method.getName().equals(name)).toList();
    }

    static List<String> methodNames(Class<?> type) {
        return methods(type).map(Method::getName).distinct().sorted().toList();
    }

    /// What may be asked of a text or a collection; empty where that is not known.
    static List<String> ofJdk(Class<?> type) {
        return OF_JDK.getOrDefault(type, List.of());
    }

    /// What a collection holds, when a field is one.
    static @Nullable Class<?> element(@Nullable Class<?> owner, String field) {
        if (owner == null) {
            return null;
        }
        return methods(owner, field).stream().filter(method -> method.getParameterCount() == 0)
                .map(Method::getGenericReturnType).filter(ParameterizedType.class::isInstance)
                .map(type -> ((ParameterizedType) type).getActualTypeArguments()[0])
                .filter(Class.class::isInstance).<Class<?>>map(type -> (Class<?>) type).findFirst().orElse(null);
    }

    /// The facts that have a field of that name.
    static List<String> owners(String field) {
        return Vocabulary.FACTS.stream().filter(fact -> fields(fact).containsKey(field)).map(Class::getSimpleName)
                .toList();
    }

    /// `Risk.HIGH` for `HIGH` or `hihg`, when one word is meant.
    ///
    /// @param word the type that is expected, or null for any
    static Optional<String> constant(@Nullable Class<?> word, String text) {
        var found = new HashMap<String, String>();
        for (Class<?> type : word == null ? Vocabulary.TYPES : List.of(word)) {
            if (type.isEnum() && (word != null || constants(type).contains(text))) {
                nearest(text, constants(type))
                        .ifPresent(nearest -> found.put(type.getSimpleName(), type.getSimpleName() + "." + nearest));
            }
        }
        return found.size() == 1 ? found.values().stream().findFirst() : Optional.empty();
    }

    /// Also for a word that is cut short, when no other begins so.
    private static Optional<String> nearest(String text, List<String> constants) {
        String nearest = Nearest.to(text, constants);
        List<String> longer = constants.stream().filter(one -> text.length() >= 3
                && one.regionMatches(true, 0, text, 0, text.length())).toList();
        return nearest == null && longer.size() == 1
                ? Optional.of(longer.getFirst())
                : Optional.ofNullable(nearest);
    }

    /// `, did you mean 'tenant'?`, or what there is.
    static String meant(String word, Collection<String> words) {
        String nearest = Nearest.to(word, words);
        return nearest == null
                ? "; there are " + String.join(", ", words.stream().sorted().toList())
                : ", did you mean '" + nearest + "'?";
    }

    static boolean number(@Nullable Class<?> type) {
        return type != null && (Number.class.isAssignableFrom(type)
                || (type.isPrimitive() && type != boolean.class && type != char.class && type != void.class));
    }

    static boolean whole(@Nullable Class<?> type) {
        return type == int.class || type == long.class || type == Integer.class || type == Long.class;
    }

    /// Whether a value of one type may stand where another is expected, as far as that is known.
    static boolean fits(Class<?> expected, Class<?> actual) {
        if (number(expected)) {
            return number(actual);
        }
        boolean known = expected == String.class || expected == boolean.class || expected.isEnum() || record(expected);
        return !known || expected.isAssignableFrom(actual) || (expected == boolean.class && actual == Boolean.class)
                || actual == Object.class;
    }

    /// What is expected, in words.
    static String described(Class<?> type) {
        if (type == Candidate.class) {
            return "a model that the conditions name, as in $candidate : Candidate( ... )";
        }
        return number(type)
                ? "a number, without quotation marks"
                : type == String.class
                        ? "a text in quotation marks"
                        : type == boolean.class
                                ? "true or false"
                                : type.isEnum()
                                        ? "one of " + constants(type).stream().map(one -> type.getSimpleName() + "."
                                                + one).collect(Collectors.joining(", "))
                                        : "a " + type.getSimpleName();
    }
}
