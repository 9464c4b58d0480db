package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.spi.Capability;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a call itself asks of a model, whatever the rules say.
final class Needs {
    private static final List<Capability> EVERY = List.of(Capability.values());
    private static final Map<Capability, String> CANNOT = new EnumMap<>(Capability.class);

    static {
        CANNOT.put(Capability.CHAT, "the model does not answer conversations");
        CANNOT.put(Capability.EMBED, "the model does not turn text into vectors");
        CANNOT.put(Capability.VISION, "the model does not see pictures");
        CANNOT.put(Capability.AUDIO, "the model does not hear sound");
        CANNOT.put(Capability.TOOLS, "the model does not call tools");
        CANNOT.put(Capability.JSON, "the model does not answer in JSON");
        CANNOT.put(Capability.THINKING, "the model does not think before it answers");
    }

    private Needs() {}

    /// Why the model can't serve the call, or null when it can.
    static @Nullable String missing(Candidate candidate, Context context) {
        if (!context.needs().contains(Capability.EMBED) && !candidate.can(Capability.CHAT)) {
            return CANNOT.get(Capability.CHAT);
        }
        // in the order of the enumeration: a set's own order differs from process to process, and so would the decision
        for (Capability need : EVERY) {
            if (context.needs().contains(need) && !candidate.can(need)) {
                return CANNOT.get(need);
            }
        }
        int window = candidate.card().contextTokens();
        long tokens = (long) context.promptTokens() + context.maxTokens();
        return window > 0 && tokens > window
                ? "prompt and answer need about " + tokens + " tokens, the model has room for " + window
                : null;
    }
}
