package dev.formulary.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.Capability;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.ProviderException;
import dev.formulary.wire.Json;
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

    /// @param said whether the server says what the model can do
    private record Known(String digest, ModelCard card, boolean said) {}

    private static final int LONGEST_LICENCE = 80;

    private final boolean local;
    private volatile Map<String, Known> known = Map.of();

    /// @param local whether the server itself is near; models that it only passes on are not
    ModelCatalog(boolean local) {
        this.local = local;
    }

    /// @param tags the answer to `/api/tags`
    /// @param running the models that lie in memory; where they lie is added to their cards
    List<ModelCard> update(JsonNode tags, List<LoadedModel> running, Show show)
            throws ProviderException, InterruptedException {
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
            now.put(id, same ? old : known(id, digest, model, show.of(id)));
        }
        known = now;
        var shares = new HashMap<String, String>();
        running.forEach(model -> shares.put(model.id(), gpuShare(model)));
        return now.values().stream().map(Known::card).map(card -> placed(card, shares.getOrDefault(card.id(), "")))
                .toList();
    }

    /// In percent; empty when the server does not tell.
    private static String gpuShare(LoadedModel model) {
        return model.bytes() > 0 && model.gpuBytes() >= 0
                ? Math.min(100, Math.round(100.0 * model.gpuBytes() / model.bytes())) + "%"
                : "";
    }

    private static ModelCard placed(ModelCard card, String gpuShare) {
        if (gpuShare.isEmpty()) {
            return card;
        }
        var attributes = new HashMap<>(card.attributes());
        attributes.put("gpu-share", gpuShare);
        return new ModelCard(card.id(), card.capabilities(), card.contextTokens(), card.inputPrice(),
                card.outputPrice(), card.local(), card.labels(), card.quality(), card.safety(), attributes);
    }

    /// Whether the model is known not to be able to do something; nobody knows of models that were not listed yet.
    boolean lacks(String model, Capability what) {
        Known one = known.get(model);
        return one != null && one.said() && !one.card().capabilities().contains(what);
    }

    Set<String> ids() {
        return known.keySet();
    }

    /// How many tokens the model can hold, or 0 when unknown.
    int contextTokens(String model) {
        Known one = known.get(model);
        return one == null ? 0 : one.card().contextTokens();
    }

    private Known known(String id, String digest, JsonNode tag, @Nullable JsonNode shown) {
        JsonNode show = shown == null ? Json.TREES.missingNode() : shown;
        JsonNode said = show.path("capabilities").isArray() ? show.path("capabilities") : tag.path("capabilities");
        return new Known(digest, card(id, tag, show, said), said.isArray());
    }

    private ModelCard card(String id, JsonNode tag, JsonNode show, JsonNode said) {
        boolean passedOn = tag.hasNonNull("remote_host") || show.hasNonNull("remote_host");
        boolean near = local && !passedOn;
        long price = near ? 0 : ModelCard.UNKNOWN;
        return new ModelCard(id, capabilities(id, said), contextTokens(tag, show), price, price, near, Set.of(),
                ModelCard.UNKNOWN, ModelCard.UNKNOWN, attributes(tag, show));
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

    private static Map<String, String> attributes(JsonNode tag, JsonNode show) {
        var attributes = new HashMap<String, String>();
        for (String name : List.of("family", "parameter_size", "quantization_level", "format")) {
            String value = tag.path("details").path(name).asText(show.path("details").path(name).asText(""));
            add(attributes, name.replace('_', '-'), value);
        }
        JsonNode info = show.path("model_info");
        add(attributes, "bytes", tag.path("size").asLong(0) > 0 ? tag.path("size").asText() : "");
        add(attributes, "parameter-count", info.path("general.parameter_count").asText(""));
        add(attributes, "licence", licence(info, show.path("license").asText("")));
        add(attributes, "remote-host", tag.path("remote_host").asText(show.path("remote_host").asText("")));
        return attributes;
    }

    private static void add(Map<String, String> attributes, String name, String value) {
        if (!value.isBlank()) {
            attributes.put(name, value);
        }
    }

    /// The short name where the model has one, else how its licence begins.
    private static String licence(JsonNode info, String text) {
        String name = info.path("general.license").asText("");
        if (!name.isBlank()) {
            return name;
        }
        String first = text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
        return first.length() > LONGEST_LICENCE ? first.substring(0, LONGEST_LICENCE) + "\u2026" : first;
    }
}
