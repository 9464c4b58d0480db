package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.facts.HourlyUse;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HourlyUsesTest {
    @TempDir
    Path folder;

    @Test
    void anHourHasWhatWasBookedInIt() throws Exception {
        var books = new Books(folder);
        try (Ledger ledger = books.open()) {
            ledger.begin(Books.attempt("c1")).ended(Booked.ANSWERED, Usage.of(100, 10), 120);
            ledger.begin(Books.attempt("c2")).ended(Booked.FAILED, Usage.of(50, 0), 50);
            ledger.cached(Books.attempt("c3"), Usage.of(100, 10));
            books.clock.advance(Duration.ofHours(1));
            ledger.begin(Books.attempt("c4")).ended(Booked.ANSWERED, Usage.of(100, 10), -1);
            ledger.flush();
        }
        Instant noon = Instant.parse("2026-11-20T12:00:00Z");
        var reader = new HourlyUses(folder, folder, LedgerSettings.USUAL);
        List<HourlyUse> found = reader.read(noon, noon.plusSeconds(7_200));

        assertThat(found).containsExactly(new HourlyUse(noon, "p/m", 2, 0, 170, 150, 10),
                new HourlyUse(noon.plusSeconds(3_600), "p/m", 1, 1, 0, 100, 10));
        assertThat(reader.read(noon, noon.plusSeconds(3_600))).hasSize(1);
    }

    @Test
    void withoutALedgerThereIsNothing() throws Exception {
        assertThat(new HourlyUses(folder, folder, LedgerSettings.USUAL).read(Instant.EPOCH, Instant.now())).isEmpty();
    }
}
