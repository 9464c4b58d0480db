package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.spi.Capability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An explanation tells which models no other beats in everything.
class ParetoFrontTest {
    private static final List<ToDoubleFunction<Ranking.Terms>> TERMS = List.of(Ranking.Terms::quality,
            Ranking.Terms::cost, Ranking.Terms::latency, Ranking.Terms::load);

    @TempDir
    Path folder;

    @BeforeEach
    void rules() {
        Rules.put(folder, "cost/a.drl", Rules.rule("out", "$c : Candidate( labelled(\"out\") )", "decision.forbid($c);")
                + Rules.rule("liked", "$c : Candidate( labelled(\"liked\") )", "decision.prefer($c, 40);"));
    }

    @Test
    void aModelThatIsWorseInEverythingIsDominatedAndTheOthersAreOnTheFront() {
        Explanation explanation = explain(Rules.candidate("a/good", 9, 5_000_000), Rules.candidate("a/cheap", 4, 0),
                Rules.candidate("b/worse", 8, 6_000_000), Rules.candidate("b/out", 10, 0, "out"));

        assertThat(rated(explanation, "a/good").front()).isTrue();
        assertThat(rated(explanation, "a/cheap").front()).isTrue();
        assertThat(rated(explanation, "b/worse").front()).isFalse();
        assertThat(rated(explanation, "b/worse").dominatedBy()).isEqualTo("a/good");
        assertThat(rated(explanation, "b/out").front()).isFalse();
        assertThat(rated(explanation, "b/out").dominatedBy()).as("who may not answer is not compared").isEmpty();
        assertThat(explanation.text()).containsPattern("rank 3 +b/worse with .*\n +dominated by a/good\n")
                .containsPattern("rank \\d +a/good with .*\n +on the Pareto front\n");
        assertThat(explanation.svg()).contains("◆ on the Pareto front", "◇ dominated by a/good");
        assertThat(explanation.mermaid()).contains("on the Pareto front", "dominated by a/good");
    }

    @Test
    void aChoiceThatRulesMadeAgainstTheNumbersIsSeen() {
        Explanation explanation = explain(Rules.candidate("a/good", 9, 1_000), Rules.candidate("b/liked", 3, 2_000,
                "liked"));

        assertThat(explanation.model()).isEqualTo("b/liked");
        assertThat(rated(explanation, "b/liked").dominatedBy()).isEqualTo("a/good");
    }

    @Test
    void twoThatAreAlikeDoNotDominateEachOther() {
        Explanation explanation = explain(Rules.candidate("a/one", 5, 10), Rules.candidate("b/two", 5, 10));

        assertThat(explanation.candidates()).allMatch(Explanation.Rated::front);
    }

    /// Against the definition, for random models of few numbers, so that ties are many.
    @Test
    void theFrontIsThatOfTheDefinition() {
        var random = new Random(11);
        int dominated = 0;
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            Ruling ruling = Objects.requireNonNull(policy.ruling());
            for (int round = 0; round < 300; round++) {
                List<Explanation.Rated> all = ParetoFront.mark(rank(ruling, random(random)));
                List<Explanation.Rated> ranked = all.stream().filter(one -> one.place() > 0).toList();
                assertThat(ranked.stream().anyMatch(Explanation.Rated::front)).isEqualTo(!ranked.isEmpty());
                for (Explanation.Rated one : ranked) {
                    boolean beaten = ranked.stream().anyMatch(other -> beats(other, one));
                    assertThat(one.front()).isEqualTo(!beaten);
                    assertThat(one.dominatedBy().isEmpty()).isEqualTo(!beaten);
                    if (beaten) {
                        Explanation.Rated by = ranked.stream()
                                .filter(other -> other.candidate().equals(one.dominatedBy())).findFirst().orElseThrow();
                        assertThat(by.front()).isTrue();
                        assertThat(beats(by, one)).isTrue();
                        dominated++;
                    }
                }
                assertThat(all).filteredOn(one -> one.place() == 0)
                        .noneMatch(one -> one.front() || !one.dominatedBy().isEmpty());
            }
        }
        assertThat(dominated).isGreaterThan(200);
    }

    private static boolean beats(Explanation.Rated better, Explanation.Rated worse) {
        Ranking.Terms mine = Objects.requireNonNull(better.terms());
        Ranking.Terms theirs = Objects.requireNonNull(worse.terms());
        return TERMS.stream().allMatch(term -> term.applyAsDouble(mine) >= term.applyAsDouble(theirs))
                && TERMS.stream().anyMatch(term -> term.applyAsDouble(mine) > term.applyAsDouble(theirs));
    }

    private static List<Explanation.Rated> rank(Ruling ruling, Question question) {
        return Explanation.recorded(ruling.decide(question), "").candidates();
    }

    private static Question random(Random random) {
        var models = new ArrayList<Candidate>();
        for (int i = 0; i < 2 + random.nextInt(7); i++) {
            var vitals = new Candidate.Vitals(BreakerState.CLOSED, random.nextInt(3) / 4.0, random.nextInt(20),
                    random.nextInt(3) * 500 - 1, random.nextInt(3) * 2_000 - 1, random.nextInt(4),
                    random.nextInt(4) - 1);
            models.add(Rules.candidate("a/m" + i, Set.of(Capability.CHAT), random.nextInt(4) * 3,
                    random.nextInt(3) * 1_000_000L - 1, 0, vitals, random.nextInt(5) == 0 ? "out" : "in"));
        }
        return Rules.question(models.toArray(Candidate[]::new));
    }

    private static Explanation.Rated rated(Explanation explanation, String model) {
        return explanation.candidates().stream().filter(one -> one.candidate().equals(model)).findFirst()
                .orElseThrow();
    }

    private Explanation explain(Candidate... models) {
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            return Objects.requireNonNull(policy.ruling()).explain(Rules.question(models));
        }
    }
}
