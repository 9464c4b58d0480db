package dev.formulary.engine.admission;

import static dev.formulary.engine.Samples.NOON;
import static dev.formulary.engine.Samples.budget;
import static dev.formulary.engine.Samples.call;
import static dev.formulary.engine.Samples.free;
import static dev.formulary.engine.Samples.priced;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.LogLines;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.Settings.BudgetEntry;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.PriceStep;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetsTest {
    /// A micro-dollar for each token of the answer.
    private static final Candidate PAID = priced("openai", "gpt", 0, 1_000_000);
    private static final Candidate UNPRICED = priced("openai", "new", -1, -1);
    private static final Candidate FREE = free("ollama", "llama");

    private final MutableClock clock = new MutableClock(NOON);

    @TempDir
    private Path folder;

    private Budgets budgets(BudgetEntry... entries) {
        return new Budgets(List.of(entries), folder.resolve("budgets.tsv"), clock);
    }

    private static Budgets.Reservation reserve(Budgets budgets, Candidate candidate, int tokens) {
        return budgets.reserve(call("home"), candidate, 10, tokens).orElseThrow();
    }

    private static boolean refuses(Budgets budgets, String tenant, Candidate candidate, int tokens) {
        Optional<Budgets.Reservation> reservation = budgets.reserve(call(tenant), candidate, 10, tokens);
        reservation.ifPresent(each -> each.settle(0));
        return reservation.isEmpty();
    }

    private static long spent(Budgets budgets) {
        return budgets.snapshot().getFirst().spent();
    }

    @Test
    void holdsBackTheMostAndBooksWhatItWas() {
        Budgets budgets = budgets(budget("all", "total", 1_000, "day"));

        Budgets.Reservation reservation = reserve(budgets, PAID, 400);
        assertThat(budgets.snapshot()).containsExactly(
                new Budget("all", "total", 0, 400, 1_000, Instant.parse("2026-11-21T00:00:00Z")));
        assertThat(refuses(budgets, "home", PAID, 601)).isTrue();
        assertThat(refuses(budgets, "home", PAID, 600)).isFalse();

        reservation.settle(150);
        assertThat(spent(budgets)).isEqualTo(150);
        assertThat(budgets.snapshot().getFirst().reserved()).isZero();
    }

    @Test
    void settlesOnce() {
        Budgets budgets = budgets(budget("all", "total", 1_000, "day"));
        Budgets.Reservation other = reserve(budgets, PAID, 300);
        Budgets.Reservation reservation = reserve(budgets, PAID, 400);
        reservation.settle(100);
        reservation.settle(100);
        reservation.settle(0);
        assertThat(spent(budgets)).isEqualTo(100);
        assertThat(budgets.snapshot().getFirst().reserved()).isEqualTo(300);
        other.settle(-1);
        assertThat(spent(budgets)).isEqualTo(100);
    }

    @Test
    void scopesCountWhatTheySay() {
        Budgets budgets = budgets(budget("t", "tenant:home", 100, "day"), budget("p", "provider:openai", 1_000, "day"));

        assertThat(refuses(budgets, "home", PAID, 101)).isTrue();
        assertThat(refuses(budgets, "work", PAID, 101)).isFalse();
        assertThat(refuses(budgets, "work", PAID, 1_001)).isTrue();
        assertThat(refuses(budgets, "work", priced("gemini", "flash", 0, 1_000_000), 1_001)).isFalse();
    }

    @Test
    void whatOneBudgetRefusesIsGivenBackToTheOthers() {
        Budgets budgets = budgets(budget("big", "total", 1_000, "day"), budget("small", "total", 10, "day"));
        assertThat(refuses(budgets, "home", PAID, 11)).isTrue();
        assertThat(budgets.snapshot()).allMatch(each -> each.reserved() == 0);
    }

    @Test
    void aFreeModelAnswersAlsoWhenMoreWasSpentThanAllowed() {
        Budgets budgets = budgets(budget("all", "total", 100, "day"));
        reserve(budgets, PAID, 100).settle(150);
        assertThat(budgets.snapshot().getFirst().exhausted()).isTrue();
        assertThat(refuses(budgets, "home", PAID, 1)).isTrue();
        assertThat(refuses(budgets, "home", FREE, 1_000)).isFalse();
    }

    @Test
    void aModelOfUnknownPricePassesUntilTheBudgetIsUsedUpAndIsMadeVisible() {
        Budgets budgets = budgets(budget("all", "total", 100, "day"));
        try (var log = new LogLines(Budgets.class)) {
            reserve(budgets, UNPRICED, 50).settle(-1);
            reserve(budgets, UNPRICED, 50).settle(-1);
            assertThat(budgets.unbounded()).isEqualTo(2);
            assertThat(log.lines())
                    .containsExactly("WARN budgets can't bound a model of unknown price model=openai/new");
        }
        Budgets.Reservation rest = reserve(budgets, PAID, 100);
        assertThat(refuses(budgets, "home", UNPRICED, 1)).isTrue();
        rest.settle(0);
        assertThat(refuses(budgets, "home", UNPRICED, 1)).isFalse();
    }

    @Test
    void withoutABudgetAnUnknownPriceIsNobodysConcern() {
        Budgets budgets = budgets();
        reserve(budgets, UNPRICED, 50).settle(0);
        assertThat(budgets.unbounded()).isZero();
    }

    @Test
    void aPromptThatMayPassAStepHoldsBackWhatTheStepCosts() {
        Budgets budgets = budgets(budget("all", "total", 1_000_000, "day"));
        Candidate model = priced("gemini", "pro", 1_000_000, 1_000_000,
                new PriceStep(200_000, 2_000_000, 4_000_000, -1, -1));

        Budgets.Reservation shortest = budgets.reserve(call("home"), model, 160_000, 1_000).orElseThrow();
        assertThat(budgets.snapshot().getFirst().reserved()).isEqualTo(201_000);
        assertThat(budgets.reserve(call("home"), model, 160_001, 1_000)).isPresent();
        assertThat(budgets.snapshot().getFirst().reserved()).isEqualTo(201_000 + 404_004);
        assertThat(budgets.reserve(call("home"), model, 160_001, 1_000)).as("beyond the limit").isEmpty();

        shortest.settle(model.costMicros(Usage.of(250_000, 100)));
        assertThat(spent(budgets)).as("the prompt was longer than thought").isEqualTo(500_400);
    }

    @Test
    void whereAStepIsCheaperThePriceBelowItIsHeldBack() {
        Budgets budgets = budgets(budget("all", "total", 1_000_000, "day"));
        Candidate model = priced("a", "bulk", 1_000_000, 1_000_000, new PriceStep(1_000, 1, 1, -1, -1));
        assertThat(budgets.reserve(call("home"), model, 900, 100)).isPresent();
        assertThat(budgets.snapshot().getFirst().reserved()).isEqualTo(1_100);
    }

    @Test
    void noAnswerToAnEstimateThatIsAFifthTooLowOrLessCostsMoreThanIsHeldBack() {
        var random = new Random(11);
        Budgets budgets = budgets(budget("all", "total", Long.MAX_VALUE / 2, "day"));
        for (int i = 0; i < 20_000; i++) {
            Candidate model = priced("a", "m", random.nextInt(5_000_000), random.nextInt(5_000_000), new PriceStep(
                    random.nextInt(2_000), random.nextInt(9_000_000), random.nextInt(9_000_000), -1, -1));
            int counted = random.nextInt(3_000);
            int estimate = random.nextInt(Math.ceilDiv(counted * 4, 5), counted + 1);
            int answer = random.nextInt(1, 2_000);

            Budgets.Reservation held = budgets.reserve(call("home"), model, estimate, answer).orElseThrow();
            assertThat(budgets.snapshot().getFirst().reserved())
                    .as("%d tokens, estimated as %d, of %s", counted, estimate, model.card())
                    .isGreaterThanOrEqualTo(model.costMicros(Usage.of(counted, answer)));
            held.settle(0);
        }
    }

    @Test
    void aModelThatIsFreeOnlyForShortPromptsIsNotFree() {
        assertThat(priced("a", "m", 0, 0, new PriceStep(9, 1, 1, -1, -1)).free()).isFalse();
        assertThat(FREE.free()).isTrue();
    }

    @Test
    void anAbsurdPriceIsRefusedAndDoesNotOverflow() {
        Budgets budgets = budgets(budget("all", "total", Long.MAX_VALUE / 1_000_000_000, "day"));
        assertThat(refuses(budgets, "home", priced("x", "y", Long.MAX_VALUE, Long.MAX_VALUE), Integer.MAX_VALUE))
                .isTrue();
    }

    @Test
    void aNewPeriodBeginsWithNothingSpentAndACallCountsInThePeriodInWhichItBegan() {
        Budgets budgets = budgets(budget("all", "total", 1_000, "hour"));
        reserve(budgets, PAID, 500).settle(500);
        Budgets.Reservation running = reserve(budgets, PAID, 400);

        clock.advance(Duration.ofHours(1));
        assertThat(spent(budgets)).isZero();
        assertThat(budgets.snapshot().getFirst().reserved()).isZero();
        assertThat(budgets.snapshot().getFirst().resetsAt()).isEqualTo(Instant.parse("2026-11-20T14:00:00Z"));
        Budgets.Reservation next = reserve(budgets, PAID, 1_000);

        running.settle(300);
        assertThat(spent(budgets)).isZero();
        assertThat(budgets.snapshot().getFirst().reserved()).isEqualTo(1_000);
        next.settle(10);
        assertThat(spent(budgets)).isEqualTo(10);
    }

    @Test
    void aClockThatGoesBackForgetsNothing() {
        Budgets budgets = budgets(budget("all", "total", 1_000, "hour"));
        reserve(budgets, PAID, 500).settle(500);
        clock.set(NOON.minusSeconds(1));
        assertThat(spent(budgets)).isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void manyThreadsNeverHoldOrSpendMoreThanAllowed(long seed) throws Exception {
        Budgets budgets = budgets(budget("all", "total", 2_000, "day"), budget("home", "tenant:home", 1_500, "day"));
        var booked = new AtomicLong();
        var worst = new AtomicLong(Long.MIN_VALUE);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 200; thread++) {
                var random = new Random(seed * 1_000 + thread);
                all.add(executor.submit(() -> booked.addAndGet(spend(budgets, random, worst))));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(worst).hasNonPositiveValue();
        assertThat(budgets.snapshot()).allSatisfy(each -> {
            assertThat(each.reserved()).isZero();
            assertThat(each.spent()).isPositive().isLessThanOrEqualTo(each.limit());
        });
        assertThat(spent(budgets)).isEqualTo(booked.get());
    }

    /// Holds up to five at a time, and looks at the budgets after each.
    private static long spend(Budgets budgets, Random random, AtomicLong worst) {
        var held = new ArrayDeque<Budgets.Reservation>();
        long booked = 0;
        for (int i = 0; i < 40 || !held.isEmpty(); i++) {
            if (i < 40 && held.size() < 5 && random.nextInt(3) > 0) {
                var payer = call(random.nextBoolean() ? "home" : "work");
                budgets.reserve(payer, PAID, 0, random.nextInt(20, 60)).ifPresent(held::add);
            } else if (!held.isEmpty()) {
                long cost = random.nextInt(20);
                held.remove().settle(cost);
                booked += cost;
            }
            budgets.snapshot().forEach(
                    each -> worst.accumulateAndGet(each.spent() + each.reserved() - each.limit(), Math::max));
        }
        return booked;
    }
}
