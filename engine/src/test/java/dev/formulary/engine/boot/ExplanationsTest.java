package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.decision.Ruling;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.store.Recorded;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Usage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Decisions by the shipped rules, explained from what is kept of them.
class ExplanationsTest {
    private static final Question QUESTION = new Question(
            new Call("d-1", Dialect.OPENAI_CHAT, "http", "default", "", "auto", false, Priority.NORMAL, null, false,
                    Instant.EPOCH, 60_000),
            Context.unspecified(), new Situation(Instant.EPOCH, Host.UNKNOWN, List.of(), 0, 0, Set.of()),
            List.of(Candidate.of("a", ModelCard.of("paid"), Candidate.Vitals.UNKNOWN),
                    Candidate.of("b", new ModelCard("free", ModelCard.of("x").capabilities(), 0, 0, 0, true, Set.of(),
                            -1, -1, Map.of()), Candidate.Vitals.UNKNOWN)));
    private static Ruling ruling;

    @BeforeAll
    static void rules() {
        ruling = Objects.requireNonNull(Ruling.of(Path.of("../rules"), List.of()).ruling());
    }

    @Test
    void aKeptDecisionIsExplainedByItsOwnRules() {
        Explanations explanations = explanations(ruling.decide(QUESTION), true);

        assertThat(explanations.explain("d-1", "text", "a/paid")).asString().contains("allowed   b/free",
                "why not   a/paid", "free-first at cost/free-first.drl:3 says keep-free",
                "it would be the choice if its price were 0 instead of unknown").doesNotContain("differs");
        assertThat(explanations.explain("d-1", "svg", "")).asString().startsWith("<svg").contains("free-first");
        assertThat(explanations.explain("d-1", "mermaid", "")).asString().startsWith("flowchart LR");
        assertThat(new String(AdminJson.write(Objects.requireNonNull(explanations.explain("d-1", "json", ""))),
                StandardCharsets.UTF_8)).contains("\"why_not\":[{\"candidate\":\"a/paid\"", "\"matched\":",
                        "\"rule_set\":\"" + ruling.hash())
                .doesNotContain("NaN");
        assertThat(explanations.explain("d-2", "text", "")).isNull();
    }

    @Test
    void whatWasTriedIsToldWithTheClassOfEachFailure() {
        var outcome = new Outcome(Outcome.Status.ANSWERED,
                List.of(new Outcome.Tried("b/free", FailureCategory.CONNECT, "", 12, FailureClass.DNS),
                        new Outcome.Tried("b/free", FailureCategory.TIMEOUT, "", 7, null),
                        new Outcome.Tried("c/slow", FailureCategory.CANCELLED, "", 9).inVain(-1),
                        new Outcome.Tried("c/slow", FailureCategory.CANCELLED, "", 9).inVain(0),
                        new Outcome.Tried("c/slow", FailureCategory.CANCELLED, "", 9).inVain(1_230),
                        new Outcome.Tried("b/free", null, "", 40)),
                Usage.NONE, 0, 60, 1);
        var recorded = new Recorded(QUESTION, ruling.decide(QUESTION), outcome);
        for (boolean kept : List.of(true, false)) {
            var explanations = new Explanations(_ -> recorded, _ -> kept ? Optional.of(ruling) : Optional.empty());
            assertThat(explanations.explain("d-1", "text", "")).asString().contains(
                    "tried     b/free failed (dns) in 12 ms",
                    "tried     b/free failed (of what is not recorded) in 7 ms", "tried     b/free answered in 40 ms",
                    "tried     c/slow failed (cancelled) in 9 ms, at a cost that nobody knows",
                    "tried     c/slow failed (cancelled) in 9 ms, and cost nothing",
                    "tried     c/slow failed (cancelled) in 9 ms, and cost $0.00123 in vain");
        }
    }

    @Test
    void withoutItsRulesOnlyWhatWasRecordedIsGiven() {
        Explanations explanations = explanations(ruling.decide(QUESTION), false);

        assertThat(explanations.explain("d-1", "text", "")).asString().contains("not kept any more", "allowed   b/free",
                "free-first").doesNotContain("why not");
        assertThat(explanations.explain("d-1", "svg", "")).asString().startsWith("<svg");
        assertThat(explanations.explain("d-1", "mermaid", "")).asString().startsWith("flowchart");
        assertThat(new String(AdminJson.write(Objects.requireNonNull(explanations.explain("d-1", "json", ""))),
                StandardCharsets.UTF_8)).contains("not kept any more", "\"recorded\":{\"id\":\"d-1\"");
    }

    @Test
    void aRecordThatDiffersIsNotHidden() {
        var denied = new Decision.Deny("d-1", ruling.hash(), "policy_failed", "no", List.of(), List.of(), List.of(),
                List.of());

        assertThat(explanations(denied, true).explain("d-1", "text", "")).asString()
                .contains("note      decided again the result differs: recorded was a denial");
    }

    private static Explanations explanations(Decision decision, boolean kept) {
        var recorded = new Recorded(QUESTION, decision, null);
        return new Explanations(id -> id.equals("d-1") ? recorded : null,
                hash -> kept && hash.equals(ruling.hash()) ? Optional.of(ruling) : Optional.empty());
    }
}
