package dev.formulary.engine.admission;

import static dev.formulary.engine.Samples.NOON;
import static dev.formulary.engine.Samples.budget;
import static dev.formulary.engine.Samples.priced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.engine.LogLines;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.BudgetTerms;
import dev.formulary.engine.config.Settings.BudgetEntry;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Modality;
import dev.formulary.engine.facts.Priority;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Budgets for each name, soft ones, rolling ones, steps, and attempts that never end.
class BudgetKindsTest {
    /// A micro-dollar for each token of the answer.
    private static final Candidate PAID = priced("openai", "gpt", 0, 1_000_000);

    private final MutableClock clock = new MutableClock(NOON);

    @TempDir
    private Path folder;

    private Budgets budgets(BudgetEntry... entries) {
        return new Budgets(List.of(entries), folder.resolve("budgets.tsv"), clock);
    }

    private static Call call(String tenant, String key) {
        return call(tenant, key, "");
    }

    private static Call call(String tenant, String key, String tag) {
        return new Call("c", Dialect.OPENAI_CHAT, "http", tenant, key, "auto", false, Priority.NORMAL, null, false,
                NOON, 60_000, null, Set.of(), List.of(), tag);
    }

    private static BudgetEntry rolling(String id, long micros, Duration length, boolean hard) {
        return new BudgetEntry(id, "total", micros, "",
                new BudgetTerms(length, BudgetTerms.USUAL.zone(), hard, List.of(0.5, 0.8)));
    }

    /// Plain text, sound read and spoken, what lies in the vendor's cache: as a model for voices is priced.
    private static final Candidate VOICE = Candidate.of("openai", new ModelCard("voice", Set.of(Capability.CHAT), 0,
            2_500_000, 10_000_000, false, Set.of(), -1, -1, Map.of(),
            new ClassPrices(-1, 3_000_000, -1, 32_000_000, 64_000_000, "", "")), Candidate.Vitals.UNKNOWN);

    private static long held(Budgets budgets, int prompt, int answer, Modality... content) throws Exception {
        Budgets.Reservation held = budgets.hold(call("home", ""), VOICE, prompt, answer, Set.of(content));
        held.settle(0);
        return held.most();
    }

    @Test
    void whatIsHeardAndSpokenIsHeldBackAtItsOwnPrice() throws Exception {
        Budgets budgets = budgets(budget("all", "total", 104_000, "day"));
        assertThat(held(budgets, 800, 1_000, Modality.TEXT)).as("text that may be cached, and a spoken answer")
                .isEqualTo(1_000 * 3 + 64_000);
        assertThat(held(budgets, 800, 1_000, Modality.TEXT, Modality.IMAGE)).isEqualTo(1_000 * 3 + 64_000);
        assertThat(held(budgets, 800, 1_000, Modality.AUDIO)).isEqualTo(1_000 * 32 + 64_000);
        assertThat(held(budgets, 800, 1_000, Modality.FILE)).as("what is in a file is not known")
                .isEqualTo(1_000 * 32 + 64_000);
    }

    @Test
    void aCallWithSoundDoesNotPassAHardBudget() throws Exception {
        Budgets budgets = budgets(budget("all", "total", 96_000, "day"));
        long cost = VOICE.costMicros(new Usage(1_000, 1_000, 0, 0, 0, 0, 1_000, 1_000, false));
        Budgets.Reservation first = budgets.hold(call("home", ""), VOICE, 800, 1_000, Set.of(Modality.AUDIO));
        assertThat(budgets.reserve(call("home", ""), VOICE, 1, 1)).as("all of it is held").isEmpty();
        first.settle(cost);
        assertThat(budgets.snapshot().getFirst().spent()).isEqualTo(96_000);
        assertThat(catchThrowableOfType(BudgetReachedException.class,
                () -> budgets.hold(call("home", ""), VOICE, 1, 1, Set.of(Modality.AUDIO)))).isNotNull();
    }

    private static void spend(Budgets budgets, Call call, int micros) {
        budgets.reserve(call, PAID, 0, micros).orElseThrow().settle(micros);
    }

    private static boolean refuses(Budgets budgets, Call call, int micros) {
        var reservation = budgets.reserve(call, PAID, 0, micros);
        reservation.ifPresent(each -> each.settle(0));
        return reservation.isEmpty();
    }

    @Test
    void eachTenantAndEachKeyHasItsOwn() {
        Budgets budgets = budgets(budget("t", "tenant:*", 100, "day"), budget("k", "key:*", 70, "day"));
        spend(budgets, call("home", "tablet"), 60);

        assertThat(refuses(budgets, call("home", "tablet"), 11)).as("its key").isTrue();
        assertThat(refuses(budgets, call("home", "phone"), 41)).as("its tenant").isTrue();
        assertThat(refuses(budgets, call("home", "phone"), 40)).isFalse();
        assertThat(refuses(budgets, call("work", "laptop"), 70)).isFalse();
        assertThat(refuses(budgets, call("work", ""), 100)).as("without a key").isFalse();
        assertThat(budgets.snapshot()).extracting(Budget::id, Budget::scope, Budget::spent)
                .contains(org.assertj.core.groups.Tuple.tuple("t:home", "tenant:home", 60L),
                        org.assertj.core.groups.Tuple.tuple("k:tablet", "key:tablet", 60L));

        budgets.save();
        assertThat(budgets(budget("t", "tenant:*", 100, "day")).snapshot()).extracting(Budget::id, Budget::spent)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("t:home", 60L));
    }

    @Test
    void aKeyAndATagHaveTheirOwn() {
        Budgets budgets = budgets(budget("k", "key:tablet", 50, "day"), budget("g", "tag:essay", 20, "day"));

        assertThat(refuses(budgets, call("home", "tablet"), 51)).isTrue();
        assertThat(refuses(budgets, call("home", "phone"), 51)).isFalse();
        assertThat(refuses(budgets, call("home", "phone", "essay"), 21)).isTrue();
    }

    @Test
    void thereAreOnlySoManyAndTheRestShareOne() {
        Budgets budgets = budgets(budget("t", "tenant:*", 100, "day"));
        for (int i = 0; i < Purses.MOST_NAMES; i++) {
            spend(budgets, call("tenant" + i, ""), 1);
        }
        spend(budgets, call("late", ""), 60);

        assertThat(refuses(budgets, call("later", ""), 41)).isTrue();
        assertThat(refuses(budgets, call("tenant3", ""), 99)).isFalse();
        assertThat(budgets.snapshot()).hasSize(Purses.MOST_NAMES + 1);
    }

    @Test
    void aSoftOneRefusesNobodyAndTells() {
        Budgets budgets = budgets(rolling("soft", 100, Duration.ofDays(1), false));
        try (var log = new LogLines(Budgets.class)) {
            spend(budgets, call("home", ""), 60);
            budgets.save();
            budgets.save();
            spend(budgets, call("home", ""), 90);
            budgets.save();
            assertThat(log.lines()).containsExactly("WARN budget at 50 % budget=soft dollars=0.00006 of=0.0001",
                    "WARN budget at 80 % budget=soft dollars=0.00015 of=0.0001");
        }
        Budget soft = budgets.snapshot().getFirst();
        assertThat(soft).returns(150L, Budget::spent).returns(false, Budget::hard).returns(false, Budget::exhausted)
                .returns(0.8, Budget::step).returns(0L, Budget::left);
    }

    @Test
    void aRollingOneHasBackWhatWasSpentASpanAgo() {
        Budgets budgets = budgets(rolling("day", 100, Duration.ofDays(1), true));
        spend(budgets, call("home", ""), 60);
        clock.advance(Duration.ofHours(12));
        spend(budgets, call("home", ""), 40);
        assertThat(refuses(budgets, call("home", ""), 1)).isTrue();
        Instant reset = budgets.snapshot().getFirst().resetsAt();
        assertThat(Duration.between(NOON, reset)).isBetween(Duration.ofDays(1), Duration.ofMinutes(24 * 60 + 15));

        budgets = budgets(rolling("day", 100, Duration.ofDays(1), true));
        clock.set(reset.minusMillis(1));
        assertThat(refuses(budgets, call("home", ""), 1)).as("after a restart").isTrue();
        clock.set(reset);
        assertThat(refuses(budgets, call("home", ""), 60)).isFalse();
        assertThat(refuses(budgets, call("home", ""), 61)).isTrue();
    }

    @Test
    void aMachineThatLostPowerHasOfARollingOneWhatWasSaved() throws Exception {
        Budgets budgets = budgets(rolling("day", 100, Duration.ofDays(1), true));
        spend(budgets, call("home", ""), 60);
        clock.advance(Duration.ofHours(12));
        spend(budgets, call("home", ""), 30);
        budgets.save();
        try (var files = java.nio.file.Files.list(folder.resolve("budgets"))) {
            for (Path file : files.toList()) {
                java.nio.file.Files.delete(file);
            }
        }

        budgets = budgets(rolling("day", 100, Duration.ofDays(1), true));
        assertThat(budgets.snapshot().getFirst().spent()).isEqualTo(90);
        clock.advance(Duration.ofHours(13));
        assertThat(budgets.snapshot().getFirst().spent()).isEqualTo(30);
    }

    @Test
    void whatIsRefusedNamesTheBudgetAndWhenItBeginsAnew() {
        Budgets budgets = budgets(budget("all", "total", 100, "day"));

        assertThat(refused(budgets, 101)).hasMessage("the call may cost 0.000101 dollars, and the budget 'all' is"
                + " 0.0001; ask for a shorter answer or for a cheaper model");
        spend(budgets, call("home", ""), 50);
        assertThat(refused(budgets, 51)).hasMessage("the call may cost 0.000051 dollars, which is more than the budget"
                + " 'all' has left until 2026-11-21T00:00:00Z; ask for a shorter answer or for a cheaper model");
        spend(budgets, call("home", ""), 50);
        assertThat(refused(budgets, 1)).hasMessage("the budget 'all' is used up until 2026-11-21T00:00:00Z")
                .returns("all", BudgetReachedException::budget)
                .returns(Duration.ofHours(12), BudgetReachedException::retryAfter);
    }

    private static BudgetReachedException refused(Budgets budgets, int micros) {
        return catchThrowableOfType(BudgetReachedException.class,
                () -> budgets.hold(call("home", ""), PAID, 0, micros, Set.of()));
    }

    @Test
    void anAttemptThatNeverEndsCountsAsSpentAWhileAfterItsDeadline() {
        Budgets budgets = budgets(budget("all", "total", 100, "day"));
        Budgets.Reservation lost = budgets.reserve(call("home", ""), PAID, 0, 70).orElseThrow();

        clock.advance(Duration.ofSeconds(60).plus(Budgets.ORPHANED));
        budgets.save();
        assertThat(budgets.snapshot().getFirst()).returns(70L, Budget::reserved);
        clock.advance(Duration.ofMillis(1));
        try (var log = new LogLines(Budgets.class)) {
            budgets.save();
            assertThat(log.lines()).contains("WARN attempts that never ended count as spent attempts=1");
        }
        assertThat(budgets.snapshot().getFirst()).returns(0L, Budget::reserved).returns(70L, Budget::spent);
        assertThat(budgets.orphans()).isEqualTo(1);

        lost.settle(20);
        assertThat(budgets.snapshot().getFirst()).as("it ended after all").returns(20L, Budget::spent)
                .returns(0L, Budget::reserved);
        budgets.save();
        assertThat(budgets.orphans()).isEqualTo(1);
    }

    @Test
    void theForecastIsThatOfWhatWasSpentInThisPeriod() {
        Budgets budgets = budgets(budget("all", "total", 1_000, "day"));
        assertThat(budgets.snapshot().getFirst().outlook()).isEqualTo(Budget.Outlook.UNKNOWN);
        for (int i = 0; i < 24; i++) {
            spend(budgets, call("home", ""), 10);
            clock.advance(Duration.ofMinutes(15));
        }
        Budget.Outlook outlook = budgets.snapshot().getFirst().outlook();
        // 240 in six hours: 760 are left, and six hours
        assertThat(outlook.hours()).isBetween(18.0, 21.0);
        assertThat(outlook.end()).isBetween(460L, 490L);
        assertThat(outlook.endLow()).isLessThanOrEqualTo(outlook.end());
        assertThat(outlook.hoursLow()).isLessThanOrEqualTo(outlook.hours());
    }
}
