package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.Traits;
import dev.formulary.spi.Capability;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All changes of a single fact of the call, its context and the situation that could matter to the rules, the most
/// plausible first and, of one fact, the smallest first. Always the same for the same question and rules.
final class Variations {
    private static final String ANOTHER = "something else";
    private static final Set<String> CHOSEN_APART = Set.of("id", "model", "received", "at", "sources", "budgets",
            "openAlerts", "measures", "host", "signs", "lexicon", "words");

    private final Question question;
    private final Relevance relevance;
    private final List<Variation> all = new ArrayList<>();
    private final Map<String, Slider> sliders = new LinkedHashMap<>();

    private Variations(Question question, Relevance relevance) {
        this.question = question;
        this.relevance = relevance;
    }

    /// @param sliders those facts that are numbers, by fact
    record All(List<Variation> all, Map<String, Slider> sliders) {}

    static All of(Question question, Relevance relevance) {
        var variations = new Variations(question, relevance);
        variations.context();
        variations.call();
        variations.continuity();
        variations.situation();
        return new All(variations.all.stream().sorted(Comparator.comparing(Variation::kind)).toList(),
                variations.sliders);
    }

    private void context() {
        Function<Record, Question> whole = changed -> question.with((Context) changed);
        parts("Context", "context.", Variation.Kind.CONTEXT, question.context(), whole);
        relevance.ownWords().forEach(own -> all.add(OwnWordVariation.of(own, question.context(), whole)));
    }

    private void call() {
        parts("Call", "call.", Variation.Kind.CALL, question.call(),
                changed -> question.with((Call) changed));
        if (!question.call().auto()) {
            add("call.model", Variation.Kind.NAMED, question.call().model(), "auto",
                    question.with(Copies.with(question.call(), "model", "auto")));
        }
    }

    /// Another model before this call is one of the models that there are.
    private void continuity() {
        Continuity now = question.continuity();
        parts("Continuity", "session.", Variation.Kind.CALL, now, changed -> question.with((Continuity) changed));
        if (!now.model().isEmpty()) {
            add("session.model", Variation.Kind.CALL, now.model(), "none",
                    question.with(Copies.with(now, "model", "")));
        }
    }

    private void situation() {
        Situation now = question.situation();
        Function<Record, Question> whole = changed -> question.with((Situation) changed);
        if (relevance.of("Situation", "at")) {
            all.addAll(TimeVariations.of(now.at(), at -> whole.apply(Copies.with(now, "at", at))));
        }
        parts("Situation", "situation.", Variation.Kind.SITUATION, now, whole);
        for (String alert : relevance.of("Situation", "openAlerts") ? alerts(now) : List.<String>of()) {
            toggle("situation.openAlerts", Variation.Kind.SITUATION, now.openAlerts(), alert,
                    set -> whole.apply(Copies.with(now, "openAlerts", set)));
        }
        now.measures().forEach(measure -> add("situation.measures", Variation.Kind.SITUATION, now.measures().stream()
                .map(Measure::id).toList(), new Variation.Element(measure.id(), false),
                whole.apply(Copies.with(now,
                        "measures", now.measures().stream().filter(each -> !each.equals(measure)).toList()))));
        parts("Host", "situation.host.", Variation.Kind.SITUATION, now.host(),
                changed -> whole.apply(Copies.with(now, "host", (Host) changed)));
        now.budgets().stream().filter(budget -> budget.counts(question.call())).forEach(budget -> budget(budget, now,
                whole));
    }

    private List<String> alerts(Situation now) {
        return Stream.concat(now.openAlerts().stream().sorted(),
                relevance.comparedWith("Situation", "openAlerts").stream()).distinct().toList();
    }

    private void budget(Budget budget, Situation now, Function<Record, Question> whole) {
        List<Double> literals = Tried.numbers(relevance.comparedWith("Budget", "spent"));
        for (String field : List.of("spent", "limit")) {
            List<Double> amounts = field.equals("spent")
                    ? Tried.spent(budget, literals)
                    : Tried.limits(budget, literals);
            long from = field.equals("spent") ? budget.spent() : budget.limit();
            slide(new Slid("budget[" + budget.id() + "]." + field, Variation.Kind.SITUATION, from, 1,
                    amount -> whole.apply(Copies.with(now, "budgets", now.budgets().stream()
                            .map(one -> one.equals(budget) ? Copies.with(one, field, amount) : one).toList()))),
                    amounts);
        }
    }

    /// Every component of a fact that some rule looks at; parts of it are fully tried.
    private void parts(String type, String prefix, Variation.Kind kind, Record fact, Function<Record, Question> whole) {
        for (RecordComponent component : fact.getClass().getRecordComponents()) {
            String field = component.getName();
            boolean part = !Vocabulary.FACTS.contains(fact.getClass());
            if (CHOSEN_APART.contains(field) || !(part || relevance.of(type, field))) {
                continue;
            }
            List<String> literals = relevance.comparedWith(type, part ? prefix.split("\\.", -1)[1] : field);
            Object value = Copies.get(fact, component);
            Function<@Nullable Object, Question> change = changed -> whole.apply(Copies.with(fact, field, changed));
            String path = prefix + field;
            Variation.Kind plausible = fact instanceof Traits || fact instanceof Screening || derived(field)
                    ? Variation.Kind.DERIVED
                    : kind;
            if (value instanceof Record inner) {
                parts(type, path + ".", plausible, inner, changed -> change.apply(changed));
            } else if (value instanceof Number number) {
                Gauge gauge = Gauge.of(fact.getClass().getSimpleName(), field);
                slide(new Slid(path, plausible, number, gauge.step(), change),
                        Tried.around(number.doubleValue(), literals, gauge, Tried.required(fact, field, question)));
            } else {
                values(path, plausible, component, value, literals, change);
            }
        }
    }

    private static boolean derived(String field) {
        return field.equals("promptTokens") || field.equals("maxTokens") || field.equals("balance")
                || field.equals("deadlineMs");
    }

    private void values(String path, Variation.Kind kind, RecordComponent component, @Nullable Object value,
            List<String> literals, Function<@Nullable Object, Question> change) {
        boolean missing = value != null && component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        Class<?> type = component.getType();
        if (type.isEnum()) {
            List<?> constants = List.of(type.getEnumConstants());
            int now = value == null ? 0 : constants.indexOf(value);
            constants.stream().filter(one -> !one.equals(value))
                    .sorted(Comparator.comparingInt(one -> Math.abs(constants.indexOf(one) - now)))
                    .forEach(one -> add(path, kind, value, one, change.apply(one)));
        } else if (value instanceof Boolean flag) {
            add(path, kind, flag, !flag, change.apply(!flag));
        } else if (value instanceof Set<?> set) {
            Set<Object> known = new HashSet<>(set);
            known.addAll(elements(component, literals));
            known.stream().sorted(Comparator.comparing(String::valueOf))
                    .forEach(one -> toggle(path, kind, set, one, changed -> change.apply(changed)));
        } else if (type == String.class) {
            Stream.concat(literals.stream(), Stream.of("", ANOTHER)).distinct().filter(one -> !one.equals(value))
                    .forEach(one -> add(path, kind, value, one, change.apply(one)));
        }
        if (missing) {
            add(path, kind, value, null, change.apply(null));
        }
    }

    /// What could stand in a set: constants of its enumeration, or texts with which rules compare it.
    private static Set<Object> elements(RecordComponent set, List<String> literals) {
        Object element = ((ParameterizedType) set.getGenericType()).getActualTypeArguments()[0];
        return element instanceof Class<?> type && type.isEnum()
                ? Stream.of(type.getEnumConstants()).collect(Collectors.toSet())
                : new HashSet<>(literals);
    }

    private void toggle(String path, Variation.Kind kind, Set<?> set, Object element,
            Function<Set<?>, Question> change) {
        Set<Object> changed = new HashSet<>(set);
        boolean there = !changed.remove(element);
        if (there) {
            changed.add(element);
        }
        if (!changed.isEmpty() || !(element instanceof Capability)) {
            add(path, kind, set, new Variation.Element(element, there), change.apply(changed));
        }
    }

    /// A number that is tried at several values.
    private record Slid(String path, Variation.Kind kind, Number from, double step,
            Function<@Nullable Object, Question> change) {
        Variation at(double value) {
            Number to = like(from, value);
            return new Variation(path, kind, from, to, change.apply(to));
        }
    }

    private void slide(Slid slid, List<Double> values) {
        List<Double> nearest = values.stream().filter(value -> value != slid.from().doubleValue())
                .sorted(Comparator.comparingDouble(value -> Math.abs(value - slid.from().doubleValue()))).toList();
        nearest.forEach(value -> all.add(slid.at(value)));
        sliders.put(slid.path(), new Slider(slid.from().doubleValue(), slid.step(), nearest, slid::at));
    }

    /// The number as the type that the fact holds.
    static Number like(Number now, double value) {
        return switch (now) {
            case Integer _ -> (int) value;
            case Long _ -> (long) value;
            default -> value;
        };
    }

    private void add(String fact, Variation.Kind kind, @Nullable Object from, @Nullable Object to, Question changed) {
        all.add(new Variation(fact, kind, from, to, changed));
    }
}
