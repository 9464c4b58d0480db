package dev.formulary.engine.admission;

import static dev.formulary.engine.Samples.NOON;
import static dev.formulary.engine.Samples.budget;
import static dev.formulary.engine.Samples.call;
import static dev.formulary.engine.Samples.free;
import static dev.formulary.engine.Samples.priced;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.BudgetTerms;
import dev.formulary.engine.config.Settings.BudgetEntry;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.PriceStep;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of calls that do not say how long they may be.
class AnswerRoomTest {
    /// A micro-dollar for each token of the answer, of which it may write any number.
    private static final Candidate PAID = priced("openai", "gpt", 0, 1_000_000,
            new PriceStep(900_000, 0, 2_000_000, -1, -1));
    private static final Candidate SMALL = priced("openai", "small", 0, 1_000_000);

    private final MutableClock clock = new MutableClock(NOON);

    @TempDir
    private Path folder;

    private Budgets budgets(BudgetEntry... entries) {
        return new Budgets(List.of(entries), folder.resolve("budgets.tsv"), clock);
    }

    private static Optional<Budgets.Reservation> asked(Budgets budgets, Candidate candidate) {
        return budgets.reserve(call("home"), candidate, 10, 0);
    }

    @ParameterizedTest
    @CsvSource({
            // as long as answers are, where a quarter of what is left pays for it
            "131072, 32768, 0",
            // what every model takes for a limit
            "131071, 4096, 4096", "16384, 4096, 4096",
            // what a quarter pays for
            "16383, 4095, 4095", "1200, 300, 300",
            // and what is of use, as long as it can be paid
            "1000, 256, 256", "256, 256, 256"})
    void aQuarterOfWhatIsLeftPaysForTheAnswer(long left, long held, int limit) {
        Budgets.Reservation reservation = asked(budgets(budget("all", "total", left, "day")), PAID).orElseThrow();
        assertThat(reservation.most()).isEqualTo(held);
        assertThat(reservation.answerTokens()).isEqualTo(limit);
    }

    @Test
    void aDearPromptTakesNothingOfWhatTheAnswerMayCost() {
        Candidate dear = priced("openai", "dear", 10_000_000, 1_000_000, new PriceStep(900_000, 0, 2_000_000, -1, -1));
        long prompt = 130;
        Budgets.Reservation reservation = asked(budgets(budget("all", "total", prompt + 4_000, "day")), dear)
                .orElseThrow();
        assertThat(reservation.answerTokens()).isEqualTo(1_000);
        assertThat(reservation.most()).isEqualTo(prompt + 1_000);
    }

    @Test
    void whatPaysForNoUsefulAnswerRefuses() {
        assertThat(asked(budgets(budget("all", "total", 255, "day")), PAID)).isEmpty();
    }

    @Test
    void aModelWritesNoMoreThanItsWindowHolds() {
        Budgets.Reservation reservation = asked(budgets(budget("all", "total", 32_768, "day")), SMALL).orElseThrow();
        assertThat(reservation.most()).isEqualTo(8_192);
        assertThat(reservation.answerTokens()).isZero();
    }

    @Test
    void theBudgetWithTheLeastLeftCounts() {
        Budgets.Reservation reservation = asked(budgets(budget("big", "total", 1_000_000, "day"),
                budget("small", "tenant:home", 4_000, "day"), budget("others", "tenant:work", 400, "day")), PAID)
                .orElseThrow();
        assertThat(reservation.answerTokens()).isEqualTo(1_000);
    }

    @Test
    void aBudgetThatRefusesNobodyLimitsNothing() {
        BudgetTerms usual = BudgetTerms.USUAL;
        var soft = new BudgetEntry("all", "total", 1_000, "day",
                new BudgetTerms(usual.rolling(), usual.zone(), false, usual.steps()));
        Budgets.Reservation reservation = asked(budgets(soft), PAID).orElseThrow();
        assertThat(reservation.most()).isEqualTo(4_096);
        assertThat(reservation.answerTokens()).isZero();
    }

    @Test
    void whatCostsNothingIsNotLimited() {
        Budgets budgets = budgets(budget("all", "total", 100, "day"));
        assertThat(asked(budgets, free("ollama", "llama")).orElseThrow().answerTokens()).isZero();
        assertThat(asked(budgets, priced("openai", "new", -1, -1)).orElseThrow().answerTokens()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void answersThatAreAsLongAsTheyMayNeverPassTheLimit(long seed) {
        var random = new Random(seed);
        long limit = 1_000L + random.nextInt(400_000);
        Budgets budgets = budgets(budget("all", "total", limit, "day"));
        var open = new ArrayDeque<Budgets.Reservation>();
        int refused = 0;
        for (int i = 0; i < 3_000; i++) {
            if (random.nextInt(3) > 0) {
                Optional<Budgets.Reservation> more = asked(budgets, PAID);
                more.ifPresent(open::add);
                refused += more.isPresent() ? 0 : 1;
            } else if (!open.isEmpty()) {
                Budgets.Reservation done = open.remove();
                int most = done.answerTokens() == 0 ? AnswerRoom.LONGEST : done.answerTokens();
                assertThat(most).isGreaterThanOrEqualTo(AnswerRoom.SHORTEST_LIMIT);
                done.settle(random.nextInt(4) == 0 ? most : random.nextInt(most));
            }
            assertThat(budgets.snapshot().getFirst().spent() + budgets.snapshot().getFirst().reserved())
                    .isLessThanOrEqualTo(limit);
        }
        assertThat(refused).isPositive();
        assertThat(budgets.snapshot().getFirst().spent()).isGreaterThan(limit - 2 * AnswerRoom.SHORTEST_LIMIT - 10);
    }
}
