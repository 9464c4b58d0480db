package dev.formulary.engine.boot;

import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reason;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Why a call's models were chosen, and with which its cost is compared. Thread-safe.
final class Grounds {
    private static final List<String> NARROWING = List.of("require", "keep-free", "last-resort", "spare");

    private final Question question;
    private final Decision.Allow allow;
    private final String compared;
    private final AtomicInteger attempts = new AtomicInteger();

    /// @param reference as in [LedgerSettings]
    Grounds(Question question, Decision.Allow allow, String reference) {
        this.question = question;
        this.allow = allow;
        this.compared = reference;
    }

    /// The model of the highest measured quality of those that might have answered; of equal ones the one that ranks higher. Null
    /// where no quality was measured.
    private @Nullable Candidate best() {
        Candidate best = null;
        for (Candidate each : allow.plan().all()) {
            best = isBetter(each, best) ? each : best;
        }
        for (Candidate each : question.candidates()) {
            // the ranking is only searched for a model that would be better: mostly one or two
            best = isBetter(each, best) && isAble(each) ? each : best;
        }
        return best;
    }

    private boolean isAble(Candidate candidate) {
        for (Ranking ranking : allow.ranking()) {
            if (ranking.candidate().equals(candidate.id())) {
                return ranking.eligible();
            }
        }
        return false;
    }

    private static boolean isBetter(Candidate other, @Nullable Candidate best) {
        return other.quality() >= 0 && (best == null || other.quality() > best.quality());
    }

    /// The model that is compared; null where there is none. Worked out when it is asked for, which is once for each attempt, and
    /// never for a call that needs none.
    @Nullable
    Candidate reference() {
        return compared.equals(LedgerSettings.BEST_QUALITY) ? best() : find(compared);
    }

    /// The number of the attempt that begins now, from 1.
    int next() {
        return attempts.incrementAndGet();
    }

    /// The model of that full name that the call knew of, or null.
    @Nullable
    Candidate find(String id) {
        for (Candidate each : question.candidates()) {
            if (each.id().equals(id)) {
                return each;
            }
        }
        return null;
    }

    /// The id of the rule that chose a model: the first that preferred it, else the first that narrowed the choice. `session`
    /// where the call's session stays with it, `caller` where the caller named it, `ranking` where no rule spoke.
    String rule(Candidate candidate) {
        if (!question.call().auto() && names(question.call().model(), candidate)) {
            return "caller";
        }
        String preferring = null;
        String narrowing = null;
        for (Reason reason : allow.reasons()) {
            boolean its = reason.subject().equals(candidate.id());
            if (its && reason.verb().equals("stay")) {
                return "session";
            }
            if (its && reason.verb().equals("prefer") && preferring == null) {
                preferring = reason.rule();
            }
            if (NARROWING.contains(reason.verb()) && narrowing == null) {
                narrowing = reason.rule();
            }
        }
        return preferring != null ? preferring : narrowing != null ? narrowing : "ranking";
    }

    private static boolean names(String asked, Candidate candidate) {
        return asked.equals(candidate.id()) || asked.equals(candidate.model());
    }
}
