package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A column whose fact is several things at once, such as labels: a cell asks for any of some, or, with `!`, for none.
///
/// @param words the things there are, or null for names of any kind
record TableMarks(@Nullable TableWords words) implements TableDomain<Set<String>> {
    /// All combinations of so many are looked through.
    private static final int MOST = 10;

    static TableMarks of(Class<? extends Enum<?>> type) {
        return new TableMarks(TableWords.of(type));
    }

    @Override
    public TableMatch<Set<String>> parse(String cell) {
        Parts parts = Parts.of(cell);
        var marks = new LinkedHashSet<String>();
        for (String part : parts.parts()) {
            if (words == null) {
                marks.add(TableTexts.name(part));
            } else {
                // complains about words that there are not
                words.parse(part);
                marks.add(words.literals().get(words.index(part)));
            }
        }
        return new Marked(parts.negated(), marks, words == null ? "\"" : "");
    }

    @Override
    public List<Set<String>> samples(List<TableMatch<Set<String>>> cells) {
        var mentioned = new TreeSet<String>();
        for (TableMatch<Set<String>> cell : cells) {
            if (cell instanceof Marked(boolean _, Set<String> marks, String _)) {
                mentioned.addAll(marks);
            }
        }
        if (mentioned.size() > MOST) {
            throw new Fields.Wrong(
                    "more than " + MOST + " different words in a column are too many to look for overlaps");
        }
        List<String> all = new ArrayList<>(mentioned);
        var samples = new ArrayList<Set<String>>();
        for (int bits = 0; bits < 1 << all.size(); bits++) {
            var sample = new LinkedHashSet<String>();
            for (int i = 0; i < all.size(); i++) {
                if ((bits & 1 << i) != 0) {
                    sample.add(all.get(i));
                }
            }
            samples.add(sample);
        }
        return samples;
    }

    @Override
    public String name(List<Set<String>> samples) {
        return samples.stream().map(this::name).collect(Collectors.joining("|"));
    }

    private String name(Set<String> sample) {
        return sample.isEmpty()
                ? "none of them"
                : sample.stream().map(mark -> words == null
                        ? mark
                        : words.names().get(words.literals().indexOf(mark))).collect(Collectors.joining("+"));
    }

    @Override
    public String right() {
        return words == null ? "names" : String.join(", ", words.names());
    }

    /// @param marks as they stand in rules, without quotation marks
    record Marked(boolean negated, Set<String> marks, String quote) implements TableMatch<Set<String>> {
        @Override
        public boolean accepts(Set<String> value) {
            return marks.stream().anyMatch(value::contains) != negated;
        }

        @Override
        public String expression(String path) {
            return marks.stream().map(mark -> (negated ? "!" : "") + path.replace("%s", quote + mark + quote))
                    .collect(Collectors.joining(negated ? " && " : " || "));
        }
    }
}
