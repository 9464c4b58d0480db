package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.config.LedgerDatabase;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.store.LedgerQuery.By;
import dev.formulary.spi.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A ledger in a real PostgreSQL.
class LedgerPostgresTest {
    private static Postgres server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = Postgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static void book(Ledger ledger, String call) {
        ledger.begin(Books.attempt(call)).ended(Booked.ANSWERED, Usage.of(100, 10), 120);
    }

    private Path folder(String name) throws Exception {
        return Files.createDirectories(folder.resolve(name));
    }

    @Test
    void itSaysWhatAFileWouldSay() throws Exception {
        var shared = new Books(folder("shared"), server.database("reports"), "ward-1");
        var single = new Books(folder("single"));
        long[] sums = LedgerReportTest.fill(shared, new SplittableRandom(3));

        assertThat(LedgerReportTest.fill(single, new SplittableRandom(3))).isEqualTo(sums);
        for (By by : By.values()) {
            LedgerReport report = shared.report(by);
            assertThat(report.columns()).isEqualTo(single.report(by).columns());
            assertThat(report.rows()).as("by %s", by).isNotEmpty()
                    .containsExactlyInAnyOrderElementsOf(single.report(by).rows());
            assertThat(report.total()).isEqualTo(single.report(by).total());
            assertThat(report.groups()).isEqualTo(single.report(by).groups());
            assertThat(shared.reader().readBookings(Books.query(by)).total()).isEqualTo(report.total());
        }
        assertThat(shared.count("select count(*) from price")).isEqualTo(single.count("select count(*) from price"));
    }

    /// Nodes make ids by the clock, so many are the same; these have even the same name.
    @Test
    void pricesThatDifferOnlyInWhatIsKeptLongerAreTwo() throws Exception {
        var books = new Books(folder("kept"), server.database("kept"), "ward-1");
        try (Ledger ledger = books.open()) {
            Books.bookKeptLonger(ledger);
        }
        Books.assertKeptLonger(books);
    }

    @Test
    void nodesThatBookAtTheSameTimeShareOneLedger() throws Exception {
        int nodes = 4;
        long each = 600;
        server.database("nodes");
        List<Books> all = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            all.add(new Books(folder("node-" + i), server.place("nodes"), "ward"));
        }
        var start = new CountDownLatch(1);
        List<Thread> threads = all.stream().map(books -> Thread.ofPlatform().start(() -> {
            try (Ledger ledger = books.open()) {
                start.await();
                for (int i = 0; i < each; i++) {
                    var model = dev.formulary.engine.Samples.priced("p", "m" + i % 7, i % 50, 1_000_000);
                    ledger.begin(new Beginning(Books.call(books.folder.getFileName() + "-" + i, "home", null), 1, model,
                            "r", null, 9, true)).ended(Booked.ANSWERED, Usage.of(0, 3), 3);
                    if (i % 20 == 0) {
                        ledger.writer().retry();
                    }
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        })).toList();
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        Books any = all.getFirst();
        assertThat(any.count("select count(distinct call) from booking")).isEqualTo(nodes * each);
        assertThat(any.count("select count(*) from booking")).isEqualTo(nodes * each);
        assertThat(any.count("select count(distinct id) from booking")).as("ids were the same")
                .isLessThan(nodes * each);
        assertThat(any.count("select count(distinct origin) from booking where node = 'ward'")).isEqualTo(nodes);
        assertThat(any.count("select sum(attempts) from daily")).isEqualTo(nodes * each);
        assertThat(any.count("select sum(cost) from daily")).isEqualTo(nodes * each * 3);
        assertThat(any.count("select count(*) from price")).isEqualTo(50);
        assertThat(any.count("select count(*) from booking b join price p on b.price = p.no where p.output = 1000000"))
                .isEqualTo(nodes * each);
    }

    @Test
    void whatIsReadAgainFromAJournalIsNotBookedAgain() throws Exception {
        var books = new Books(folder("again"), server.database("again"), "ward-1");
        Path journal = folder("again").resolve(Ledger.JOURNAL);
        Ledger dead = books.open();
        book(dead, "a");
        Path kept = Files.copy(journal.resolve("0000000001.journal"), folder.resolve("kept"));
        dead.close();
        Files.copy(kept, journal.resolve("0000000009.journal"));
        books.open().close();

        assertThat(books.count("select count(*) from booking")).isEqualTo(1);
        assertThat(books.count("select sum(cost) from daily")).isEqualTo(120);
    }

    @Test
    void whileTheServerIsGoneCallsGoOnAndAreBookedWhenItIsBack() throws Exception {
        var books = new Books(folder("gone"), server.database("gone"), "ward-1");
        try (Ledger ledger = books.open("keep", LedgerJournal.USUAL_BYTES)) {
            book(ledger, "first");
            ledger.writer().tick();
            server.kill();
            try {
                for (int i = 0; i < 3_000; i++) {
                    book(ledger, "a" + i);
                }
                ledger.writer().retry();
                assertThat(books.told).contains("ledger-failing");
                assertThat(books.said).allSatisfy(message -> assertThat(message).doesNotContain("home", "insert into"));
                assertThat(ledger.failing()).isTrue();
                assertThat(ledger.lost()).isZero();
                assertThat(ledger.journalUsed()).isPositive();
                assertThatThrownBy(() -> books.report(By.DAY)).hasMessageContaining("can't be read")
                        .hasMessageContaining("jdbc:postgresql://127.0.0.1").hasMessageNotContaining(Postgres.PASSWORD);
            } finally {
                server.restart();
            }
            ledger.writer().retry();
            assertThat(ledger.failing()).isFalse();
            assertThat(ledger.booked()).isEqualTo(3_001);
        }
        assertThat(books.count("select count(*) from booking")).isEqualTo(3_001);
        assertThat(books.count("select sum(cost) from daily")).isEqualTo(3_001 * 120);
    }

    @Test
    void aServerThatIsNotThereAtTheStartIsWaitedFor() throws Exception {
        var nowhere = new LedgerPostgres(new LedgerDatabase("jdbc:postgresql://127.0.0.1:1/none", "u",
                new Secret("s3cret")));
        var books = new Books(folder("start"), nowhere, "ward-1");
        Ledger early = books.open();
        book(early, "a");
        early.close();
        assertThat(books.told).contains("ledger-failing");

        var later = new Books(folder("start"), server.database("later"), "ward-1");
        later.open().close();
        assertThat(later.count("select sum(cost) from daily")).isEqualTo(120);
    }

    @Test
    void aWrongPasswordIsToldWithoutIt() throws Exception {
        server.database("locked");
        var place = new LedgerPostgres(new LedgerDatabase(server.url("locked"), Postgres.USER, new Secret("s3cret")));
        assertThatThrownBy(place::write).isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication")
                .hasMessageContaining("formulary").hasMessageNotContaining("s3cret");
        assertThat(place.toString()).isEqualTo(server.url("locked"));
    }

    @Test
    void itsTablesMayStandBesideOthersAndAnyTextIsKept() throws Exception {
        LedgerPostgres place = server.database("beside");
        try (var open = java.sql.DriverManager.getConnection(server.url("beside"), Postgres.USER, Postgres.PASSWORD)) {
            Database.execute(open, "create table theirs (a integer)");
        }
        var books = new Books(folder("beside"), place, "ward-1");
        List<String> texts = List.of("\u0000x", "'; drop table booking; --", "ünï 💊", "\ud800", "\\");
        try (Ledger ledger = books.open()) {
            for (String text : texts) {
                ledger.begin(new Beginning(Books.call(text, text, text, text, ""), 1, Books.MODEL, text, null, 5, true))
                        .ended(Booked.ANSWERED, Usage.of(1, 1), 3);
            }
        }
        var sessions = new HashSet<Object>();
        books.report(By.SESSION).rows().forEach(row -> sessions.add(row.get(1)));
        assertThat(sessions).containsExactlyInAnyOrder("\ufffdx", "'; drop table booking; --", "ünï 💊", "?", "\\");
    }

    @Test
    void oldAttemptsGoBeforeTheSumsOfTheirDays() throws Exception {
        var books = new Books(folder("old"), server.database("old"), "ward-1");
        try (Ledger ledger = books.open()) {
            book(ledger, "old");
        }
        books.clock.advance(java.time.Duration.ofDays(91));
        try (Ledger ledger = books.open()) {
            book(ledger, "new");
        }
        assertThat(books.count("select count(*) from booking")).isEqualTo(1);
        assertThat(books.count("select sum(attempts) from daily")).isEqualTo(2);
    }
}
