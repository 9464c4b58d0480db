package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Verdicts.rule;
import static dev.formulary.engine.decision.Verdicts.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.decision.Verdicts.Saying;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a decision tells of how each model stands, and because of which rules.
class StandingTest {
    private static final Candidate FREE = Rules.candidate("home/free", 5, 0);
    private static final Candidate GOOD = Rules.candidate("cloud/good", 9, 1_000_000);
    private static final Candidate ECHO = Rules.candidate("cloud/echo", 5, 1_000_000, "simulated");
    private static final Question QUESTION = Rules.question(FREE, GOOD, ECHO);

    private static Ranking of(Candidate model, Saying... sayings) {
        return verdict(QUESTION, List.of(sayings)).ranking().stream()
                .filter(ranking -> ranking.candidate().equals(model.id())).findFirst().orElseThrow();
    }

    @Test
    void pointsOfAllRulesAddUpAndEachRuleIsNamedOnce() {
        Ranking plain = of(GOOD);
        Ranking given = of(GOOD, new Saying(rule("b"), draft -> draft.prefer(GOOD, 7)),
                new Saying(rule("a"), draft -> {
                    draft.avoid(GOOD, 1);
                    draft.avoid(GOOD, 0.5);
                }));
        assertThat(Objects.requireNonNull(given.terms()).points()).isEqualTo(5.5);
        assertThat(given.score()).isCloseTo(plain.score() + 0.055, within(1e-9));
        assertThat(given.because()).containsExactly("a", "b");
        assertThat(plain.because()).isEmpty();
    }

    @Test
    void whatAHardLimitRulesOutIsNotAlsoNarrowedAway() {
        var forbids = new Saying(rule("forbids"), draft -> draft.forbid(GOOD));
        var keepsFree = new Saying(rule("keeps-free"), DecisionDraft::keepFree);
        assertThat(of(GOOD, forbids, keepsFree).because()).containsExactly("forbids");
        assertThat(of(GOOD, keepsFree).because()).containsExactly("keeps-free");
        assertThat(of(GOOD, keepsFree).eligible()).isFalse();
    }

    @Test
    void whatIsNarrowedAwayTwiceNamesBothRules() {
        assertThat(of(ECHO, new Saying(rule("z"), draft -> draft.lastResort("simulated")),
                new Saying(rule("a"), DecisionDraft::keepFree)).because()).containsExactly("a", "z");
    }

    @Test
    void aRefusedCallShowsItsModelsBestFirstAndItsRefusalsInTheOrderOfTheRules() {
        Decision decision = verdict(QUESTION, List.of(new Saying(rule("b"), draft -> draft.deny("first")),
                new Saying(rule("a"), draft -> {
                    draft.deny("third");
                    draft.deny("second");
                })));
        assertThat(decision.ranking()).extracting(Ranking::candidate)
                .containsExactly("cloud/good", "home/free", "cloud/echo");
        assertThat(Verdicts.denied(decision)).isEqualTo("denied_by_policy: second; third; first");
    }
}
