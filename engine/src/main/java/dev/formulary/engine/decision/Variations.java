package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.Traits;
import dev.formulary.spi.Capability;
import java.lang.reflect.RecordComponent;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All changes of a single fact of the call, its context and the situation that could matter to the rules, the most
/// plausible first and, of one fact, the smallest first. Always the same for the same question and rules.
final class Variations {
    /// Where a rule names no number: a little of everything.
    private static final double[] NUMBERS = {0, 0.5, 1, 10, 100, 1_000, 10_000};
    private static final double STEP = 0.01;
    private static final String ANOTHER = "something else";
    private static final Set<String> CHOSEN_APART = Set.of("id", "model", "received", "at", "sources", "budgets",
            "openAlerts", "host", "signs", "lexicon");

    private final Question question;
    private final Relevance relevance;
    private final List<Variation> all = new ArrayList<>();

    private Variations(Question question, Relevance relevance) {
        this.question = question;
        this.relevance = relevance;
    }

    static List<Variation> of(Question question, Relevance relevance) {
        var variations = new Variations(question, relevance);
        variations.context();
        variations.call();
        variations.situation();
        return variations.all.stream().sorted(Comparator.comparing(Variation::kind)).toList();
    }

    private void context() {
        parts("Context", "context.", Variation.Kind.CONTEXT, question.context(),
                changed -> new Question(question.call(), (Context) changed, question.situation(),
                        question.candidates()));
    }

    private void call() {
        parts("Call", "call.", Variation.Kind.CALL, question.call(),
                changed -> new Question((Call) changed, question.context(), question.situation(),
                        question.candidates()));
        if (!question.call().auto()) {
            add("call.model", Variation.Kind.NAMED, question.call().model(), "auto",
                    new Question(Copies.with(question.call(), "model", "auto"), question.context(),
                            question.situation(), question.candidates()));
        }
    }

    private void situation() {
        Situation now = question.situation();
        Function<Record, Question> whole = changed -> new Question(question.call(), question.context(),
                (Situation) changed, question.candidates());
        if (relevance.of("Situation", "at")) {
            int hour = now.hour();
            Stream.iterate(0, i -> i < 24, i -> i + 1).filter(i -> i != hour)
                    .sorted(Comparator.comparingInt((Integer i) -> Math.min(Math.abs(i - hour),
                            24 - Math.abs(i - hour))).thenComparingInt(i -> i))
                    .forEach(i -> add("situation.hour", Variation.Kind.SITUATION, (Object) ("" + hour), "" + i,
                            whole.apply(Copies.with(now, "at", now.at().atOffset(ZoneOffset.UTC).withHour(i)
                                    .toInstant()))));
        }
        parts("Situation", "situation.", Variation.Kind.SITUATION, now, whole);
        for (String alert : relevance.of("Situation", "openAlerts") ? alerts(now) : List.<String>of()) {
            toggle("situation.openAlerts", Variation.Kind.SITUATION, now.openAlerts(), alert,
                    set -> whole.apply(Copies.with(now, "openAlerts", set)));
        }
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
        var amounts = new TreeSet<Long>(List.of(0L, budget.limit() / 2, budget.limit() - budget.reserved()));
        for (String literal : relevance.comparedWith("Budget", "spent")) {
            Double ratio = number(literal);
            if (ratio != null) {
                long amount = Math.round(ratio * budget.limit()) - budget.reserved();
                amounts.addAll(List.of(amount - 1, amount, amount + 1));
            }
        }
        amounts.stream().filter(amount -> amount >= 0 && amount != budget.spent())
                .sorted(Comparator.comparingLong((Long amount) -> Math.abs(amount - budget.spent())))
                .forEach(amount -> add("budget[" + budget.id() + "].spent", Variation.Kind.SITUATION,
                        (Object) budget.spent(), (Object) amount, spending(budget, amount, now, whole)));
    }

    private static Question spending(Budget budget, long amount, Situation now, Function<Record, Question> whole) {
        List<Budget> budgets = now.budgets().stream()
                .map(one -> one.equals(budget) ? Copies.with(one, "spent", amount) : one).toList();
        return whole.apply(Copies.with(now, "budgets", budgets));
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
            Variation.Kind plausible = fact instanceof Traits || field.endsWith("Tokens") || field.equals("balance")
                    || field.equals("deadlineMs") ? Variation.Kind.DERIVED : kind;
            if (value instanceof Record inner) {
                parts(type, path + ".", plausible, inner, changed -> change.apply(changed));
            } else {
                values(path, plausible, component.getType(), value, literals, change);
            }
        }
    }

    private void values(String path, Variation.Kind kind, Class<?> type, @Nullable Object value, List<String> literals,
            Function<@Nullable Object, Question> change) {
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
            known.addAll(path.endsWith(".needs") ? List.of() : constants(set, literals));
            known.stream().sorted(Comparator.comparing(String::valueOf))
                    .forEach(one -> toggle(path, kind, set, one, changed -> change.apply(changed)));
        } else if (value instanceof Number number && path.contains(".requirements.")) {
            if (number.doubleValue() >= 0) {
                add(path, kind, value, like(number, -1), change.apply(like(number, -1)));
            }
        } else if (value instanceof Number number) {
            numbers(number, literals).forEach(one -> add(path, kind, value, one, change.apply(one)));
        } else if (type == String.class) {
            Stream.concat(literals.stream(), Stream.of("", ANOTHER)).distinct().filter(one -> !one.equals(value))
                    .forEach(one -> add(path, kind, value, one, change.apply(one)));
        }
    }

    /// What could stand in a set: constants of the same enumeration, or texts with which rules compare it.
    private static List<Object> constants(Set<?> set, List<String> literals) {
        Object one = set.stream().findFirst().orElse(null);
        return one instanceof Enum<?> constant
                ? List.of((Object[]) constant.getDeclaringClass().getEnumConstants())
                : one instanceof String ? List.copyOf(literals) : List.of();
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

    /// Around each number with which rules compare it, else a little of everything; the nearest first.
    private static List<Number> numbers(Number now, List<String> literals) {
        var numbers = new TreeSet<Double>();
        boolean whole = !(now instanceof Double);
        for (String literal : literals) {
            Double number = number(literal);
            if (number != null) {
                double step = whole ? 1 : STEP;
                numbers.addAll(List.of(number - step, number, number + step));
            }
        }
        for (double number : NUMBERS) {
            numbers.add(whole ? Math.rint(number) : number);
        }
        return numbers.stream().filter(one -> one >= 0 && one != now.doubleValue())
                .sorted(Comparator.comparingDouble((Double one) -> Math.abs(one - now.doubleValue())))
                .map(one -> like(now, one)).toList();
    }

    /// The number as the type that the fact holds.
    static Number like(Number now, double value) {
        return switch (now) {
            case Integer _ -> (int) value;
            case Long _ -> (long) value;
            default -> value;
        };
    }

    private static @Nullable Double number(String literal) {
        try {
            return Double.valueOf(literal);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void add(String fact, Variation.Kind kind, @Nullable Object from, @Nullable Object to, Question changed) {
        all.add(new Variation(fact, kind, from, to, changed));
    }
}
