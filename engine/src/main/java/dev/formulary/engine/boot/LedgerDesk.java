package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Report;
import dev.formulary.engine.store.Ledger;
import dev.formulary.engine.store.LedgerQuery;
import dev.formulary.engine.store.LedgerReader;
import dev.formulary.engine.store.LedgerReport;
import dev.formulary.engine.telemetry.LedgerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Shows what attempts cost. Thread-safe.
final class LedgerDesk {
    /// Where it is shown.
    static final String PATH = "/admin/ledger";

    private final Ledger ledger;
    private final LedgerReader reader;
    private final InstantSource clock;

    LedgerDesk(Ledger ledger, LedgerReader reader, InstantSource clock) {
        this.ledger = ledger;
        this.reader = reader;
        this.clock = clock;
    }

    Map<String, Report> documents() {
        return Map.of(PATH, this::report);
    }

    /// As metrics show it.
    static LedgerState state(Ledger ledger) {
        return new LedgerState(ledger.booked(), ledger.unsettled(), ledger.lost(), ledger.journalUsed(),
                ledger.failing());
    }

    private Map<String, Object> document(LedgerReport report) {
        Map<String, Object> document = LedgerText.document(report);
        document.put("lost", ledger.lost());
        document.put("failing", ledger.failing());
        document.put("journal_used", ledger.journalUsed());
        return document;
    }

    private Report.Content report(UnaryOperator<String> asked) {
        boolean csv = Report.csv(asked);
        LedgerQuery query = LedgerQuery.of(asked, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        ledger.flush();
        try {
            LedgerReport report = reader.read(query);
            return csv ? Report.Content.csv(LedgerText.csv(report)) : Report.Content.json(document(report));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
