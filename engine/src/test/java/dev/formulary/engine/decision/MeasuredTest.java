package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Situation;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What measures do to decisions: whatever the rules say, and told as a line of the decision.
class MeasuredTest {
    private static final Candidate GOOD = candidate("cloud/good", 9, 0);
    private static final Candidate FAIR = candidate("cloud/fair", 7, 0);
    private static final Candidate HOME = candidate("home/small", 5, 0);

    @TempDir
    private Path folder;
    private Policy policy;

    @BeforeEach
    void load() {
        Rules.put(folder, "load/own.drl", Rules.rule("own", "$m : Candidate( quality > 8 )",
                "decision.prefer($m, 3);"));
        policy = Rules.policy(folder);
        assertThat(policy.load().problems()).isEmpty();
    }

    @AfterEach
    void close() {
        policy.close();
    }

    private static Measure close(String id, String model, Measure.Origin origin) {
        return new Measure(id, model, Measure.Kind.CLOSE, 0, "reason of " + id, origin, "ann",
                Rules.situation().at().plusSeconds(60));
    }

    private static Measure avoid(String id, String model, double points) {
        return new Measure(id, model, Measure.Kind.AVOID, points, "reason of " + id, Measure.Origin.ALERT, "alert x",
                Rules.situation().at().plusSeconds(60));
    }

    private static Question with(Question question, Measure... measures) {
        Situation now = question.situation();
        return question.with(new Situation(now.at(), now.host(), now.budgets(), now.inFlight(), now.waiting(),
                now.openAlerts(), List.of(measures)));
    }

    private static List<String> attempts(Decision decision) {
        return ((Decision.Allow) decision).plan().attempts().stream().map(Candidate::id).toList();
    }

    private static List<String> spared(Decision decision) {
        return ((Decision.Allow) decision).plan().spared().stream().map(Candidate::id).toList();
    }

    /// Then those that do not count for the call are left out.
    @Test
    void whatAnOperatorClosesMayNotAnswerWhereThereAreManyBudgetsToo() {
        List<Budget> budgets = IntStream.range(0, 20)
                .mapToObj(i -> new Budget("b" + i, "tenant:t" + i, 0, 0, 100, Rules.situation().at())).toList();
        Question question = with(Rules.question(GOOD, FAIR, HOME), close("m1", "cloud/*", Measure.Origin.OPERATOR));
        Question narrowed = question.with(question.situation().with(budgets)).narrowed();

        assertThat(narrowed.situation().budgets()).isEmpty();
        assertThat(attempts(policy.decide(narrowed))).containsExactly("home/small");
    }

    @Test
    void whatAnOperatorClosesMayNotAnswerAndTheDecisionSaysWhy() {
        Decision decision = policy.decide(with(Rules.question(GOOD, FAIR, HOME),
                close("m1", "cloud/*", Measure.Origin.OPERATOR)));

        assertThat(attempts(decision)).containsExactly("home/small");
        assertThat(spared(decision)).isEmpty();
        assertThat(decision.reasons()).extracting(Reason::rule, Reason::verb, Reason::subject, Reason::text)
                .contains(tuple("measure:m1", "forbid", "cloud/good", "reason of m1"),
                        tuple("measure:m1", "forbid", "cloud/fair", "reason of m1"));
        assertThat(decision.ranking()).filteredOn(each -> !each.eligible()).extracting(Ranking::because)
                .allMatch(each -> each.contains("measure:m1"));
        assertThat(decision.problems()).isEmpty();
    }

    @Test
    void anOperatorsWordHoldsAlsoWhereNobodyIsLeftAndForACallThatNamesTheModel() {
        var closed = close("m1", "home/small", Measure.Origin.OPERATOR);

        var nobody = (Decision.Deny) policy.decide(with(Rules.question(HOME), closed));
        var named = (Decision.Deny) policy.decide(with(Rules.named("home/small", false, HOME, FAIR), closed));
        Decision another = policy.decide(with(Rules.named("home/small", true, HOME, FAIR), closed));

        assertThat(nobody.code()).isEqualTo("no_model_allowed");
        assertThat(nobody.message()).contains("reason of m1");
        assertThat(named.code()).isEqualTo("model_forbidden");
        assertThat(named.message()).contains("'home/small' may not answer: reason of m1");
        assertThat(attempts(another)).containsExactly("cloud/fair");
    }

    @Test
    void whatAnAlertClosesIsTheLastResortSoThatItMakesNoOutageWorse() {
        Measure one = close("m1", "cloud/good", Measure.Origin.ALERT);
        Measure two = close("m2", "cloud/fair", Measure.Origin.ALERT);

        Decision others = policy.decide(with(Rules.question(GOOD, FAIR, HOME), one));
        Decision nobodyElse = policy.decide(with(Rules.question(GOOD, FAIR), one, two));
        Decision named = policy.decide(with(Rules.named("cloud/good", false, GOOD, HOME), one));

        assertThat(attempts(others)).containsExactly("cloud/fair", "home/small");
        assertThat(spared(others)).containsExactly("cloud/good");
        assertThat(attempts(nobodyElse)).containsExactly("cloud/good", "cloud/fair");
        assertThat(attempts(named)).containsExactly("cloud/good");
        assertThat(others.reasons()).extracting(Reason::rule, Reason::verb, Reason::subject).contains(
                tuple("measure:m1", "spare", "cloud/good"));
    }

    @Test
    void whatIsAvoidedLosesItsPoints() {
        assertThat(attempts(policy.decide(Rules.question(GOOD, HOME)))).containsExactly("cloud/good", "home/small");

        Decision decision = policy.decide(with(Rules.question(GOOD, HOME), avoid("m1", "cloud/good", 60),
                avoid("m2", "cloud/*", 5)));

        assertThat(attempts(decision)).containsExactly("home/small", "cloud/good");
        assertThat(decision.ranking().getLast().because()).containsExactly("measure:m1", "measure:m2", "own");
        assertThat(Objects.requireNonNull(decision.ranking().getLast().terms()).points()).isEqualTo(3 - 65);
    }

    @Test
    void whatIsOverAtTheTimeOfTheSituationDoesNothing() {
        var over = new Measure("m1", "cloud/good", Measure.Kind.CLOSE, 0, "why", Measure.Origin.OPERATOR, "ann",
                Rules.situation().at());

        assertThat(policy.decide(with(Rules.question(GOOD, HOME), over)))
                .isEqualTo(policy.decide(Rules.question(GOOD, HOME)));
    }

    @Test
    void rulesThatTookTooLongDoNotTakeMeasuresWithThem() {
        Rules.put(folder, "cost/slow.drl", Rules.rule("slow", "$m : Candidate()", "decision.prefer($m, 1);"));
        try (var hasty = new Policy(folder, new dev.formulary.engine.config.Settings.Policy(false, 1,
                java.time.Duration.ofSeconds(5)), null, _ -> {})) {
            assertThat(hasty.load().problems()).isEmpty();

            Decision decision = hasty.decide(with(Rules.question(GOOD, FAIR, HOME),
                    close("m1", "cloud/good", Measure.Origin.OPERATOR)));

            assertThat(decision.problems()).anyMatch(each -> each.contains(DefaultPlan.OVER_BUDGET));
            assertThat(attempts(decision)).containsExactly("cloud/fair", "home/small");
        }
    }

    @Test
    void anExplanationNamesTheMeasureAndWhatWouldBeWithoutIt() {
        Explanation explanation = Objects.requireNonNull(policy.ruling()).explain(with(Rules.question(GOOD, HOME),
                close("m7", "cloud/good", Measure.Origin.OPERATOR)));

        assertThat(explanation.text()).contains("measure:m7 says forbid: reason of m7",
                "if measures did not contain m7");
        assertThat(Stream.of(explanation.svg(), explanation.mermaid())).allMatch(each -> each.contains("measure:m7"))
                .noneMatch(each -> each.contains(":0\"") || each.contains(":0<"));
    }

    @Test
    void equalQuestionsGetEqualDecisionsAndAScenarioCanHaveMeasures() {
        Rules.put(folder, "scenarios/measures.yaml", """
            scenarios:
              - name: what an operator closed is out, what an alert closed comes last
                situation:
                  measures:
                    - {model: cloud/large, kind: close}
                    - {model: "cloud/free", kind: close, origin: alert, reason: its error rate is high}
                    - {model: local/small, kind: avoid, points: 10}
                expect:
                  first: local/small
                  forbidden: [cloud/large, cloud/free]
                  reasons:
                    - {rule: "measure:m1", verb: forbid, subject: cloud/large}
                    - {rule: "measure:m2", verb: spare, text: its error rate is high}
            """);
        assertThat(policy.load().problems()).isEmpty();
        Question question = with(Rules.question(GOOD, HOME), avoid("m1", "cloud/good", 10));

        assertThat(policy.decide(question)).isEqualTo(policy.decide(question));
    }
}
