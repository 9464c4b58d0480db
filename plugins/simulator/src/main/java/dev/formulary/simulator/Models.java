package dev.formulary.simulator;

import dev.formulary.spi.Capability;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.ProviderException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the simulator's models are said to be able to do.
final class Models {
    static final String COUNSEL = "counsel";
    private static final Set<Capability> TEXT = Set.of(Capability.CHAT, Capability.TOOLS, Capability.JSON);
    private static final Set<Capability> SEES = Set.of(Capability.CHAT, Capability.TOOLS, Capability.JSON,
            Capability.VISION);

    private final Map<String, ModelCard> byId = new LinkedHashMap<>();

    Models(Behaviour behaviour) {
        if (behaviour.models().isEmpty()) {
            add(behaviour, "echo-small", TEXT, 8_192, Set.of(), 1, ModelCard.UNKNOWN);
            add(behaviour, "echo-large", SEES, 131_072, Set.of(), 2, ModelCard.UNKNOWN);
            add(behaviour, COUNSEL, TEXT, 32_768, Set.of("crisis"), 1, 9);
            add(behaviour, "embed", Set.of(Capability.EMBED), 8_192, Set.of(), 1, ModelCard.UNKNOWN);
        }
        for (String id : behaviour.models()) {
            add(behaviour, id, SEES, 131_072, Set.of(), 1, ModelCard.UNKNOWN);
        }
    }

    /// All go on with an answer that has begun.
    private void add(Behaviour behaviour, String id, Set<Capability> can, int context, Set<String> labels,
            double quality,
            double safety) {
        var all = new HashSet<>(labels);
        all.addAll(List.of("simulated", "prefill"));
        byId.put(id, new ModelCard(id, can, context, behaviour.inputPrice(), behaviour.outputPrice(), true, all,
                quality, safety, Map.of("simulator", "answers by rote")));
    }

    List<ModelCard> cards() {
        return List.copyOf(byId.values());
    }

    /// The card of a model that must be able to do something.
    ModelCard find(String id, Capability needed) throws ProviderException {
        ModelCard card = byId.get(id);
        if (card == null) {
            throw new ProviderException(FailureCategory.UNKNOWN_MODEL,
                    "the simulator has no model '" + id + "'; it has " + String.join(", ", byId.keySet()), 404, null,
                    null);
        }
        if (!card.capabilities().contains(needed)) {
            throw new ProviderException(FailureCategory.UNSUPPORTED,
                    "the simulator's model '" + id + "' can't do " + needed);
        }
        return card;
    }
}
