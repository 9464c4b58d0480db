package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Makes cards of `GET /models`. The format says no more than the ids; whatever a vendor adds to them is used.
final class ModelList {
    /// Models of which the format's own vendor lists many, and which answer no conversation.
    private static final List<String> NOT_FOR_CHAT = List.of("whisper", "tts", "dall-e", "moderation", "gpt-image",
            "sora", "realtime", "transcribe", "davinci-002", "babbage-002", "rerank");
    private static final BigDecimal MICROS_A_MILLION_TOKENS = new BigDecimal("1000000000000");

    private final OpenAiSettings settings;

    ModelList(OpenAiSettings settings) {
        this.settings = settings;
    }

    /// @param answer `{"data":[...]}`, or a bare array
    /// @param props what the server says of the one model that it has; missing when it says nothing
    List<ModelCard> of(JsonNode answer, JsonNode props) {
        var cards = new ArrayList<ModelCard>();
        var seen = new LinkedHashSet<String>();
        for (JsonNode model : answer.isArray() ? answer : answer.path("data")) {
            String id = model.path("id").asText("");
            if (!id.isBlank() && !any(id, NOT_FOR_CHAT) && seen.add(id)) {
                cards.add(card(id, model, props));
            }
        }
        for (String id : settings.models()) {
            if (seen.add(id)) {
                cards.add(named(id));
            }
        }
        return List.copyOf(cards);
    }

    /// The cards of the configured models alone.
    List<ModelCard> configured() {
        return settings.models().stream().distinct().map(this::named).toList();
    }

    private ModelCard named(String id) {
        return card(id, MissingNode.getInstance(), MissingNode.getInstance());
    }

    private ModelCard card(String id, JsonNode model, JsonNode props) {
        JsonNode pricing = model.path("pricing");
        int reserved = props.path("default_generation_settings").path("n_ctx").asInt(0);
        var classes = settings.free() || !pricing.isObject()
                ? ClassPrices.NONE
                : new ClassPrices(price(pricing.path("input_cache_read")),
                        price(pricing.path("input_cache_write")), ClassPrices.UNKNOWN, ClassPrices.UNKNOWN,
                        ClassPrices.UNKNOWN, "the vendor's list of models", "");
        return new ModelCard(id, capabilities(id, model, props.path("modalities")),
                reserved > 0 ? reserved : contextTokens(model), price(pricing.path("prompt")),
                price(pricing.path("completion")), settings.local(), Set.of(), ModelCard.UNKNOWN, ModelCard.UNKNOWN,
                attributes(model), classes);
    }

    private static Map<String, String> attributes(JsonNode model) {
        var attributes = new TreeMap<String, String>();
        addIf(attributes, "owned-by", model.path("owned_by").asText(""));
        addIf(attributes, "parameter-count", model.path("meta").path("n_params").asText(""));
        addIf(attributes, "bytes", model.path("meta").path("size").asText(""));
        addIf(attributes, "status", model.path("status").path("value").asText(""));
        return attributes;
    }

    private static void addIf(Map<String, String> attributes, String name, String value) {
        if (!value.isEmpty()) {
            attributes.put(name, value);
        }
    }

    private static Set<Capability> capabilities(String id, JsonNode model, JsonNode modalities) {
        if (id.toLowerCase(Locale.ROOT).contains("embed")) {
            return Set.of(Capability.EMBED);
        }
        var can = EnumSet.of(Capability.CHAT);
        JsonNode parameters = model.path("supported_parameters");
        if (parameters.isArray()) {
            addIf(can, Capability.TOOLS, says(parameters, "tools"));
            addIf(can, Capability.JSON, says(parameters, "response_format"));
            addIf(can, Capability.THINKING, says(parameters, "reasoning"));
        } else {
            // the format has both; whoever knows better says so in the configuration
            can.add(Capability.TOOLS);
            can.add(Capability.JSON);
        }
        JsonNode inputs = model.path("architecture").path("input_modalities");
        addIf(can, Capability.VISION, says(inputs, "image") || model.path("capabilities").path("vision").asBoolean()
                || modalities.path("vision").asBoolean());
        addIf(can, Capability.AUDIO, says(inputs, "audio") || modalities.path("audio").asBoolean());
        return can;
    }

    private static void addIf(Set<Capability> can, Capability what, boolean condition) {
        if (condition) {
            can.add(what);
        }
    }

    private static boolean says(JsonNode list, String word) {
        for (JsonNode entry : list) {
            if (entry.asText().equals(word)) {
                return true;
            }
        }
        return false;
    }

    private static int contextTokens(JsonNode model) {
        for (String member : List.of("context_length", "max_model_len", "context_window", "max_context_length")) {
            if (model.path(member).asInt(0) > 0) {
                return model.path(member).asInt();
            }
        }
        int reserved = model.path("meta").path("n_ctx").asInt(0);
        return Math.max(0, reserved > 0 ? reserved : model.path("meta").path("n_ctx_train").asInt(0));
    }

    /// Dollars for one token, as a string or a number, to micro-dollars for a million.
    private long price(JsonNode dollars) {
        if (settings.free()) {
            return 0;
        }
        try {
            BigDecimal price = new BigDecimal(dollars.asText(""));
            return price.signum() < 0 ? ModelCard.UNKNOWN : price.multiply(MICROS_A_MILLION_TOKENS).longValue();
        } catch (NumberFormatException e) {
            return ModelCard.UNKNOWN;
        }
    }

    private static boolean any(String id, List<String> words) {
        String lower = id.toLowerCase(Locale.ROOT);
        return words.stream().anyMatch(lower::contains);
    }
}
