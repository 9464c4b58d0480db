package dev.formulary.engine.decision;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which fields of which facts the rules of a set look at, and with what they compare them: a field at which no rule looks
/// need not be tried out.
final class Relevance {
    /// What the gateway itself looks at, whatever the rules do.
    private static final Map<String, Set<String>> ENGINE = Map.of(
            "Call", Set.of("substitute"),
            "Context", Set.of("needs", "promptTokens", "maxTokens", "requirements", "balance"));
    private static final int LITERALS = 96;
    private static final Pattern SAYS = Pattern.compile("says\\s*\\(\\s*\"([^\"]*)\"\\s*,\\s*\"([^\"]*)\"\\s*\\)");

    private final Map<String, Map<String, Set<String>>> fields = new HashMap<>();
    private final Set<String> texts = new TreeSet<>();
    private final Set<OwnWord> ownWords = new TreeSet<>();

    Relevance(Collection<List<Conditions.Asked>> conditions) {
        ENGINE.forEach((type, names) -> names.forEach(name -> literals(type, name)));
        conditions.forEach(patterns -> patterns.forEach(this::add));
    }

    /// A word of the authors' own for which a rule asks.
    record OwnWord(String fact, String word) implements Comparable<OwnWord> {
        @Override
        public int compareTo(OwnWord other) {
            return Comparator.comparing(OwnWord::fact).thenComparing(OwnWord::word).compare(this, other);
        }
    }

    private void add(Conditions.Asked pattern) {
        Class<?> type = Vocabulary.FACTS.stream().filter(fact -> fact.getSimpleName().equals(pattern.type()))
                .findFirst().orElse(null);
        if (type == null) {
            return;
        }
        Set<String> components = Stream.of(type.getRecordComponents()).map(RecordComponent::getName)
                .collect(Collectors.toSet());
        for (String expression : pattern.expressions()) {
            Matcher says = SAYS.matcher(expression);
            while (says.find()) {
                ownWords.add(new OwnWord(says.group(1), says.group(2)));
            }
            List<String> found = Conditions.literals(says.replaceAll(""));
            texts.addAll(found);
            var one = new Conditions.Asked(pattern.type(), pattern.mode(), List.of(expression));
            for (String name : one.names()) {
                String field = name.startsWith("says(") ? "words" : name.split("[.(]", 2)[0];
                // a method may look at any component
                (components.contains(field) ? Set.of(field) : components)
                        .forEach(component -> literals(pattern.type(), component).addAll(found));
            }
        }
    }

    private Set<String> literals(String type, String field) {
        return fields.computeIfAbsent(type, _ -> new HashMap<>()).computeIfAbsent(field, _ -> new TreeSet<>());
    }

    boolean of(String type, String field) {
        return fields.getOrDefault(type, Map.of()).containsKey(field);
    }

    /// With what rules compare a field: texts and numbers, sorted.
    List<String> comparedWith(String type, String field) {
        return fields.getOrDefault(type, Map.of()).getOrDefault(field, Set.of()).stream().limit(LITERALS).toList();
    }

    /// Words of the authors' own for which rules ask, sorted.
    Set<OwnWord> ownWords() {
        return ownWords;
    }

    /// All texts that stand in conditions, sorted.
    List<String> texts() {
        return texts.stream().limit(LITERALS).toList();
    }
}
