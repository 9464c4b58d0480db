package dev.formulary.engine.decision;

import dev.formulary.engine.config.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A column whose fact is one of a few words.
///
/// @param names as they stand in cells
/// @param literals as they stand in rules, in the same order
/// @param first from which word on they can be compared; as many as there are words when they can't
record TableWords(List<String> names, List<String> literals, int first) implements TableDomain<String> {

    static TableWords of(Class<? extends Enum<?>> type) {
        return of(type, Integer.MAX_VALUE);
    }

    /// @param first from which constant on they are an order
    static TableWords of(Class<? extends Enum<?>> type, int first) {
        List<String> constants = Arrays.stream(type.getEnumConstants()).map(Enum::name).toList();
        return new TableWords(constants.stream().map(TableWords::word).toList(),
                constants.stream().map(name -> type.getSimpleName() + "." + name).toList(),
                Math.min(first, constants.size()));
    }

    static TableWords yesOrNo() {
        return new TableWords(List.of("yes", "no"), List.of("true", "false"), 2);
    }

    static TableWords texts(String... words) {
        return new TableWords(List.of(words), Arrays.stream(words).map(word -> "\"" + word + "\"").toList(),
                words.length);
    }

    /// `CRISIS_INTERVENTION` is written `crisis-intervention` or `crisis_intervention`.
    static String word(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// @return -1 when there is no such word
    int index(String text) {
        return names.indexOf(word(text));
    }

    @Override
    public TableMatch<String> parse(String cell) {
        Parts parts = Parts.of(cell);
        var chosen = new LinkedHashSet<String>();
        for (String part : parts.parts()) {
            @Nullable
            Comparison comparison = Comparison.of(part).orElse(null);
            if (comparison != null) {
                compared(comparison, chosen);
            } else {
                chosen.add(names.get(find(part)));
            }
        }
        Set<String> matching = names.stream().filter(name -> chosen.contains(name) != parts.negated())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (matching.isEmpty()) {
            throw new Fields.Wrong("nothing is left for '" + cell + "' to match");
        }
        return new OneOf(this, matching);
    }

    private void compared(Comparison comparison, Set<String> chosen) {
        if (first >= names.size()) {
            throw new Fields.Wrong("these words have no order, write them out: " + right());
        }
        int limit = find(comparison.value());
        if (limit < first) {
            throw new Fields.Wrong("'" + comparison.value() + "' is neither more nor less than another word");
        }
        IntStream.range(first, names.size()).filter(i -> comparison.holds(i - limit))
                .forEach(i -> chosen.add(names.get(i)));
    }

    private int find(String text) {
        int found = index(text);
        if (found < 0) {
            String nearest = Nearest.to(text, names);
            throw new Fields.Wrong("'" + text + "' is not known" + (nearest == null
                    ? ""
                    : ", did you mean '" + nearest + "'?") + "; there are " + String.join(", ", names));
        }
        return found;
    }

    @Override
    public List<String> samples(List<TableMatch<String>> cells) {
        return names;
    }

    @Override
    public String name(List<String> samples) {
        return String.join("|", samples);
    }

    @Override
    public String right() {
        return String.join(", ", names) + (first < names.size() ? "; comparisons such as >=" + names.getLast() : "");
    }

    /// @param words in the order of the column's words
    private record OneOf(TableWords column, Set<String> words) implements TableMatch<String> {
        @Override
        public boolean accepts(String value) {
            return words.contains(value);
        }

        @Override
        public String expression(String path) {
            if (words.size() == column.names().size()) {
                return "";
            }
            var literals = new ArrayList<String>();
            words.forEach(word -> literals.add(column.literals().get(column.names().indexOf(word))));
            return literals.size() == 1
                    ? path + " == " + literals.getFirst()
                    : path + " in (" + String.join(", ", literals) + ")";
        }
    }
}
