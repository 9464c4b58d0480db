package dev.formulary.engine.grid;

import static dev.formulary.engine.Samples.NOON;
import static dev.formulary.engine.Samples.budget;
import static dev.formulary.engine.Samples.call;
import static dev.formulary.engine.Samples.priced;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.admission.BudgetReachedException;
import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.config.BudgetTerms;
import dev.formulary.engine.config.Settings.BudgetEntry;
import dev.formulary.engine.config.WhenApart;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that have budgets together.
class SharedBudgetsTest {
    /// A micro-dollar for each token of the answer.
    private static final Candidate PAID = priced("openai", "gpt", 0, 1_000_000);
    private static final BudgetEntry DAY = budget("day", "total", 900, "day");
    private static final BudgetEntry ROLLING = new BudgetEntry("rolling", "total", 900, "",
            new BudgetTerms(Duration.ofHours(1), BudgetTerms.USUAL.zone(), true, List.of()));

    private final MutableClock clock = new MutableClock(NOON);

    @TempDir
    private Path folder;

    private Budgets budgets(ClusterNodes nodes, int node, BudgetEntry... entries) {
        return new Budgets(List.of(entries), folder.resolve("node" + node + ".tsv"), clock,
                nodes.node(node).limits());
    }

    private static Budgets.Reservation hold(Budgets budgets, int micros) throws BudgetReachedException {
        return budgets.hold(call("home"), PAID, 0, micros, Set.of());
    }

    private static void awaitIs(Budgets budgets, int index, long spent, long reserved) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(budgets.snapshot().get(index))
                .returns(spent, Budget::spent).returns(reserved, Budget::reserved));
    }

    @Test
    void allHoldBackFromOneAndWhatADeadNodeHeldIsSpent() throws Exception {
        try (var nodes = new ClusterNodes(3, WhenApart.SHARE)) {
            Budgets one = budgets(nodes, 0, DAY, ROLLING);
            Budgets two = budgets(nodes, 1, DAY, ROLLING);
            Budgets three = budgets(nodes, 2, DAY, ROLLING);

            Budgets.Reservation first = hold(one, 400);
            hold(two, 300);
            Assertions.assertThatExceptionOfType(BudgetReachedException.class).isThrownBy(() -> hold(three, 201))
                    .withMessageContaining("which is more than the budget 'day' has left until 2026-11-21T00:00:00Z");
            Budgets.Reservation last = hold(three, 200);
            first.settle(150);
            last.settle(0);
            for (int i = 0; i < 2; i++) {
                awaitIs(three, i, 150, 300);
                awaitIs(one, i, 150, 300);
            }

            nodes.node(1).close();
            nodes.awaitHere(2, 0, 2);
            for (int i = 0; i < 2; i++) {
                awaitIs(three, i, 450, 0);
            }
            // two of three nodes may use 600 of 900
            assertThat(three.reserve(call("home"), PAID, 0, 151)).isEmpty();
            assertThat(three.reserve(call("home"), PAID, 0, 150)).isPresent();
        }
    }

    @Test
    void aNewPeriodBeginsForAllOfThem() throws Exception {
        try (var nodes = new ClusterNodes(2, WhenApart.SHARE)) {
            Budgets one = budgets(nodes, 0, DAY);
            Budgets two = budgets(nodes, 1, DAY);
            hold(one, 900).settle(900);
            assertThat(two.reserve(call("home"), PAID, 0, 1)).isEmpty();

            clock.advance(Duration.ofHours(12));
            hold(two, 500);
            assertThat(one.reserve(call("home"), PAID, 0, 401)).isEmpty();
            clock.advance(Duration.ofDays(5));
            hold(one, 900);
        }
    }

    @Test
    void whatAllHaveSpentOutlivesAStopOfAllOfThem() throws Exception {
        try (var nodes = new ClusterNodes(2, WhenApart.SHARE)) {
            Budgets one = budgets(nodes, 0, DAY, ROLLING);
            Budgets two = budgets(nodes, 1, DAY, ROLLING);
            hold(one, 100).settle(100);
            hold(two, 500).settle(70);
            awaitIs(one, 0, 170, 0);
            awaitIs(one, 1, 170, 0);
            awaitIs(two, 1, 170, 0);
            one.save();
            two.save();
        }
        try (var nodes = new ClusterNodes(2, WhenApart.SHARE)) {
            Budgets two = budgets(nodes, 1, DAY, ROLLING);
            Budgets one = budgets(nodes, 0, DAY, ROLLING);
            awaitIs(one, 0, 170, 0);
            awaitIs(two, 1, 170, 0);
            assertThat(one.reserve(call("home"), PAID, 0, 731)).isEmpty();
            assertThat(one.reserve(call("home"), PAID, 0, 730)).isPresent();
        }
    }

    @Test
    void aSoftOneRefusesNobodyAlsoWhereNobodyCanBeAsked() throws Exception {
        var soft = new BudgetEntry("soft", "total", 100, "day",
                new BudgetTerms(null, BudgetTerms.USUAL.zone(), false, List.of(0.5)));
        try (var nodes = new ClusterNodes(2, WhenApart.REFUSE)) {
            Budgets one = budgets(nodes, 0, soft, DAY);
            Budgets onlySoft = budgets(nodes, 0, soft);
            nodes.node(1).close();
            nodes.awaitHere(1, 0);

            Assertions.assertThatExceptionOfType(BudgetReachedException.class).isThrownBy(() -> hold(one, 1))
                    .withMessage("the other nodes can't be asked about the budget 'day' for now");
            hold(onlySoft, 500).settle(40);
            awaitIs(onlySoft, 0, 40, 0);
        }
    }
}
