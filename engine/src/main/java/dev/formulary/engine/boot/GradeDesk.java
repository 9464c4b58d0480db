package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.dispatch.Interview;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ProviderException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/// Lets an operator ask one model a question that no rule decides about, so that its answers can be graded. Thread-safe.
final class GradeDesk {
    static final String PATH = "/admin/models/ask";
    private static final int LONGEST = 2_000;

    private final Interview interview;
    private final Supplier<List<Candidate>> candidates;

    GradeDesk(Interview interview, Supplier<List<Candidate>> candidates) {
        this.interview = interview;
        this.candidates = candidates;
    }

    Map<String, Change> changes() {
        return Map.of(PATH, this::ask);
    }

    private Change.Result ask(Map<String, String> said) {
        Candidate candidate = ModelDesk.named(said, candidates.get());
        String question = said.getOrDefault("question", "");
        if (question.isBlank() || question.length() > LONGEST) {
            throw new IllegalArgumentException("'question' must be a text of up to " + LONGEST + " characters");
        }
        if (!candidate.can(Capability.CHAT)) {
            throw new IllegalArgumentException("the model " + candidate.id() + " has no chat");
        }
        try {
            Interview.Said answer = interview.ask(candidate, question);
            return new Change.Result.Done(new Shown.Said(candidate.id(), answer.text(), answer.finish(),
                    answer.costMicros()));
        } catch (ProviderException e) {
            return new Change.Result.Refused(e.category().name().toLowerCase(Locale.ROOT),
                    String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Change.Result.Refused("stopping", "the gateway stops");
        }
    }
}
