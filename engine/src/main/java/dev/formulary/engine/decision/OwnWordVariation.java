package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Question;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// The caller declares a word of the authors' own, or does not declare it.
final class OwnWordVariation {
    private static final String NOTHING = "unspecified";

    private OwnWordVariation() {}

    static Variation of(Relevance.OwnWord own, Context context, Function<Record, Question> whole) {
        Map<String, String> words = new HashMap<>(context.words());
        boolean there = own.word().equals(words.get(own.fact()));
        String from = words.getOrDefault(own.fact(), NOTHING);
        if (there) {
            words.remove(own.fact());
        } else {
            words.put(own.fact(), own.word());
        }
        Context changed = Copies.with(context, "words", words);
        return new Variation("context.words[" + own.fact() + "]", Variation.Kind.CONTEXT, from,
                there ? NOTHING : own.word(), whole.apply(there ? changed : unspecified(changed, own.fact())));
    }

    /// A caller says one word for a fact, the gateway's or the authors'.
    private static Context unspecified(Context context, String fact) {
        return Stream.of(Context.class.getRecordComponents())
                .filter(component -> component.getName().equals(fact) && component.getType().isEnum()).findFirst()
                .map(component -> Copies.with(context, fact, component.getType().getEnumConstants()[0]))
                .orElse(context);
    }
}
