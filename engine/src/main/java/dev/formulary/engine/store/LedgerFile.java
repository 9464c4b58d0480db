package dev.formulary.engine.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The booked attempts in a file, and the sums of days. Not thread-safe.
///
/// The statements are such as SQLite and PostgreSQL both know.
final class LedgerFile implements AutoCloseable {
    /// The file, in the data folder.
    static final String FILE = "ledger.db";
    static final Database.Schema SCHEMA = new Database.Schema("bookings", "ledger", 1);
    /// How many rows go in one step.
    static final int STEP = 2_000;
    private static final int MOST_PRICES = 1_000;

    private static final List<String> COLUMNS = Stream.of(
            Stream.of("id", "at", "day", "call", "attempt", "via", "tenant", "key_name", "session", "tag", "model",
                    "rule", "state", "accepted", "estimated", "price"),
            LedgerSums.classColumns(), Stream.of("cost", "most", "reference", "reference_cost", "saved"))
            .flatMap(each -> each).toList();
    private static final String INSERT = "insert into booking (" + String.join(", ", COLUMNS) + ") values ("
            + marks(COLUMNS.size()) + ") on conflict (id) do nothing";
    private static final List<String> PRICE = List.of("input", "output", "cached_input", "cache_write", "image",
            "audio_input", "audio_output", "above", "source", "as_of");
    private static final String INSERT_PRICE = "insert into price (no, " + String.join(", ", PRICE)
            + ") values ((select coalesce(max(no), 0) + 1 from price), " + marks(PRICE.size())
            + ") on conflict do nothing";
    private static final String FIND_PRICE = "select no from price where "
            + PRICE.stream().map(column -> column + " = ?").collect(Collectors.joining(" and "));
    private static final String ADD = "insert into daily (" + String.join(", ", LedgerSums.Group.COLUMNS) + ", "
            + String.join(", ", LedgerSums.COLUMNS) + ") values ("
            + marks(LedgerSums.Group.COLUMNS.size() + LedgerSums.COLUMNS.size()) + ") on conflict ("
            + String.join(", ", LedgerSums.Group.COLUMNS) + ") do update set "
            + LedgerSums.COLUMNS.stream().map(column -> column + " = daily." + column + " + excluded." + column)
                    .collect(Collectors.joining(", "));

    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement add;
    private final Map<PriceRow, Long> prices = new LinkedHashMap<>();

    /// @param cache where the database driver may unpack its library
    LedgerFile(Path file, Path cache) throws SQLException {
        connection = Database.write(file, cache, SCHEMA);
        try {
            insert = connection.prepareStatement(INSERT);
            add = connection.prepareStatement(ADD);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static String marks(int count) {
        return "?, ".repeat(count - 1) + "?";
    }

    /// Books all of them or, when it throws, none. What is booked already is left as it is.
    ///
    /// @return how many were not booked yet
    int book(List<Booking> bookings) throws SQLException {
        Map<LedgerSums.Group, LedgerSums> sums = new LinkedHashMap<>();
        int fresh = 0;
        try {
            for (Booking booking : bookings) {
                if (insert(booking)) {
                    fresh++;
                    sums.computeIfAbsent(LedgerSums.Group.of(booking), _ -> new LedgerSums()).add(booking);
                }
            }
            for (Map.Entry<LedgerSums.Group, LedgerSums> each : sums.entrySet()) {
                add(each.getKey(), each.getValue());
            }
            connection.commit();
            return fresh;
        } catch (SQLException | RuntimeException e) {
            prices.clear();
            connection.rollback();
            throw e;
        }
    }

    static String day(long millis) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC).toString();
    }

    private boolean insert(Booking booking) throws SQLException {
        Opening o = booking.opening();
        Closing c = booking.closing();
        Charge charge = c.charge();
        var row = new Row(insert);
        row.put(o.id()).put(o.at()).put(day(o.at())).put(o.call()).put(o.attempt()).put(o.via()).put(o.tenant())
                .put(o.key()).put(o.session()).put(o.tag()).put(o.model()).put(o.rule())
                .put(c.state().name().toLowerCase(Locale.ROOT)).put(c.accepted() ? 1 : 0).put(c.estimated() ? 1 : 0)
                .put(price(o.prices().row(charge.above())));
        for (long tokens : charge.tokens()) {
            row.put(tokens);
        }
        for (long micros : charge.micros()) {
            row.put(micros);
        }
        row.known(charge.total()).known(o.most()).put(o.reference()).known(c.reference()).put(booking.saved());
        return insert.executeUpdate() > 0;
    }

    private void add(LedgerSums.Group group, LedgerSums sums) throws SQLException {
        var row = new Row(add);
        for (String value : group.values()) {
            row.put(value);
        }
        for (long value : sums.values()) {
            row.put(value);
        }
        add.executeUpdate();
    }

    private long price(PriceRow price) throws SQLException {
        Long known = prices.get(price);
        if (known != null) {
            return known;
        }
        try (PreparedStatement make = connection.prepareStatement(INSERT_PRICE);
                PreparedStatement find = connection.prepareStatement(FIND_PRICE)) {
            fill(make, price);
            make.executeUpdate();
            fill(find, price);
            try (ResultSet rows = find.executeQuery()) {
                rows.next();
                long no = rows.getLong(1);
                if (prices.size() >= MOST_PRICES) {
                    prices.clear();
                }
                prices.put(price, no);
                return no;
            }
        }
    }

    private static void fill(PreparedStatement statement, PriceRow price) throws SQLException {
        new Row(statement).put(price.input()).put(price.output()).put(price.cachedInput()).put(price.cacheWrite())
                .put(price.image()).put(price.audioInput()).put(price.audioOutput()).put(price.above())
                .put(price.source()).put(price.asOf());
    }

    /// Deletes what is too old or too much, at most [#STEP] attempts of either.
    ///
    /// @param attempts older ones go
    /// @param days sums of days before that one go
    /// @param mostBytes that all may take
    /// @return whether there may be more
    boolean prune(Instant attempts, Instant days, long mostBytes) throws SQLException {
        String oldest = "delete from booking where id in (select id from booking order by id limit " + STEP + ")";
        int gone = delete(oldest + " and at < ?", attempts.toEpochMilli());
        if (Database.size(connection) > mostBytes) {
            gone = Math.max(gone, delete(oldest + " and at < ?", Long.MAX_VALUE));
        }
        delete("delete from daily where day < ?", day(days.toEpochMilli()));
        connection.commit();
        if (gone > 0) {
            Database.shrink(connection);
        }
        return gone >= STEP;
    }

    private int delete(String sql, Object limit) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setObject(1, limit);
            return delete.executeUpdate();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }

    /// Hands to the disk what was committed, so that what it was made of may go.
    void sync() throws SQLException {
        Database.number(connection, "pragma wal_checkpoint(passive)");
        connection.commit();
    }

    /// For tests.
    void limitPages(long pages) throws SQLException {
        Database.number(connection, "pragma max_page_count=" + pages);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /// Fills a statement from the left to the right.
    private static final class Row {
        private final PreparedStatement statement;
        private int at;

        Row(PreparedStatement statement) {
            this.statement = statement;
        }

        Row put(long value) throws SQLException {
            statement.setLong(++at, value);
            return this;
        }

        Row put(String value) throws SQLException {
            statement.setString(++at, value);
            return this;
        }

        Row put(@Nullable Long value) throws SQLException {
            statement.setObject(++at, value);
            return this;
        }

        /// Null where it is not known.
        Row known(long value) throws SQLException {
            return put(value < 0 ? null : Long.valueOf(value));
        }
    }
}
