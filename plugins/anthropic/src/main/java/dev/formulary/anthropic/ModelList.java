package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is known of the models: by the vendor's list, or else by [Families]. Thread-safe.
final class ModelList {
    private final AnthropicSettings settings;
    private volatile Map<String, Traits> listed = Map.of();

    ModelList(AnthropicSettings settings) {
        this.settings = settings;
    }

    /// What a model takes.
    Traits traits(String model) {
        Traits traits = listed.getOrDefault(model, Families.of(model));
        Traits.Thinking way = settings.thinking();
        return way == null ? traits : traits.thinking(way);
    }

    /// Makes cards of `GET /v1/models`, and remembers what it says.
    ///
    /// @param entries of all pages
    List<ModelCard> cards(List<JsonNode> entries) {
        var cards = new LinkedHashMap<String, ModelCard>();
        var traits = new LinkedHashMap<String, Traits>();
        for (JsonNode entry : entries) {
            String id = entry.path("id").asText("");
            if (!id.isBlank() && !entry.path("lifecycle").asText().equals("retired")) {
                Traits known = Families.of(id).corrected(entry);
                traits.put(id, known);
                cards.putIfAbsent(id, card(id, known, entry));
            }
        }
        listed = Map.copyOf(traits);
        configured().forEach(card -> cards.putIfAbsent(card.id(), card));
        return List.copyOf(cards.values());
    }

    /// The cards of the configured models alone.
    List<ModelCard> configured() {
        return settings.models().stream().distinct().map(id -> card(id, Families.of(id), MissingNode.getInstance()))
                .toList();
    }

    private ModelCard card(String id, Traits known, JsonNode entry) {
        long price = settings.free() ? 0 : ModelCard.UNKNOWN;
        return new ModelCard(id, capabilities(known), known.contextTokens(), price, price, settings.local(), Set.of(),
                ModelCard.UNKNOWN, ModelCard.UNKNOWN, attributes(known, entry));
    }

    private Set<Capability> capabilities(Traits traits) {
        var can = EnumSet.of(Capability.CHAT, Capability.TOOLS);
        if (traits.schemas() || traits.forcedTools()) {
            can.add(Capability.JSON);
        }
        if (traits.pictures()) {
            can.add(Capability.VISION);
        }
        Traits.Thinking way = settings.thinking() == null ? traits.thinking() : settings.thinking();
        if (way != Traits.Thinking.NONE) {
            can.add(Capability.THINKING);
        }
        return can;
    }

    private static Map<String, String> attributes(Traits traits, JsonNode entry) {
        var attributes = new LinkedHashMap<String, String>();
        if (traits.mostTokens() > 0) {
            attributes.put("max-tokens", Integer.toString(traits.mostTokens()));
        }
        for (String name : List.of("display_name", "created_at", "line")) {
            if (entry.path(name).isTextual()) {
                attributes.put(name.replace('_', '-'), entry.path(name).asText());
            }
        }
        return attributes;
    }
}
