package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.store.LedgerQuery.By;
import dev.formulary.spi.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A ledger that can't be written.
class LedgerFaultsTest {
    @TempDir
    Path folder;

    private static void book(Ledger ledger, String call) {
        ledger.begin(Books.attempt(call)).ended(Booked.ANSWERED, Usage.of(100, 10), 120);
    }

    @Test
    void whileTheDiskIsFullCallsGoOnAndAreBookedLater() throws Exception {
        var books = new Books(folder);
        try (Ledger ledger = books.open()) {
            book(ledger, "first");
            ledger.writer().tick();
            ledger.writer().limitPages(1);
            for (int i = 0; i < 1_000; i++) {
                book(ledger, "a" + i);
            }
            ledger.writer().tick();
            assertThat(books.told).contains("ledger-failing");
            assertThat(Books.total(books.report(By.DAY), "attempts")).isEqualTo(1);
            assertThat(ledger.lost()).isZero();

            // the limit is one of the connection, which is a new one
            ledger.writer().retry();
            assertThat(Books.total(books.report(By.DAY), "attempts")).isEqualTo(1_001);
            assertThat(ledger.booked()).isEqualTo(1_001);
        }
        assertThat(Books.total(books.report(By.DAY), "cost_micros")).isEqualTo(1_001 * 120);
    }

    @Test
    void whatFindsNoRoomAnywhereIsCountedAndAllElseIsBooked() throws Exception {
        var books = new Books(folder);
        int all = 6_000;
        try (Ledger ledger = books.open("keep", 4_096)) {
            for (int i = 0; i < all; i++) {
                book(ledger, "a" + i);
            }
            assertThat(ledger.lost()).isPositive();
            assertThat(books.told).contains("ledger-failing");
            for (int i = 0; i < 500; i++) {
                ledger.writer().retry();
            }
            assertThat(Books.total(books.report(By.DAY), "attempts")).isEqualTo(all - ledger.lost());
            assertThat(Books.total(books.report(By.DAY), "unsettled")).as("the end of one may have found no room")
                    .isLessThanOrEqualTo(1);
            book(ledger, "after");
            long lost = ledger.lost();
            ledger.writer().retry();
            assertThat(Books.total(books.report(By.DAY), "attempts")).isEqualTo(all + 1 - lost);
        }
    }

    @Test
    void anAttemptWhoseEndFoundNoRoomIsBookedWithTheMostThatItMayCost() throws Exception {
        var books = new Books(folder);
        try (Ledger ledger = books.open("keep", 4_096)) {
            Ledger.Entry early = ledger.begin(Books.attempt("early"));
            List<Ledger.Entry> open = new ArrayList<>();
            while (ledger.lost() == 0) {
                open.add(ledger.begin(Books.attempt("a" + open.size())));
            }
            early.ended(Booked.ANSWERED, Usage.of(1, 1), 3);
            for (int i = 0; i < 500; i++) {
                ledger.writer().retry();
            }
            assertThat(books.count("select cost from booking where call = 'early' and state = 'unsettled'"))
                    .isEqualTo(500);
        }
    }

    @Test
    void aDamagedFileIsPutAsideAndANewOneBegins() throws Exception {
        var books = new Books(folder);
        Files.write(folder.resolve(LedgerFile.FILE), new byte[8_192]);
        Files.writeString(folder.resolve(LedgerFile.FILE), "this is no database at all".repeat(100));
        try (Ledger ledger = books.open()) {
            book(ledger, "a");
        }

        assertThat(Books.total(books.report(By.DAY), "attempts")).isEqualTo(1);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(each -> each.getFileName().toString())).anyMatch(each -> each.contains(".broken-"));
        }
    }
}
