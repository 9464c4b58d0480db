package dev.formulary.engine.admission;

import static dev.formulary.engine.Samples.NOON;
import static dev.formulary.engine.Samples.budget;
import static dev.formulary.engine.Samples.call;
import static dev.formulary.engine.Samples.priced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.formulary.engine.LogLines;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.disk.SavedLines;
import dev.formulary.engine.facts.Budget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetsFileTest {
    private final MutableClock clock = new MutableClock(NOON);

    @TempDir
    private Path folder;
    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("budgets.tsv");
    }

    private Budgets budgets(String... ids) {
        return new Budgets(List.of(ids).stream().map(id -> budget(id, "total", 10_000, "day")).toList(), file, clock);
    }

    private static void spend(Budgets budgets, int micros) {
        budgets.reserve(call("home"), priced("p", "m", 0, 1_000_000), 0, micros).orElseThrow().settle(micros);
    }

    @Test
    void whatWasSpentOutlivesARestart() {
        Budgets before = budgets("a", "b");
        spend(before, 700);
        before.save();
        assertThat(budgets("a", "b").snapshot()).extracting(Budget::spent).containsExactly(700L, 700L);
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void whatWasSpentSinceItWasSavedOutlivesADeathToo() {
        Budgets before = budgets("a");
        spend(before, 700);
        before.save();
        spend(before, 20);
        Budgets after = budgets("a");
        assertThat(after.snapshot().getFirst().spent()).isEqualTo(720);
        spend(after, 1);
        assertThat(budgets("a").snapshot().getFirst().spent()).isEqualTo(721);
    }

    @Test
    void whatWasHeldAtADeathMayBeBilledSoItCountsAsSpent() {
        Budgets before = budgets("a");
        spend(before, 700);
        assertThat(before.reserve(call("home"), priced("p", "m", 0, 1_000_000), 0, 500)).isPresent();
        try (var log = new LogLines(Budgets.class)) {
            Budget after = budgets("a").snapshot().getFirst();
            assertThat(after.reserved()).isZero();
            assertThat(after.spent()).isEqualTo(1_200);
            assertThat(String.join("\n", log.lines())).contains("count as spent budget=a dollars=0.0005");
        }
        assertThat(budgets("a").snapshot().getFirst().spent()).as("once").isEqualTo(1_200);
    }

    @Test
    void withoutPlaceForTheLiveFileItIsSaidWhatACrashWouldLose() throws IOException {
        Files.writeString(folder.resolve("budgets"), "in the way");
        try (var log = new LogLines(Budgets.class)) {
            spend(budgets("a"), 700);
            assertThat(String.join("\n", log.lines())).contains("a crash would lose what was spent in its last second");
        }
        assertThat(budgets("a").snapshot().getFirst().spent()).isZero();
    }

    @Test
    void aPeriodThatEndedMeanwhileBeginsAnew() {
        Budgets before = budgets("a");
        spend(before, 700);
        before.save();
        clock.advance(Duration.ofDays(1));
        assertThat(budgets("a").snapshot().getFirst().spent()).isZero();
    }

    @Test
    void budgetsThatCameOrWentDoNotMatter() {
        Budgets before = budgets("a", "b");
        spend(before, 700);
        before.save();
        assertThat(budgets("b", "c").snapshot()).extracting(Budget::spent).containsExactly(700L, 0L);
    }

    @Test
    void nothingIsWrittenWhenNothingChanged() throws IOException {
        Budgets budgets = budgets("a");
        spend(budgets, 1);
        budgets.save();
        Files.delete(file);
        budgets.save();
        assertThat(file).doesNotExist();
        spend(budgets, 1);
        budgets.save();
        assertThat(file).content().isEqualTo("a\t2026-11-20T00:00:00Z\t2\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a\t2026-11-20T00:00:00Z", "a\t2026-11-20T00:00:00Z\tmuch", "a\tyesterday\t7",
            "a\t2026-11-20T00:00:00Z\t7\t8", "a\t2026-11-20T00:00:00Z\t-7", "{}"})
    void aFileThatCantBeReadIsNamedAndNotOverwritten(String line) throws IOException {
        Files.writeString(file, line + "\n");
        assertThatIllegalStateException().isThrownBy(() -> budgets("a"))
                .withMessageStartingWith("the file " + file + " can't be read: ")
                .withMessageEndingWith("; mend it, or remove it to begin with nothing spent");
        assertThat(file).content().isEqualTo(line + "\n");
    }

    @Test
    void aBinaryFileIsRefusedToo() throws IOException {
        Files.write(file, new byte[]{(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThatIllegalStateException().isThrownBy(() -> budgets("a")).withMessageContaining("it is not UTF-8");
    }

    @Test
    void aFileThatCantBeWrittenIsComplainedAboutOnceAndTriedAgain() throws IOException {
        Budgets budgets = budgets("a");
        spend(budgets, 1);
        Path obstacle = folder.resolve(".budgets.tsv.part");
        Files.createDirectory(obstacle);
        try (var log = new LogLines(SavedLines.class)) {
            budgets.save();
            budgets.save();
            assertThat(log.lines()).singleElement().asString().startsWith("ERROR budgets not saved").contains(
                    "file=" + file);
            spend(budgets, 1);

            Files.delete(obstacle);
            budgets.save();
            assertThat(budgets("a").snapshot().getFirst().spent()).isEqualTo(2);
        }
    }
}
