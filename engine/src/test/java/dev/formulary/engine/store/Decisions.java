package dev.formulary.engine.store;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.Task;
import dev.formulary.spi.Capability;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Decisions to test with.
final class Decisions {
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    static final Situation SITUATION = new Situation(NOON, new Host(0.5, 0.25, 1024, -1, 2),
            List.of(new Budget("all", "total", 10, 5, 100, NOON)), 3, 2, Set.of("busy"));

    private Decisions() {}

    static Call call(String id) {
        return new Call(id, Dialect.OPENAI_CHAT, "http", "clinic", "front-desk", "auto", true, Priority.INTERACTIVE,
                "s1", true, NOON, 30_000, null, Set.of(), List.of(), "study-7");
    }

    static Context context() {
        return new Context(Need.CRISIS_INTERVENTION, Risk.HIGH, EmotionalState.ANXIOUS, AgeBand.ADULT, Privacy.LOCAL,
                Task.THERAPEUTIC_RESPONSE, true, false, false, "", "en", 120, 256, Set.of(Capability.CHAT), false,
                Map.of("need", "header", "risk", "metadata"));
    }

    static Question question(String id) {
        return new Question(call(id), context(), SITUATION, List.of());
    }

    static Decision allow(String id) {
        Candidate local = Candidate.of("home", ModelCard.of("llama"), Candidate.Vitals.UNKNOWN);
        Candidate cloud = Candidate.of("cloud", ModelCard.of("big"), Candidate.Vitals.UNKNOWN);
        return new Decision.Allow(id, "abc123",
                new Plan(List.of(local, cloud),
                        Map.of(Parameter.MAX_TOKENS, new Plan.Limit(Double.NaN, 512), Parameter.TEMPERATURE,
                                new Plan.Limit(0.2, 1)),
                        60),
                List.of(new Reason("crisis-stays-home", "forbid", "cloud/big", "crisis calls stay on this machine",
                        "context/crisis.drl", 12)),
                List.of(new Ranking("home/llama", true, 71.5, List.of("crisis-stays-home")),
                        new Ranking("cloud/big", false, 0, List.of())),
                List.of(new Notice("crisis", Severity.CRITICAL, "crisis_open", "a crisis call came in")), List.of());
    }

    static Decision deny(String id) {
        return new Decision.Deny(id, "abc123", "no_model_allowed", "no model may answer this", List.of(), List.of(),
                List.of(), List.of("rule x failed"));
    }

    static Outcome outcome() {
        return new Outcome(Outcome.Status.ANSWERED,
                List.of(new Outcome.Tried("home/llama", FailureCategory.TIMEOUT, "nothing came in 5 s", 5000),
                        new Outcome.Tried("cloud/big", null, "", 800)),
                Usage.of(120, 30), 340, 5810, 450);
    }
}
