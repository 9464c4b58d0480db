package dev.formulary.engine.decision;

import dev.formulary.engine.config.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Says of a word that there is not what was probably meant.
final class UnknownWords {
    private UnknownWords() {}

    /// A name that stands for nothing.
    ///
    /// @param expected the type of what should stand there, or null
    /// @param fact in whose pattern it stands, or null
    /// @param names that the rule gives
    /// @param consequence whether it stands behind `then`
    static String name(String name, @Nullable Class<?> expected, @Nullable Class<?> fact, Set<String> names,
            boolean consequence) {
        String what = "'" + name + "' is not known";
        boolean word = expected != null && expected.isEnum();
        Optional<String> constant = word || name.equals(name.toUpperCase(Locale.ROOT))
                ? FactWords.constant(word ? expected : null, name)
                : Optional.empty();
        if (constant.isPresent()) {
            return what + ", write " + constant.get();
        }
        if (expected != null && expected.isEnum()) {
            return what + "; there are " + FactWords.described(expected).replaceFirst("one of ", "");
        }
        if (expected == boolean.class) {
            return what + ", write true or false";
        }
        if (expected == String.class && !name.startsWith("$")) {
            return what + "; a text stands in quotation marks: \"" + name + "\"";
        }
        return fact != null && !name.startsWith("$")
                ? field(fact, name)
                : what + given(name, consequence
                        ? Stream.concat(names.stream(), Stream.of(ExpressionWords.DRAFT)).toList()
                        : names);
    }

    /// Something that a fact, or a part of one, does not have.
    static String field(Class<?> owner, String name) {
        String what = owner.getSimpleName() + " has no '" + name + "'";
        List<String> others = FactWords.owners(name);
        return others.isEmpty() || !Vocabulary.FACTS.contains(owner)
                ? what + FactWords.meant(name, FactWords.methodNames(owner))
                : what + ", that belongs to " + others.getFirst() + ": write " + others.getFirst() + "( " + name
                        + " ... ) beside it";
    }

    private static String given(String name, Collection<String> names) {
        String nearest = Nearest.to(name, names);
        boolean model = name.toLowerCase(Locale.ROOT).contains("candidate");
        return nearest != null
                ? ", did you mean '" + nearest + "'?"
                : "; give it a name in the conditions, for example " + (model
                        ? name + " : Candidate( ... )"
                        : "Call( " + (name.startsWith("$") ? name : "$" + name) + " : tenant )");
    }
}
