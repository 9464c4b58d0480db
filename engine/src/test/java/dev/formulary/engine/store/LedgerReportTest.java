package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.Samples;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.store.LedgerQuery.By;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LedgerReportTest {
    private static final List<Candidate> MODELS = List.of(Books.MODEL, Books.BETTER, Samples.priced("q", "x", 333, 777),
            Samples.free("local", "m"), Samples.priced("new", "m", -1, -1));
    private static final Booked[] ENDS = {Booked.ANSWERED, Booked.ANSWERED, Booked.FAILED, Booked.CANCELLED,
            Booked.ABANDONED, Booked.CACHED};

    @TempDir
    Path folder;

    @Test
    void whateverARowIsOfTheSumsOfReportsAreTheSumsOfBookings() throws Exception {
        var books = new Books(folder);
        long[] expected = fill(books, new SplittableRandom(3));

        for (By by : By.values()) {
            LedgerReport report = books.report(by);
            LedgerReport single = new LedgerReader(folder, folder, LedgerSettings.USUAL).readBookings(Books.query(by));
            assertThat(report.rows()).as("by %s", by).isNotEmpty().isEqualTo(single.rows());
            assertThat(report.total()).isEqualTo(single.total());
            assertThat(report.groups()).isEqualTo(report.rows().size());
            assertThat(report.more()).isFalse();
            for (String column : report.columns().subList(report.keys(), report.columns().size())) {
                if (!column.equals("micros_per_answer")) {
                    assertThat(sum(report, column)).as("%s by %s", column, by).isEqualTo(Books.total(report, column));
                }
            }
            if (by != By.SESSION) {
                assertThat(Books.total(report, "attempts")).isEqualTo(expected[0]);
                assertThat(Books.total(report, "cost_micros")).isEqualTo(expected[1]);
                assertThat(Books.total(report, "saved_micros")).isEqualTo(expected[2]);
            }
        }
    }

    private static long sum(LedgerReport report, String column) {
        int at = report.columns().indexOf(column);
        return report.rows().stream().mapToLong(row -> row.get(at) instanceof Long number ? number : 0).sum();
    }

    /// @return attempts, cost and savings
    static long[] fill(Books books, SplittableRandom random) throws Exception {
        long[] sums = new long[3];
        try (Ledger ledger = books.open()) {
            for (int i = 0; i < 3_000; i++) {
                Candidate model = MODELS.get(random.nextInt(MODELS.size()));
                Booked end = ENDS[random.nextInt(ENDS.length)];
                boolean given = end == Booked.ANSWERED || end == Booked.CACHED || random.nextBoolean();
                var usage = given ? Usage.of(random.nextInt(5_000), random.nextInt(500)) : Usage.NONE;
                long cost = end == Booked.CACHED || !given ? 0 : model.costMicros(usage);
                String session = random.nextInt(3) == 0 ? null : "s" + random.nextInt(40);
                ledger.begin(new Beginning(
                        Books.call("c" + i, "t" + random.nextInt(4), session, "k" + random.nextInt(3),
                                random.nextBoolean() ? "" : "tag" + random.nextInt(6)),
                        1, model,
                        "rule" + random.nextInt(5), random.nextInt(9) == 0 ? null : Books.BETTER, 9, true))
                        .ended(end, usage, cost);
                books.clock.advance(Duration.ofMinutes(random.nextInt(5)));
                sums[0] += end == Booked.CACHED ? 0 : 1;
                sums[1] += Math.max(0, cost);
            }
        }
        sums[2] = books.count("select sum(reference_cost - cost) from booking");
        return sums;
    }

    @Test
    void pagesHoldEachRowOnce() throws Exception {
        var books = new Books(folder);
        fill(books, new SplittableRandom(4));
        var reader = new LedgerReader(folder, folder, LedgerSettings.USUAL);
        Set<List<?>> seen = new HashSet<>();
        List<Long> costs = new ArrayList<>();
        boolean more = true;
        for (int offset = 0; more; offset += 7) {
            LedgerReport page = reader.read(new LedgerQuery(By.SESSION, Books.DAY, Books.DAY.plusDays(9), 7, offset));
            for (List<?> row : page.rows()) {
                assertThat(seen.add(row.subList(0, 2))).isTrue();
                costs.add((Long) row.get(page.columns().indexOf("cost_micros")));
            }
            more = page.more();
        }
        assertThat(seen).hasSize(160);
        assertThat(costs).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @Test
    void withoutALedgerThereIsNothing() throws Exception {
        LedgerReport report = new Books(folder).report(By.MODEL);

        assertThat(report.rows()).isEmpty();
        assertThat(report.columns()).hasSize(report.keys() + report.total().size());
        assertThat(Books.total(report, "cost_micros")).isZero();
    }

    @Test
    void daysOutsideAreLeftOut() throws Exception {
        var books = new Books(folder);
        try (Ledger ledger = books.open()) {
            for (int day = 0; day < 3; day++) {
                ledger.begin(Books.attempt("a" + day)).ended(Booked.ANSWERED, Usage.of(1, 1), 3);
                books.clock.advance(Duration.ofDays(1));
            }
        }
        LedgerReport report = new LedgerReader(folder, folder, LedgerSettings.USUAL).read(
                new LedgerQuery(By.DAY, Books.DAY.plusDays(1), Books.DAY.plusDays(1), 10, 0));

        assertThat(report.rows()).hasSize(1);
        assertThat(report.rows().getFirst().getFirst()).isEqualTo("2026-11-21");
        assertThat(Books.total(report, "attempts")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"by, colour, 'by' must be one of day", "from, yesterday, 'from' must be a day such as",
            "to, 2026-13-01, 'to' must be a day", "from, 2027-01-01, 'from' is after 'to'",
            "limit, 0, 'limit' must be a whole number from 1 to 10000", "offset, -1, 'offset' must be",
            "limit, many, 'limit' must be"})
    void aWrongParameterIsToldWithWhatIsRight(String name, String value, String message) {
        assertThatThrownBy(() -> LedgerQuery.of(asked -> asked.equals(name) ? value : "", Books.DAY))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void withoutDaysItIsTheLastThirty() {
        assertThat(LedgerQuery.of(_ -> "", Books.DAY))
                .isEqualTo(new LedgerQuery(By.DAY, LocalDate.parse("2026-10-22"), Books.DAY, 1_000, 0));
        Map<String, String> said = Map.of("by", "Model", "to", "2026-01-31", "limit", "5", "offset", "2");
        assertThat(LedgerQuery.of(name -> said.getOrDefault(name, ""), Books.DAY)).isEqualTo(new LedgerQuery(By.MODEL,
                LocalDate.parse("2026-01-02"), LocalDate.parse("2026-01-31"), 5, 2));
    }
}
