package dev.formulary.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest.Effort;
import org.jspecify.annotations.Nullable;

/// How long a model is to think, in its own terms: a level from generation 3 on, a budget of tokens in generation 2.5.
/// Source: the API's guide to thinking, autumn 2026.
///
/// @param config the member `thinkingConfig`
/// @param exact false when the model can't do what is asked, and the nearest that it can was taken
record Thinking(ObjectNode config, boolean exact) {
    private static final int LEAST_OF_PRO = 128;

    /// @return null when the model can't be told how long to think
    static @Nullable Thinking of(ModelTraits model, Effort effort) {
        if (model.isThreeOrLater()) {
            String level = level(model, effort);
            boolean exact = effort != Effort.NONE && (effort != Effort.MINIMAL || level.equals("MINIMAL"));
            return new Thinking(config(effort).put("thinkingLevel", level), exact);
        }
        if (model.generation() == 205) {
            return new Thinking(config(effort).put("thinkingBudget", budget(model, effort)),
                    effort != Effort.NONE || !model.pro());
        }
        return null;
    }

    private static ObjectNode config(Effort effort) {
        ObjectNode config = Json.object();
        return effort == Effort.NONE ? config : config.put("includeThoughts", true);
    }

    private static String level(ModelTraits model, Effort effort) {
        return switch (effort) {
            // models of the larger kind, and all from 3.8 on, begin at LOW
            case NONE, MINIMAL -> model.pro() || model.generation() >= 308 ? "LOW" : "MINIMAL";
            case LOW -> "LOW";
            // 3 Pro has two levels only
            case MEDIUM -> model.pro() && model.generation() == 300 ? "HIGH" : "MEDIUM";
            case HIGH, MAX -> "HIGH";
        };
    }

    private static int budget(ModelTraits model, Effort effort) {
        return switch (effort) {
            case NONE -> model.pro() ? LEAST_OF_PRO : 0;
            case MINIMAL, LOW -> 1024;
            case MEDIUM -> 8192;
            case HIGH -> 24_576;
            case MAX -> model.pro() ? 32_768 : 24_576;
        };
    }
}
