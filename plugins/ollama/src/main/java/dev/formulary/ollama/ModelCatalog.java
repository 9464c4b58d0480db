package dev.formulary.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.ProviderException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The models of one server. What is known of a model is asked once for each version of it. Thread-safe.
final class ModelCatalog {
    /// Asks the server about one model.
    interface Show {
        /// @return the answer to `/api/show`, or null when the server has none
        @Nullable
        JsonNode of(String model) throws ProviderException, InterruptedException;
    }

    private record Known(String digest, ModelCard card) {}

    private final boolean local;
    private volatile Map<String, Known> known = Map.of();

    /// @param local whether the server itself is near; models that it only passes on are not
    ModelCatalog(boolean local) {
        this.local = local;
    }

    /// @param tags the answer to `/api/tags`
    List<ModelCard> update(JsonNode tags, Show show) throws ProviderException, InterruptedException {
        Map<String, Known> before = known;
        var now = new LinkedHashMap<String, Known>();
        for (JsonNode model : tags.path("models")) {
            String id = model.path("model").asText(model.path("name").asText(""));
            String digest = model.path("digest").asText("");
            if (id.isBlank() || now.containsKey(id)) {
                continue;
            }
            Known old = before.get(id);
            boolean same = old != null && !digest.isEmpty() && old.digest().equals(digest);
            now.put(id, same ? old : new Known(digest, card(id, model, show.of(id))));
        }
        known = now;
        return now.values().stream().map(Known::card).toList();
    }

    Set<String> ids() {
        return known.keySet();
    }

    /// How many tokens the model can hold, or 0 when unknown.
    int contextTokens(String model) {
        Known one = known.get(model);
        return one == null ? 0 : one.card().contextTokens();
    }

    private ModelCard card(String id, JsonNode tag, @Nullable JsonNode shown) {
        JsonNode show = shown == null ? Json.TREES.missingNode() : shown;
        boolean passedOn = tag.hasNonNull("remote_host") || show.hasNonNull("remote_host");
        boolean near = local && !passedOn;
        long price = near ? 0 : ModelCard.UNKNOWN;
        JsonNode said = show.path("capabilities").isArray() ? show.path("capabilities") : tag.path("capabilities");
        return new ModelCard(id, capabilities(id, said), contextTokens(tag, show), price, price, near, Set.of(),
                ModelCard.UNKNOWN, ModelCard.UNKNOWN, attributes(tag));
    }

    private static Set<Capability> capabilities(String id, JsonNode said) {
        if (!said.isArray()) {
            // servers before 2025 do not say
            return id.contains("embed") ? Set.of(Capability.EMBED) : Set.of(Capability.CHAT, Capability.JSON);
        }
        var can = EnumSet.noneOf(Capability.class);
        for (JsonNode word : said) {
            switch (word.asText()) {
                case "completion" -> {
                    can.add(Capability.CHAT);
                    can.add(Capability.JSON);
                }
                case "tools" -> can.add(Capability.TOOLS);
                case "vision" -> can.add(Capability.VISION);
                case "audio" -> can.add(Capability.AUDIO);
                case "thinking" -> can.add(Capability.THINKING);
                case "embedding" -> can.add(Capability.EMBED);
                default -> {
                    // nothing that is asked for
                }
            }
        }
        return can;
    }

    private static int contextTokens(JsonNode tag, JsonNode show) {
        JsonNode info = show.path("model_info");
        String family = info.path("general.architecture").asText("");
        int tokens = info.path(family + ".context_length").asInt(0);
        return tokens > 0 ? tokens : Math.max(0, tag.path("details").path("context_length").asInt(0));
    }

    private static Map<String, String> attributes(JsonNode tag) {
        var attributes = new HashMap<String, String>();
        JsonNode details = tag.path("details");
        for (String name : List.of("family", "parameter_size", "quantization_level")) {
            String value = details.path(name).asText("");
            if (!value.isEmpty()) {
                attributes.put(name.replace('_', '-'), value);
            }
        }
        return attributes;
    }
}
