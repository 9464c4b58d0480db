package dev.formulary.engine.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaybookTest {
    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(Samples.NOON);

    @Test
    void theCostOfTheDayIsCountedWithWhatWasAskedInVainAndOutlivesARestart() {
        var book = book();
        book.completed(outcome(Status.ANSWERED, 30, tried("a/m", null)));
        book.completed(outcome(Status.CACHED, 0));
        book.completed(outcome(Status.ANSWERED, 5, tried("b/m", null).inVain(7), tried("a/m", null)));
        book.completed(outcome(Status.ANSWERED, -1, tried("c/m", null)));
        book.save();

        assertThat(book().cost()).isEqualTo(new Portrait.Cost(LocalDate.of(2026, 11, 20), 42, 3, 1));
        clock.advance(Duration.ofHours(12));
        assertThat(book().cost()).isEqualTo(new Portrait.Cost(LocalDate.of(2026, 11, 21), 0, 0, 0));
    }

    @Test
    void aFileThatIsNoneIsLeftOut() throws Exception {
        Files.writeString(folder.resolve("cost.tsv"), "2026-11-20\tmuch\t1\t0\n");

        assertThat(book().cost().micros()).isZero();
    }

    @Test
    void failoversOfOneKindAreToldTogetherAndNotTooOften() {
        var book = book();
        for (int i = 0; i < 3; i++) {
            book.completed(outcome(Status.ANSWERED, 0, tried("a/m", FailureCategory.CONNECT), tried("b/m", null)));
        }
        book.completed(outcome(Status.FAILED, 0, tried("a/m", FailureCategory.CONNECT)));
        book.completed(outcome(Status.ANSWERED, 0, tried("b/m", null).inVain(0), tried("a/m", null)));

        Failover told = new Failover("a/m", "b/m",
                FailureClass.of(FailureCategory.CONNECT).name().toLowerCase(Locale.ROOT), 3,
                clock.instant());
        assertThat(book.switched()).containsExactly(told);
        book.completed(outcome(Status.ANSWERED, 0, tried("a/m", FailureCategory.CONNECT), tried("b/m", null)));
        assertThat(book.switched()).isEmpty();
        clock.advance(Daybook.REST);
        assertThat(book.switched()).singleElement().satisfies(each -> assertThat(each.calls()).isEqualTo(1));
    }

    @Test
    void moreWaysThanCanBeToldApartAreNotKept() {
        var book = book();
        for (int i = 0; i < 1_000; i++) {
            book.completed(outcome(Status.ANSWERED, 0, tried("a/" + i, FailureCategory.CONNECT),
                    tried("b/m", null)));
        }

        assertThat(book.switched()).hasSize(32);
    }

    private Daybook book() {
        return new Daybook(folder.resolve("cost.tsv"), clock);
    }

    private static Tried tried(String model, @Nullable FailureCategory failure) {
        return new Tried(model, failure, "", 5);
    }

    private static Outcome outcome(Status status, long micros, Tried... tried) {
        return new Outcome(status, List.of(tried), Usage.NONE, micros, 5, 5);
    }
}
