package dev.formulary.engine.store;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Priority;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A ledger in a folder, without a thread that writes by itself.
final class Books {
    /// A dollar for a million tokens read, two for a million written: a token is a micro-dollar, or two.
    static final Candidate MODEL = Samples.priced("p", "m", 1_000_000, 2_000_000);
    static final Candidate BETTER = Samples.priced("p", "best", 10_000_000, 20_000_000);
    static final LocalDate DAY = LocalDate.parse("2026-11-20");

    final Path folder;
    final MutableClock clock = new MutableClock(NOON);
    final Queue<String> told = new ConcurrentLinkedQueue<>();
    final Queue<String> said = new ConcurrentLinkedQueue<>();

    private final LedgerPlace place;
    private final String node;

    Books(Path folder) {
        this(folder, new LedgerSqlite(folder.resolve(LedgerFile.FILE), folder), "ward-1");
    }

    Books(Path folder, LedgerPlace place, String node) {
        this.folder = folder;
        this.place = place;
        this.node = node;
    }

    Ledger open() throws IOException {
        return open("keep", 1 << 16);
    }

    Ledger open(String personal, int bytes) throws IOException {
        return new Ledger(folder, place, LedgerSettings.USUAL, node, personal, this::tell, clock, -1,
                bytes);
    }

    private void tell(dev.formulary.engine.facts.Notice notice) {
        told.add(notice.code());
        said.add(notice.message());
    }

    static Call call(String id, String tenant, @Nullable String session) {
        return call(id, tenant, session, "key", "");
    }

    static Call call(String id, String tenant, @Nullable String session, String key, String tag) {
        return new Call(id, Dialect.OPENAI_CHAT, "http", tenant, key, "auto", false, Priority.NORMAL, session, false,
                NOON, 60_000, null, Set.of(), java.util.List.of(), tag);
    }

    static Beginning attempt(String id) {
        return new Beginning(call(id, "home", null), 1, MODEL, "ranking", BETTER, 500, true);
    }

    /// Two attempts whose prices differ in what is kept in the cache for longer, and in nothing else.
    static void bookKeptLonger(Ledger ledger) {
        for (long price : new long[]{2_000_000, -1}) {
            var card = new ModelCard("m", Set.of(), 0, 1_000_000, 2_000_000, false, Set.of(), -1, -1, Map.of(),
                    new ClassPrices(-1, 1_250_000, price, -1, -1, -1, "", "", List.of()));
            var usage = new Usage(1_000, 0, 0, 0, 1_000, 400, 0, 0, 0, false);
            ledger.begin(new Beginning(call("kept" + price, "home", null), 1,
                    Candidate.of("p", card, Candidate.Vitals.UNKNOWN), "ranking", BETTER, 5_000, true))
                    .ended(Booked.ANSWERED, usage, card.costMicros(usage));
        }
    }

    static void assertKeptLonger(Books books) throws SQLException {
        assertThat(books.count("select count(*) from price")).isEqualTo(2);
        String cost = "select b.cost_cache_write from booking b join price p on b.price = p.no where b.cost = "
                + "b.cost_cache_write and p.long_cache_write = ";
        assertThat(books.count(cost + 2_000_000)).isEqualTo(600 * 5 / 4 + 400 * 2);
        assertThat(books.count(cost + -1)).isEqualTo(1_250);
    }

    LedgerReport report(LedgerQuery.By by) throws IOException {
        return reader().read(query(by));
    }

    LedgerReader reader() {
        return new LedgerReader(place);
    }

    static LedgerQuery query(LedgerQuery.By by) {
        return new LedgerQuery(by, DAY.minusDays(10), DAY.plusDays(10), 10_000, 0);
    }

    /// A number of the report's total.
    static long total(LedgerReport report, String column) {
        return (Long) java.util.Objects.requireNonNull(
                report.total().get(report.columns().indexOf(column) - report.keys()));
    }

    long count(String sql) throws SQLException {
        try (Connection open = place.read()) {
            return Database.number(open, sql);
        }
    }
}
