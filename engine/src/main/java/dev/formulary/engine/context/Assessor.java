package dev.formulary.engine.context;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Task;
import dev.formulary.spi.ChatRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the Context of a call. Thread-safe.
public final class Assessor {
    private final boolean paidByDefault;

    /// @param paidByDefault whether money may be spent where a free model could answer, when the caller does not say
    public Assessor(boolean paidByDefault) {
        this.paidByDefault = paidByDefault;
    }

    /// Joins what was declared with what the content shows. The header wins over the metadata.
    ///
    /// @param header the value of `X-Formulary-Context`, or null; facts that nobody knows are refused
    /// @param metadata the body's metadata; only facts that we know are read, the rest belongs to the caller
    /// @throws InvalidFactException when a value is not in the vocabulary
    public Context assess(@Nullable String header, Map<String, String> metadata, ChatRequest request)
            throws InvalidFactException {
        var facts = new HashMap<String, String>();
        var sources = new HashMap<String, String>();
        for (Map.Entry<String, String> each : metadata.entrySet()) {
            if (Vocabulary.knows(each.getKey())) {
                facts.put(each.getKey(), each.getValue());
                sources.put(each.getKey(), "metadata");
            }
        }
        if (header != null && !header.isBlank()) {
            readHeader(header, facts, sources);
        }
        return context(facts, sources, request);
    }

    private static void readHeader(String header, Map<String, String> facts, Map<String, String> sources)
            throws InvalidFactException {
        for (Map.Entry<String, String> each : FactDictionary.parse(header).entrySet()) {
            if (!Vocabulary.knows(each.getKey())) {
                throw Vocabulary.unknown(each.getKey());
            }
            facts.put(each.getKey(), each.getValue());
            sources.put(each.getKey(), "header");
        }
    }

    private Context context(Map<String, String> facts, Map<String, String> sources, ChatRequest request)
            throws InvalidFactException {
        Integer maxTokens = request.sampling().maxTokens();
        return new Context(word(facts, "need", Need.class, Need.UNSPECIFIED),
                word(facts, "risk", Risk.class, Risk.UNSPECIFIED),
                word(facts, "emotion", EmotionalState.class, EmotionalState.UNSPECIFIED),
                word(facts, "age", AgeBand.class, AgeBand.UNSPECIFIED),
                word(facts, "privacy", Privacy.class, Privacy.UNSPECIFIED),
                word(facts, "task", Task.class, Task.UNSPECIFIED), flag(facts, "consent", false),
                flag(facts, "clinician", false), flag(facts, "paid", paidByDefault), text(facts, "zone"),
                text(facts, "language"), Content.promptTokens(request), maxTokens == null ? 0 : maxTokens,
                Content.needs(request), Content.deterministic(request), sources);
    }

    private static <E extends Enum<E>> E word(Map<String, String> facts, String name, Class<E> type, E unsaid)
            throws InvalidFactException {
        String value = facts.get(name);
        return value == null ? unsaid : Vocabulary.word(type, name, value);
    }

    private static boolean flag(Map<String, String> facts, String name, boolean unsaid) throws InvalidFactException {
        String value = facts.get(name);
        return value == null ? unsaid : Vocabulary.flag(name, value);
    }

    private static String text(Map<String, String> facts, String name) throws InvalidFactException {
        String value = facts.get(name);
        return value == null ? "" : Vocabulary.text(name, value);
    }
}
