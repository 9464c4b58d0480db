package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A column whose fact is a name: exact, or with a `*` at the end for all that begin so.
record TableTexts() implements TableDomain<String> {
    /// What names are made of; also what can't end a text in a rule.
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._:/@+-]{0,99}");
    /// Stands in no name.
    private static final String OTHER = "\uffff";

    /// Refuses what is no name.
    static String name(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new Fields.Wrong("'" + text + "' is not a name: letters, digits, blanks and . _ : / @ + - make one");
        }
        return text;
    }

    /// @param prefix whether anything may follow
    record Glob(String text, boolean prefix) {
        boolean fits(String value) {
            return prefix ? value.startsWith(text) : value.equals(text);
        }

        String expression(String path, boolean negated) {
            return prefix
                    ? (negated ? "!" : "") + path + ".startsWith(\"" + text + "\")"
                    : path + (negated ? " != \"" : " == \"") + text + "\"";
        }
    }

    @Override
    public TableMatch<String> parse(String cell) {
        Parts parts = Parts.of(cell);
        var globs = new LinkedHashSet<Glob>();
        for (String part : parts.parts()) {
            boolean prefix = part.endsWith("*");
            globs.add(new Glob(name(prefix ? part.substring(0, part.length() - 1) : part), prefix));
        }
        return new Like(parts.negated(), globs);
    }

    @Override
    public List<String> samples(List<TableMatch<String>> cells) {
        var samples = new LinkedHashSet<String>();
        for (TableMatch<String> cell : cells) {
            if (cell instanceof Like(boolean _, Set<Glob> globs)) {
                for (Glob glob : globs) {
                    samples.add(glob.text());
                    if (glob.prefix()) {
                        samples.add(glob.text() + OTHER);
                    }
                }
            }
        }
        samples.add(OTHER);
        return new ArrayList<>(samples);
    }

    @Override
    public String name(List<String> samples) {
        return samples.stream().map(sample -> sample.equals(OTHER) ? "anything else" : sample.replace(OTHER, "*"))
                .collect(Collectors.joining("|"));
    }

    @Override
    public String right() {
        return "names; `gpt-*` is every name that begins so";
    }

    record Like(boolean negated, Set<Glob> globs) implements TableMatch<String> {
        @Override
        public boolean accepts(String value) {
            return globs.stream().anyMatch(glob -> glob.fits(value)) != negated;
        }

        @Override
        public String expression(String path) {
            return globs.stream().map(glob -> glob.expression(path, negated))
                    .collect(Collectors.joining(negated ? " && " : " || "));
        }
    }
}
