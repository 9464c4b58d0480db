package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Question;
import dev.formulary.spi.Capability;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said in place of rules that took too long.
class DefaultPlanTest {
    private static final Candidate FREE = Rules.candidate("x/free", 5, 0);
    private static final Candidate PAID = Rules.candidate("x/paid", 5, 1_000_000);
    private static final Candidate OTHER = Rules.candidate("y/paid", 5, 1_000_000);

    private static List<String> forbidden(Question question) {
        return DefaultPlan.with(List.of(), question).stream().filter(Said.Forbid.class::isInstance)
                .map(said -> said.subject() + ": " + said.rule().reason()).toList();
    }

    @Test
    void whatSafetySaidStaysAndAllElseGives() {
        Question question = Rules.question(FREE, PAID);
        var said = List.<Said>of(new Said.Pin(Verdicts.rule("cost")),
                new Said.Forbid(Verdicts.rule("safety", Kind.CONTEXT, 0), FREE),
                new Said.Forbid(Verdicts.rule("load", Kind.LOAD, 0), PAID),
                new Said.Pin(Verdicts.rule("alert", Kind.ALERT, 0)));
        assertThat(DefaultPlan.with(said, question))
                .extracting(one -> one.rule().id(), Said::verb, Said::subject)
                .containsExactly(tuple("safety", "forbid", "x/free"), tuple("engine", "keep-free", ""),
                        tuple("engine", "last-resort", "simulated"));
        assertThat(said).as("it is not changed").hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"OPEN, -1, the model has failed too often of late and is left alone for a while",
            "CLOSED, 0,", "CLOSED, 1,", "HALF_OPEN, -1,"})
    void whoCanNotAnswerNowIsNotAsked(BreakerState breaker, int left, String reason) {
        Candidate model = Rules.candidate("x/m", Set.of(Capability.CHAT), 5, 0, 0,
                new Candidate.Vitals(breaker, -1, 0, -1, -1, 0, left));
        assertThat(forbidden(Rules.question(model, FREE)))
                .isEqualTo(reason == null ? List.of() : List.of("x/m: " + reason));
    }

    @Test
    void whoIsAtALimitIsAskedOnlyWhereNobodyElseMayBe() {
        Candidate model = Rules.candidate("x/m", Set.of(Capability.CHAT), 5, 0, 0,
                new Candidate.Vitals(BreakerState.CLOSED, -1, 0, -1, -1, 0, 0));
        assertThat(DefaultPlan.with(List.of(), Rules.question(model, FREE))).extracting(Said::verb, Said::subject)
                .contains(tuple("spare", "x/m")).doesNotContain(tuple("spare", "x/free"));
    }

    @ParameterizedTest
    @CsvSource({"total, 100, x/paid y/paid", "total, 99, ''", "provider:x, 100, x/paid", "provider:z, 100, ''",
            "tenant:alice, 100, x/paid y/paid", "tenant:bob, 100, ''"})
    void fromABudgetThatIsUsedUpNothingIsSpentButWhatIsFreeAnswers(String scope, long spent, String models) {
        var budget = new Budget("b", scope, spent, 0, 100, Instant.EPOCH);
        Question question = Rules.question(FREE, PAID, OTHER);
        List<String> expected = models.isEmpty() ? List.of() : List.of(models.split(" "));
        assertThat(forbidden(question.with(Rules.situation(budget)))).isEqualTo(expected.stream()
                .map(model -> model + ": the budget is used up until its next period").toList());
    }

    @Test
    void aBudgetThatIsLeftDoesNotHideOneThatIsUsedUp() {
        assertThat(forbidden(Rules.question(PAID).with(Rules.situation(
                new Budget("full", "total", 0, 0, 100, Instant.EPOCH),
                new Budget("empty", "total", 100, 0, 100, Instant.EPOCH))))).hasSize(1);
    }

    @Test
    void moneyIsSpentWhereAFreeModelCouldAnswerOnlyWhenThatIsAllowed() {
        Question question = Rules.question(FREE, PAID);
        assertThat(DefaultPlan.with(List.of(), question)).extracting(Said::verb)
                .containsExactly("keep-free", "last-resort");
        assertThat(DefaultPlan.with(List.of(), question.with(Copies.with(Context.unspecified(), "paidAllowed", true))))
                .extracting(Said::verb).containsExactly("last-resort");
    }
}
