package dev.formulary.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Makes cards of `GET /models`. The list names no prices and no kinds of input; what all models of a family can do is known.
final class ModelList {
    /// Models that answer with pictures or with sound, which can't be passed on.
    private static final List<String> NO_WORDS = List.of("-image", "-tts", "-audio", "-live", "lyria", "imagen", "veo");

    private final List<String> configured;
    private final List<ModelCard> cards = new ArrayList<>();
    private final Set<String> seen = new LinkedHashSet<>();

    /// @param configured ids known without asking
    ModelList(List<String> configured) {
        this.configured = configured;
    }

    /// Adds a page of the list.
    void add(JsonNode models) {
        for (JsonNode model : models) {
            String name = model.path("name").asText("").strip();
            String id = name.startsWith("models/") ? name.substring("models/".length()) : name;
            Set<Capability> can = capabilities(id, model);
            if (!id.isEmpty() && !can.isEmpty() && ModelTraits.of(id).wellFormed() && seen.add(id)) {
                cards.add(card(id, can, model));
            }
        }
    }

    /// The cards of all pages, and those of the configured models that are on none.
    List<ModelCard> cards() {
        for (String id : configured) {
            if (seen.add(id)) {
                cards.add(card(id, id.contains("embed") ? Set.of(Capability.EMBED) : ofFamily(id),
                        MissingNode.getInstance()));
            }
        }
        return List.copyOf(cards);
    }

    private static ModelCard card(String id, Set<Capability> can, JsonNode model) {
        return new ModelCard(id, can, Json.count(model.path("inputTokenLimit")), ModelCard.UNKNOWN, ModelCard.UNKNOWN,
                false, Set.of(), ModelCard.UNKNOWN, ModelCard.UNKNOWN, attributes(model));
    }

    private static Map<String, String> attributes(JsonNode model) {
        var attributes = new LinkedHashMap<String, String>();
        Map.of("displayName", "display-name", "version", "version", "outputTokenLimit", "output-tokens")
                .forEach((member, name) -> {
                    String value = model.path(member).asText("");
                    if (!value.isEmpty()) {
                        attributes.put(name, value);
                    }
                });
        return attributes;
    }

    private static Set<Capability> capabilities(String id, JsonNode model) {
        boolean chat = false;
        boolean embed = false;
        for (JsonNode method : model.path("supportedGenerationMethods")) {
            chat |= method.asText().equals("generateContent");
            embed |= method.asText().equals("embedContent");
        }
        if (chat && NO_WORDS.stream().noneMatch(id.toLowerCase(Locale.ROOT)::contains)) {
            Set<Capability> can = ofFamily(id);
            if (model.path("thinking").asBoolean()) {
                can.add(Capability.THINKING);
            }
            return can;
        }
        return embed ? Set.of(Capability.EMBED) : Set.of();
    }

    /// Gemini models see, hear, call tools and answer in JSON, all of them; of the others this is not said.
    private static Set<Capability> ofFamily(String id) {
        return id.startsWith("gemini-")
                ? EnumSet.of(Capability.CHAT, Capability.TOOLS, Capability.JSON, Capability.VISION, Capability.AUDIO)
                : EnumSet.of(Capability.CHAT);
    }
}
