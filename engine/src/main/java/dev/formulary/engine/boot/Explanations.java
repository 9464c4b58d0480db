package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Sources;
import dev.formulary.engine.decision.Explanation;
import dev.formulary.engine.decision.Ruling;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.store.DecisionJson;
import dev.formulary.engine.store.Recorded;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Explains decisions that are kept, with the rules by which they were made. Where these are gone it says so and gives what
/// was recorded; it never explains by other rules. Thread-safe.
final class Explanations implements Sources.Explanations {
    private final Function<String, @Nullable Recorded> decisions;
    private final Function<String, Optional<Ruling>> rulings;

    /// @param decisions a decision by its id, or null
    /// @param rulings the rule set of a content hash
    Explanations(Function<String, @Nullable Recorded> decisions, Function<String, Optional<Ruling>> rulings) {
        this.decisions = decisions;
        this.rulings = rulings;
    }

    @Override
    public @Nullable Object explain(String id, String format, String whyNot) {
        Recorded recorded = decisions.apply(id);
        if (recorded == null) {
            return null;
        }
        Ruling ruling = rulings.apply(recorded.decision().ruleSet()).orElse(null);
        return ruling == null ? gone(recorded, format) : by(ruling, recorded, format, whyNot);
    }

    private static Object by(Ruling ruling, Recorded recorded, String format, String whyNot) {
        Explanation explanation = ruling.explain(recorded.question(), whyNot.isEmpty() ? null : whyNot)
                .after(recorded.outcome());
        if (!explanation.model().equals(model(recorded.decision()))) {
            explanation = explanation.noting("decided again the result differs: recorded was "
                    + (model(recorded.decision()).isEmpty() ? "a denial" : model(recorded.decision()))
                    + "; this explains the new one");
        }
        return switch (format) {
            case "text" -> explanation.text();
            case "svg" -> explanation.svg();
            case "mermaid" -> explanation.mermaid();
            default -> explanation;
        };
    }

    private static String model(Decision decision) {
        return decision instanceof Decision.Allow allow ? allow.plan().attempts().getFirst().id() : "";
    }

    private static Object gone(Recorded recorded, String format) {
        String note = "the rule set " + recorded.decision().ruleSet()
                + " is not kept any more, so this is what was recorded, without what it would have taken";
        Explanation bare = Explanation.recorded(recorded.decision(), note).after(recorded.outcome());
        return switch (format) {
            case "text" -> bare.text();
            case "svg" -> bare.svg();
            case "mermaid" -> bare.mermaid();
            default -> {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("notes", List.of(note));
                document.put("recorded", DecisionJson.of(recorded));
                yield document;
            }
        };
    }
}
