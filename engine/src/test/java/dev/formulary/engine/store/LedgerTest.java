package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.Samples;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.store.LedgerQuery.By;
import dev.formulary.spi.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    @TempDir
    Path folder;
    private Books books = new Books(Path.of(""));

    @BeforeEach
    void open() {
        books = new Books(folder);
    }

    private long total(String column) throws Exception {
        return Books.total(books.report(By.DAY), column);
    }

    @Test
    void whatAnAttemptCostIsBookedWithWhatItSavedAndItsPrices() throws Exception {
        try (Ledger ledger = books.open()) {
            ledger.begin(Books.attempt("a")).ended(Booked.ANSWERED, Usage.of(100, 10), 120);
            ledger.begin(Books.attempt("b")).ended(Booked.FAILED, Usage.NONE, 0);
        }

        assertThat(total("attempts")).isEqualTo(2);
        assertThat(total("answers")).isEqualTo(1);
        assertThat(total("failed")).isEqualTo(1);
        assertThat(total("cost_micros")).isEqualTo(120);
        assertThat(total("reference_micros")).isEqualTo(1_200);
        assertThat(total("saved_micros")).isEqualTo(1_080);
        assertThat(total("micros_per_answer")).isEqualTo(120);
        assertThat(total("tokens_input")).isEqualTo(100);
        assertThat(total("micros_output")).isEqualTo(20);
        assertThat(books.count("select count(*) from price where input = 1000000 and output = 2000000")).isEqualTo(1);
        assertThat(books.count("select most from booking where call = 'a'")).isEqualTo(500);
        assertThat(books.count("select count(*) from booking where estimated = 0")).isEqualTo(1);
    }

    @Test
    void pricesThatDifferOnlyInWhatIsKeptLongerAreTwo() throws Exception {
        try (Ledger ledger = books.open()) {
            Books.bookKeptLonger(ledger);
        }
        Books.assertKeptLonger(books);
    }

    /// As a version before left it, without the price of what is kept longer.
    @Test
    void aLedgerOfAVersionBeforeIsGoneOnWith() throws Exception {
        try (Ledger ledger = books.open()) {
            ledger.begin(Books.attempt("a")).ended(Booked.ANSWERED, Usage.of(100, 10), 120);
        }
        try (Connection before = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(LedgerFile.FILE))) {
            for (String sql : List.of("drop index price_all", "alter table price drop column long_cache_write",
                    "create unique index price_all on price (input, output, cached_input, cache_write, image, "
                            + "audio_input, audio_output, above, source, as_of)",
                    "delete from flyway_schema_history where version = '3'", "pragma user_version=2")) {
                Database.execute(before, sql);
            }
        }
        try (Ledger ledger = books.open()) {
            ledger.begin(Books.attempt("b")).ended(Booked.ANSWERED, Usage.of(100, 10), 120);
        }
        assertThat(total("answers")).isEqualTo(2);
        assertThat(books.count("select count(*) from price")).as("the price of before is found again").isEqualTo(1);
        assertThat(books.count("select long_cache_write from price")).isEqualTo(-1);
    }

    @Test
    void anUnknownPriceIsNoZero() throws Exception {
        var unknown = Samples.priced("p", "new", -1, -1);
        try (Ledger ledger = books.open()) {
            ledger.begin(new Beginning(Books.call("a", "home", null), 1, unknown, "r", Books.BETTER, -1, true))
                    .ended(Booked.ANSWERED, Usage.of(100, 10), -1);
        }

        assertThat(total("unpriced")).isEqualTo(1);
        assertThat(total("estimated")).isEqualTo(1);
        assertThat(total("uncompared")).isEqualTo(1);
        assertThat(books.count("select count(*) from booking where cost is null and most is null and saved is null"))
                .isEqualTo(1);
    }

    @Test
    void anAnswerFromTheCacheCostsNothingAndSavesWhatItWouldHaveCost() throws Exception {
        try (Ledger ledger = books.open()) {
            ledger.cached(Books.attempt("a"), Usage.of(100, 10));
        }

        assertThat(total("attempts")).isZero();
        assertThat(total("cached")).isEqualTo(1);
        assertThat(total("answers")).isEqualTo(1);
        assertThat(total("cost_micros")).isZero();
        assertThat(total("estimated")).isZero();
        assertThat(total("saved_micros")).isEqualTo(1_200);
    }

    @Test
    void whatTheGatewayAsksForItselfIsNobodysAnswer() throws Exception {
        try (Ledger ledger = books.open()) {
            ledger.begin(new Beginning(Books.call("probe-1", "formulary:probe", null), 1, Books.MODEL, "none", null, 5,
                    false)).ended(Booked.ANSWERED, Usage.of(3, 1), 5);
        }

        assertThat(total("answers")).isZero();
        assertThat(total("cost_micros")).isEqualTo(5);
        assertThat(books.report(By.TENANT).rows().getFirst().getFirst()).isEqualTo("formulary:probe");
    }

    @Test
    void whatHadBegunWhenTheGatewayDiedIsBookedWithTheMostThatItMayHaveCost() throws Exception {
        Ledger dead = books.open();
        dead.begin(Books.attempt("a")).ended(Booked.ANSWERED, Usage.of(100, 10), 120);
        dead.begin(Books.attempt("b"));
        dead.writer().tick();
        assertThat(total("attempts")).as("b is under way").isEqualTo(1);

        books.open().close();

        assertThat(total("attempts")).isEqualTo(2);
        assertThat(total("unsettled")).isEqualTo(1);
        assertThat(total("cost_micros")).isEqualTo(620);
        books.open().close();
        books.open().close();
        assertThat(total("attempts")).as("whatever is read again").isEqualTo(2);
    }

    @Test
    void anAttemptThatEndsAfterTheLedgerWasClosedIsBookedAtTheNextStart() throws Exception {
        Ledger ledger = books.open();
        Ledger.Entry late = ledger.begin(Books.attempt("a"));
        ledger.close();
        late.ended(Booked.ANSWERED, Usage.of(1, 1), 3);

        books.open().close();

        assertThat(total("unsettled")).isEqualTo(1);
    }

    @Test
    void filesOfTheJournalGoWhenAllIsBooked() throws Exception {
        try (Ledger ledger = books.open()) {
            Ledger.Entry open = ledger.begin(Books.attempt("long"));
            for (int i = 0; i < 2_000; i++) {
                ledger.begin(Books.attempt("a" + i)).ended(Booked.ANSWERED, Usage.of(100, 10), 120);
            }
            ledger.writer().tick();
            assertThat(files()).as("those before the last but for the one in which an attempt is under way")
                    .hasSizeLessThanOrEqualTo(4);
            open.ended(Booked.ANSWERED, Usage.of(100, 10), 120);
            ledger.writer().tick();
            assertThat(files()).as("with two that were made before").hasSizeLessThanOrEqualTo(3);
        }
        assertThat(files()).as("the last id is known").hasSize(1);
        assertThat(Files.size(files().getFirst())).isEqualTo(JournalSegment.HEAD);
        assertThat(total("attempts")).isEqualTo(2_001);
        assertThat(total("cost_micros")).isEqualTo(2_001 * 120);
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> all = Files.list(folder.resolve(Ledger.JOURNAL))) {
            return all.filter(file -> file.toString().endsWith(".journal")).sorted().toList();
        }
    }

    @Test
    void aClockThatGoesBackGivesNoIdTwice() throws Exception {
        try (Ledger ledger = books.open()) {
            ledger.begin(Books.attempt("a")).ended(Booked.ANSWERED, Usage.of(1, 1), 3);
        }
        books.clock.advance(Duration.ofDays(-2));
        try (Ledger ledger = books.open()) {
            ledger.begin(Books.attempt("b")).ended(Booked.ANSWERED, Usage.of(1, 1), 3);
        }

        assertThat(total("attempts")).isEqualTo(2);
        assertThat(books.count("select count(distinct day) from booking")).isEqualTo(2);
    }

    @Test
    void namesAreKeptAsTheDecisionLogKeepsThem() throws Exception {
        try (Ledger ledger = books.open("hash", 1 << 16)) {
            ledger.begin(new Beginning(Books.call("a", "ward", "room-5", "nurse-phone", "study-7"), 1, Books.MODEL, "r",
                    null, 5, true))
                    .ended(Booked.ANSWERED, Usage.of(1, 1), 3);
        }

        var discretion = new Discretion("hash", folder);
        String token = discretion.token("room-5");
        assertThat(books.report(By.TAG).rows().getFirst().getFirst()).isEqualTo(discretion.token("study-7"));
        assertThat(books.report(By.KEY).rows().getFirst().subList(0, 2))
                .isEqualTo(List.of(discretion.token("ward"), discretion.token("nurse-phone")));
        assertThat(books.report(By.SESSION).rows().getFirst().subList(0, 2)).doesNotContain("ward", "room-5")
                .contains(token);
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain("room-5", "nurse-phone", "study-7");
            }
        }
    }

    @Test
    void oldAttemptsGoBeforeTheSumsOfTheirDays() throws Exception {
        try (Ledger ledger = books.open()) {
            ledger.begin(Books.attempt("old")).ended(Booked.ANSWERED, Usage.of(1, 1), 3);
        }
        books.clock.advance(Duration.ofDays(91));
        try (Ledger ledger = books.open()) {
            ledger.begin(Books.attempt("new")).ended(Booked.ANSWERED, Usage.of(1, 1), 3);
        }

        assertThat(books.count("select count(*) from booking")).isEqualTo(1);
        assertThat(books.count("select sum(attempts) from daily")).isEqualTo(2);
        books.clock.advance(Duration.ofDays(3_651));
        try (Ledger ledger = books.open()) {
            ledger.begin(Books.attempt("last")).ended(Booked.ANSWERED, Usage.of(1, 1), 3);
        }
        assertThat(books.count("select sum(attempts) from daily")).isEqualTo(1);
    }

    @Test
    void whereAllTakesTooMuchTheOldestAttemptsGoAndTheirSumsStay() throws Exception {
        int all = 12_000;
        var settings = new LedgerSettings(Duration.ofDays(90), Duration.ofDays(3_650), 1L << 20, "p/m");
        try (Ledger ledger = new Ledger(folder, LedgerPlace.of(folder, folder, settings), settings, "local", "keep",
                _ -> {}, books.clock, -1, 1 << 20)) {
            for (int i = 0; i < all; i++) {
                ledger.begin(Books.attempt("a" + i)).ended(Booked.ANSWERED, Usage.of(1, 1), 3);
            }
        }

        long left = books.count("select count(*) from booking");
        assertThat(left).isBetween(1_000L, all - 2_000L);
        assertThat(books.count("select count(*) from booking where call = 'a" + (all - 1) + "'")).isEqualTo(1);
        assertThat(total("attempts")).isEqualTo(all);
    }
}
