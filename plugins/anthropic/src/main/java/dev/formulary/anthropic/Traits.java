package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// What a model takes and what it refuses.
///
/// @param mostTokens the most tokens of an answer, or 0 when nobody knows
/// @param contextTokens tokens of prompt and answer together, or 0 when nobody knows
/// @param canBeOff whether thinking can be switched off
/// @param schemas whether answers can be held to a JSON schema
/// @param forcedTools whether a tool can be forced upon it
/// @param pictures whether it looks at pictures
/// @param efforts its words for how hard it thinks, the least first; empty when it has none
record Traits(int mostTokens, int contextTokens, Thinking thinking, boolean canBeOff, Sampling sampling,
        boolean schemas, boolean forcedTools, boolean pictures, List<String> efforts) {

    /// How a model is asked to think.
    enum Thinking {
        NONE,
        /// With a number of tokens.
        BUDGET,
        /// It decides itself, guided by an effort.
        ADAPTIVE
    }

    /// Which of temperature and `top_p` may be said.
    enum Sampling {
        BOTH, ONE, NONE
    }

    private static final List<String> ALL_EFFORTS = List.of("low", "medium", "high", "xhigh", "max");
    private static final List<String> USUAL_EFFORTS = ALL_EFFORTS.subList(0, 3);

    Traits {
        efforts = List.copyOf(efforts);
    }

    /// The same model asked to think in that way.
    Traits thinking(Thinking way) {
        boolean needsWords = way == Thinking.ADAPTIVE && efforts.isEmpty();
        return new Traits(mostTokens, contextTokens, way, canBeOff, sampling, schemas, forcedTools, pictures,
                needsWords ? USUAL_EFFORTS : efforts);
    }

    /// What the vendor's list says of it, in place of what was assumed.
    ///
    /// @param model an entry of `GET /v1/models`; older servers say no more than the id
    Traits corrected(JsonNode model) {
        JsonNode can = model.path("capabilities");
        int most = positive(model.path("max_tokens"), mostTokens);
        int context = positive(model.path("max_input_tokens"), contextTokens);
        if (!can.isObject()) {
            return new Traits(most, context, thinking, canBeOff, sampling, schemas, forcedTools, pictures, efforts);
        }
        JsonNode types = can.path("thinking").path("types");
        return new Traits(most, context, way(can.path("thinking")), supported(types.path("disabled"), canBeOff),
                sampling, supported(can.path("structured_outputs"), schemas), forcedTools,
                supported(can.path("image_input"), pictures), words(can.path("effort")));
    }

    private Thinking way(JsonNode stated) {
        JsonNode types = stated.path("types");
        if (supported(types.path("adaptive"), false)) {
            return Thinking.ADAPTIVE;
        }
        if (supported(types.path("enabled"), false)) {
            return Thinking.BUDGET;
        }
        return supported(stated, true) ? thinking : Thinking.NONE;
    }

    private List<String> words(JsonNode stated) {
        if (!stated.isObject()) {
            return efforts;
        }
        var words = new ArrayList<String>();
        for (String word : ALL_EFFORTS) {
            if (supported(stated.path(word), false)) {
                words.add(word);
            }
        }
        return words;
    }

    private static boolean supported(JsonNode stated, boolean assumed) {
        return stated.path("supported").isBoolean() ? stated.path("supported").booleanValue() : assumed;
    }

    private static int positive(JsonNode stated, int assumed) {
        return stated.isInt() && stated.intValue() > 0 ? stated.intValue() : assumed;
    }
}
