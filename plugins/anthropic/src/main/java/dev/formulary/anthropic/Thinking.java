package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest.Effort;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How the model is to think, and how many tokens that leaves for the answer.
///
/// @param member the member `thinking`, or null to leave it to the model
/// @param effort `output_config.effort`, or null to leave it to the model
/// @param maxTokens the limit of thoughts and answer together
record Thinking(@Nullable ObjectNode member, @Nullable String effort, int maxTokens) {
    /// The vendor's smallest budget.
    private static final int LEAST_BUDGET = 1024;
    /// For models of which nothing is known.
    private static final int USUAL_ANSWER = 4096;
    private static final String PARAMETER = "reasoning_effort";

    /// Whether thinking was asked for; then the vendor takes no sampling parameters.
    boolean on() {
        return member != null && !member.path("type").asText().equals("disabled");
    }

    /// @param effort what the caller asks for, or null
    /// @param limit the caller's limit of the answer, or null
    /// @param fallback the configured limit, or 0
    /// @param possible whether the rest of the request lets a model think with a budget or at all
    /// @param ignored gets what could not be carried
    static Thinking of(@Nullable Effort effort, @Nullable Integer limit, int fallback, Traits traits,
            Possible possible, Set<String> ignored) {
        int most = limit(limit, fallback, traits, ignored);
        if (effort == null) {
            return new Thinking(null, null, most);
        }
        if (effort == Effort.NONE) {
            return none(most, traits, ignored);
        }
        boolean impossible = possible == Possible.NOT
                || (possible == Possible.WITHOUT_BUDGET && traits.thinking() == Traits.Thinking.BUDGET);
        if (traits.thinking() == Traits.Thinking.NONE || impossible) {
            ignored.add(PARAMETER);
            return new Thinking(null, null, most);
        }
        return traits.thinking() == Traits.Thinking.ADAPTIVE
                ? new Thinking(Json.object("adaptive"), word(effort, traits.efforts()), most)
                : budget(effort, limit, most, traits, ignored);
    }

    /// What the rest of the request allows.
    enum Possible {
        /// Everything.
        ALL,
        /// A model that thinks with a budget wants its earlier thoughts, and they are lost.
        WITHOUT_BUDGET,
        /// A model that must call a tool can't think.
        NOT
    }

    private static int limit(@Nullable Integer limit, int fallback, Traits traits, Set<String> ignored) {
        int most = traits.mostTokens() == 0 ? Integer.MAX_VALUE : traits.mostTokens();
        if (limit != null) {
            if (limit > most) {
                ignored.add("max_tokens");
            }
            return Math.min(limit, most);
        }
        int usual = traits.mostTokens() == 0 ? USUAL_ANSWER : traits.mostTokens();
        return Math.min(fallback == 0 ? usual : fallback, most);
    }

    private static Thinking none(int most, Traits traits, Set<String> ignored) {
        if (traits.thinking() == Traits.Thinking.NONE) {
            return new Thinking(null, null, most);
        }
        if (traits.canBeOff()) {
            return new Thinking(Json.object("disabled"), null, most);
        }
        ignored.add(PARAMETER);
        return new Thinking(null, traits.efforts().isEmpty() ? null : traits.efforts().getFirst(), most);
    }

    private static @Nullable String word(Effort effort, List<String> words) {
        if (words.isEmpty()) {
            return null;
        }
        String wanted = switch (effort) {
            case NONE, MINIMAL, LOW -> "low";
            case MEDIUM -> "medium";
            case HIGH -> "high";
            case MAX -> words.getLast();
        };
        return words.contains(wanted) ? wanted : words.getLast();
    }

    /// A budget must be smaller than the limit. Half of a caller's limit is left for the answer, as far as that goes; where
    /// the caller sets none, the limit grows by the budget.
    private static Thinking budget(Effort effort, @Nullable Integer limit, int most, Traits traits,
            Set<String> ignored) {
        int wanted = switch (effort) {
            case NONE, MINIMAL -> LEAST_BUDGET;
            case LOW -> 2 * LEAST_BUDGET;
            case MEDIUM -> 8 * LEAST_BUDGET;
            case HIGH -> 16 * LEAST_BUDGET;
            case MAX -> 32 * LEAST_BUDGET;
        };
        int room = most;
        if (limit == null) {
            room = traits.mostTokens() == 0 ? most + wanted : Math.min(traits.mostTokens(), most + wanted);
        }
        if (room <= LEAST_BUDGET) {
            ignored.add(PARAMETER);
            return new Thinking(null, null, most);
        }
        int budget = Math.max(LEAST_BUDGET, Math.min(wanted, room / 2));
        return new Thinking(Json.object("enabled").put("budget_tokens", budget), null, room);
    }
}
