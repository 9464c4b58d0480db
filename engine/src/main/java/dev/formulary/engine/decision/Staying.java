package dev.formulary.engine.decision;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reason;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Usage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a session keeps to the model that answered last: it does unless a rule says `move` and none says `pin`, and only
/// where that model may answer after all hard limits and what narrows the choice.
final class Staying {
    /// Seconds for which vendors keep a prompt in their cache, mostly less.
    private static final int LONGEST_KEPT = 3_600;

    private Staying() {}

    /// @param question whose session it is
    /// @param standing how it stands, or null when it is not offered any more
    /// @param reasons where it is told why the session stays or can't
    /// @return the model that goes first, or null when the ranking decides
    static @Nullable Standing of(Question question, @Nullable Standing standing, List<Said> said,
            List<Reason> reasons) {
        String model = question.continuity().model();
        boolean pinned = said.stream().anyMatch(Said.Pin.class::isInstance);
        if (!pinned && said.stream().anyMatch(Said.Move.class::isInstance)) {
            return null;
        }
        String obstacle = obstacle(standing);
        if (standing == null || obstacle != null) {
            reasons.add(reason("move", model, "the session's model " + obstacle));
            return null;
        }
        reasons.add(reason("stay", model, "the session " + (pinned ? "is pinned" : "keeps")
                + " to the model that answered last" + cache(question, standing.candidate().card())));
        return standing;
    }

    /// What staying saves where the vendor reads from its cache what it has read before, for less. How much of the prompt that is
    /// nobody knows before the answer: all of it at most.
    private static String cache(Question question, ModelCard card) {
        int prompt = question.context().promptTokens();
        if (question.continuity().idleSeconds() > LONGEST_KEPT) {
            return "";
        }
        long saved = card.costMicros(new Usage(prompt, 0, 0, 0, true))
                - card.costMicros(new Usage(prompt, 0, prompt, 0, true));
        return saved <= 0
                ? ""
                : ", whose prompt cache is worth up to about $" + new BigDecimal(saved).movePointLeft(6)
                        .round(new MathContext(2)).stripTrailingZeros().toPlainString();
    }

    private static @Nullable String obstacle(@Nullable Standing standing) {
        if (standing == null) {
            return "is not offered any more";
        }
        if (!standing.eligible()) {
            return "may not answer: " + String.join("; ", standing.texts());
        }
        return standing.candidate().breaker() == BreakerState.OPEN ? "has failed too often of late" : null;
    }

    private static Reason reason(String verb, String model, String text) {
        return new Reason("engine", verb, model, text, "", 0);
    }
}
