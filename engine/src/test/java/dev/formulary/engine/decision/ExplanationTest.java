package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Risk;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an explanation says about the rules, the models and the parameters.
class ExplanationTest {
    private static final Candidate HOME = Rules.candidate("home/small", 4, 0);
    private static final Candidate LARGE = Rules.candidate("cloud/large", 9, 2_500_000);
    private static final Candidate CRISIS = Rules.candidate("clinic/guide", 7, 1_000, "crisis");

    @TempDir
    Path folder;

    @BeforeEach
    void rules() {
        Rules.put(folder, "context/a.drl", Rules.rule("crisis-label",
                "Context( risk in (Risk.HIGH, Risk.CRITICAL), $tokens : promptTokens )",
                "decision.requireLabel(\"crisis\"); decision.cap(Parameter.CACHE_SECONDS, 0);"));
        Rules.put(folder, "cost/b.drl", Rules.rule("budget-high",
                "exists Budget( usedRatio >= 0.8, exhausted == false )",
                "decision.set(Parameter.MAX_TOKENS, 500); decision.weigh(Term.COST, 2);")
                + Rules.rule("budget-dear",
                        "$b : Budget( usedRatio > 0.9 )  $c : Candidate( free == false, $b.counts(this) )",
                        "decision.avoid($c, 20);"));
        Rules.put(folder, "load/c.drl", Rules.rule("short", "Context( )",
                "decision.set(Parameter.MAX_TOKENS, 300); decision.cap(Parameter.MAX_TOKENS, 800); "
                        + "decision.onFailure(FailureClass.SERVER, Reaction.RETRY);")
                + Rules.rule("cautious", "Context( )", "decision.onFailure(FailureClass.SERVER, Reaction.NEXT);")
                + Rules.rule("labels", "$c : Candidate( labelled(\"crisis\"), vitals.calls == 0 )",
                        "decision.prefer($c, 5);"));
    }

    @Test
    void eachFiringTellsTheValuesThatItsConditionsName() {
        Explanation explanation = explain(crisis());

        Explanation.Fired crisis = fired(explanation, "crisis-label");
        assertThat(crisis.matched()).extracting(Explanation.Fact::toString)
                .contains("Context.risk = HIGH", "Context.promptTokens = 0").noneMatch(fact -> fact.contains("need"));
        assertThat(crisis.says()).containsExactly("require crisis", "cap CACHE_SECONDS=0.0");
        assertThat(crisis.file()).isEqualTo("context/a.drl");
        assertThat(crisis.line()).isEqualTo(1);
        assertThat(fired(explanation, "labels").matched()).extracting(Explanation.Fact::toString)
                .containsExactlyInAnyOrder("Candidate[clinic/guide].labelled(\"crisis\") = true",
                        "Candidate[clinic/guide].vitals.calls = 0");
    }

    @Test
    void aConditionThatSomethingExistsIsShownWithWhatThereIs() {
        Explanation explanation = explain(broke(crisis(), 950_000));

        Explanation.Fired high = fired(explanation, "budget-high");
        assertThat(high.conditions()).containsExactly("exists Budget( usedRatio >= 0.8, exhausted == false )");
        assertThat(high.matched()).extracting(Explanation.Fact::toString)
                .contains("Budget[family].usedRatio = 0.95", "Budget[family].exhausted = false");
        assertThat(explanation.facts()).extracting(Explanation.Fact::toString)
                .contains("Budget[family].usedRatio = 0.95", "Context.risk = HIGH")
                .noneMatch(fact -> fact.startsWith("Candidate"));
    }

    @Test
    void everyModelIsRankedOrSaysAllThatRuledItOut() {
        Explanation explanation = explain(crisis());

        assertThat(explanation.model()).isEqualTo("clinic/guide");
        assertThat(explanation.candidates()).extracting(Explanation.Rated::candidate)
                .containsExactlyInAnyOrder("clinic/guide", "home/small", "cloud/large");
        assertThat(explanation.candidates().getFirst().place()).isEqualTo(1);
        assertThat(rated(explanation, "home/small").stopped()).extracting(Explanation.Obstacle::toString)
                .containsExactly("crisis-label at context/a.drl:1 says require crisis: reason of crisis-label");
    }

    @Test
    void theSharesOfTheTermsAddUpToTheScore() {
        Explanation explanation = explain(broke(question(Risk.LOW), 950_000));

        assertThat(explanation.candidates()).hasSize(3).allSatisfy(one -> {
            Explanation.Shares shares = Objects.requireNonNull(one.shares());
            assertThat(shares.quality() + shares.cost() + shares.latency() + shares.load() + shares.points())
                    .isCloseTo(one.score(), org.assertj.core.data.Offset.offset(1e-9));
        });
        assertThat(rated(explanation, "cloud/large").points()).extracting(Explanation.Given::points)
                .containsExactly(-20.0);
        assertThat(explanation.weights()).isNotNull()
                .satisfies(weights -> assertThat(weights.cost()).isGreaterThan(weights.quality()));
    }

    @Test
    void aParameterTellsWhichRuleHoldsAndWhichYields() {
        Explanation explanation = explain(broke(crisis(), 950_000));

        Explanation.Held held = explanation.parameters().stream()
                .filter(one -> one.parameter() == Parameter.MAX_TOKENS).findFirst().orElseThrow();
        assertThat(held.preset()).isEqualTo(300.0);
        assertThat(held.cap()).isEqualTo(800.0);
        assertThat(held.claims()).extracting(Explanation.Claim::rule, Explanation.Claim::verb,
                Explanation.Claim::holds).containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("budget-high", "set", false),
                        org.assertj.core.groups.Tuple.tuple("short", "set", true),
                        org.assertj.core.groups.Tuple.tuple("short", "cap", true));
        assertThat(explanation.problems()).anyMatch(problem -> problem.startsWith("conflict"));
    }

    @Test
    void aFailureTellsWhichRuleHoldsAndWhichYields() {
        assertThat(explain(crisis()).text()).contains("failure   server means retry, says short at load/c.drl:",
                ", which yields", "failure   server means next, says cautious at load/c.drl:", ", which holds",
                "says on-failure SERVER=RETRY");
    }

    @Test
    void theDecisionIsTheOneThatServingMakes() {
        try (Policy policy = Rules.policy(folder)) {
            policy.load();
            Question question = crisis();
            Explanation explanation = Objects.requireNonNull(policy.ruling()).explain(question);

            assertThat(explanation.id()).isEqualTo(policy.decide(question).id());
            assertThat(explanation.ruleSet()).isEqualTo(policy.report().hash());
            assertThat(explanation.result()).isEqualTo("allow");
        }
    }

    @Test
    void theTextSaysAllOfIt() {
        String text = explain(broke(crisis(), 950_000)).noting("a note").text();

        assertThat(text).contains("note      a note", "allowed   clinic/guide",
                "fired     crisis-label at context/a.drl:1",
                "because Context.risk = HIGH", "says require crisis", "rank 1", "= quality", "out       home/small",
                "max_tokens is 300 at most 800", "budget-high at cost/b.drl:1 says set 500, which yields",
                "why not   home/small", "problem   conflict");
        assertThat(text.lines()).noneMatch(line -> line.contains("NaN"));
    }

    @Test
    void aDenialIsExplained() {
        Rules.put(folder, "alert/d.drl", Rules.rule("closed", "Call( tenant == \"alice\" )",
                "decision.deny(\"alice may not ask now\");"));

        Explanation explanation = explain(question(Risk.LOW));

        assertThat(explanation.result()).isEqualTo("denied_by_policy");
        assertThat(explanation.message()).contains("alice may not ask now");
        assertThat(explanation.whyNot()).hasSize(3).allSatisfy(one -> assertThat(one.stopped())
                .contains("the call is denied: closed at alert/d.drl:1: reason of closed"));
        assertThat(explanation.text()).contains("denied    denied_by_policy: alice may not ask now", "not asked");
        assertThat(explanation.whyNot()).anyMatch(one -> one.flip() != null && one.flip().fact().equals("call.tenant"));
    }

    @Test
    void aModelThatWasNotThereIsToldSo() {
        try (Policy policy = Rules.policy(folder)) {
            policy.load();

            assertThat(Objects.requireNonNull(policy.ruling()).explain(crisis(), "no/such").notes())
                    .containsExactly(
                            "there was no model 'no/such' to choose from; there were clinic/guide, cloud/large, "
                                    + "home/small");
        }
    }

    private static Question crisis() {
        return question(Risk.HIGH);
    }

    private static Question question(Risk risk) {
        Question plain = Rules.question(HOME, LARGE, CRISIS);
        return new Question(plain.call(), Copies.with(Context.unspecified(), "risk", risk), plain.situation(),
                plain.candidates());
    }

    private static Question broke(Question question, long spent) {
        Call call = question.call();
        var budget = new Budget("family", "total", spent, 0, 1_000_000, Instant.EPOCH);
        return new Question(call, question.context(), Rules.situation(budget), question.candidates());
    }

    private Explanation explain(Question question) {
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            return Objects.requireNonNull(policy.ruling()).explain(question);
        }
    }

    private static Explanation.Fired fired(Explanation explanation, String rule) {
        return explanation.fired().stream().filter(one -> one.rule().equals(rule)).findFirst().orElseThrow();
    }

    private static Explanation.Rated rated(Explanation explanation, String model) {
        return explanation.candidates().stream().filter(one -> one.candidate().equals(model)).findFirst()
                .orElseThrow();
    }

}
