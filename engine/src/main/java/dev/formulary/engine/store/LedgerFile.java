package dev.formulary.engine.store;

import java.sql.BatchUpdateException;
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
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The booked attempts where they are kept in the end, and the sums of days. Not thread-safe.
///
/// The statements are such as SQLite and PostgreSQL both know. Other nodes may book into the same tables at the same time: an
/// attempt is the number of its journal and its id, so none is booked twice, and rows that nodes share are taken in one order.
final class LedgerFile implements AutoCloseable {
    /// The file, in the data folder.
    static final String FILE = "ledger.db";
    /// How many rows go in one step.
    static final int STEP = 2_000;
    /// More than there are kinds of prices in a batch, so that none is forgotten between its number and its row.
    private static final int MOST_PRICES = 2_000;
    private static final int MOST_TRIES = 100;

    private static final List<String> COLUMNS = Stream.of(
            Stream.of("id", "at", "day", "call", "attempt", "via", "tenant", "key_name", "session", "labels", "tag",
                    "model", "rule", "state", "accepted", "estimated", "price"),
            LedgerSums.classColumns(), Stream.of("cost", "most", "reference", "reference_cost", "saved", "node",
                    "origin"))
            .flatMap(each -> each).toList();
    private static final String INSERT = "insert into booking (" + String.join(", ", COLUMNS) + ") values ("
            + marks(COLUMNS.size()) + ") on conflict do nothing";
    private static final List<String> PRICE = List.of("input", "output", "cached_input", "cache_write",
            "long_cache_write", "image",
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

    private final LedgerPlace place;
    private final String node;
    private final long origin;
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement add;
    private final Map<PriceRow, Long> prices = new LinkedHashMap<>();

    /// @param node which books
    /// @param origin the number of its journal
    LedgerFile(LedgerPlace place, String node, long origin) throws SQLException {
        this.place = place;
        this.node = node;
        this.origin = origin;
        connection = place.write();
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
        try {
            for (Booking booking : bookings) {
                price(rowOf(booking));
            }
            // nodes that wait for each other's prices would else hold each other's sums
            connection.commit();
            Map<LedgerSums.Group, LedgerSums> sums = new TreeMap<>(LedgerSums.Group.ORDER);
            int fresh = 0;
            for (Booking booking : insert(bookings)) {
                fresh++;
                sums.computeIfAbsent(LedgerSums.Group.of(booking), _ -> new LedgerSums()).add(booking);
            }
            add(sums);
            connection.commit();
            return fresh;
        } catch (SQLException | RuntimeException e) {
            prices.clear();
            Database.rollBack(connection, e);
            throw e;
        }
    }

    private static PriceRow rowOf(Booking booking) {
        return booking.opening().prices().row(booking.closing().charge().above());
    }

    static String day(long millis) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC).toString();
    }

    /// @return those that were not booked yet
    private List<Booking> insert(List<Booking> bookings) throws SQLException {
        for (Booking booking : bookings) {
            fill(booking);
            insert.addBatch();
        }
        int[] rows = execute(insert);
        return IntStream.range(0, rows.length).filter(i -> rows[i] > 0).mapToObj(bookings::get).toList();
    }

    private void fill(Booking booking) throws SQLException {
        Opening o = booking.opening();
        Closing c = booking.closing();
        Charge charge = c.charge();
        var row = new Row(insert);
        row.put(o.id()).put(o.at()).put(day(o.at())).put(o.call()).put(o.attempt()).put(o.via()).put(o.tenant())
                .put(o.key()).put(o.session()).put(o.labels()).put(o.tag()).put(o.model()).put(o.rule())
                .put(c.state().name().toLowerCase(Locale.ROOT)).put(c.accepted() ? 1 : 0).put(c.estimated() ? 1 : 0)
                .put(price(rowOf(booking)));
        for (long tokens : charge.tokens()) {
            row.put(tokens);
        }
        for (long micros : charge.micros()) {
            row.put(micros);
        }
        row.known(charge.total()).known(o.most()).put(o.reference()).known(c.reference()).put(booking.saved())
                .put(node).put(origin);
    }

    private void add(Map<LedgerSums.Group, LedgerSums> sums) throws SQLException {
        for (Map.Entry<LedgerSums.Group, LedgerSums> each : sums.entrySet()) {
            var row = new Row(add);
            for (String value : each.getKey().values()) {
                row.put(value);
            }
            for (long value : each.getValue().values()) {
                row.put(value);
            }
            add.addBatch();
        }
        if (!sums.isEmpty()) {
            execute(add);
        }
    }

    /// What a driver says of a batch may hold all that was to be written, and so names; what the database says does not.
    private static int[] execute(PreparedStatement batch) throws SQLException {
        try {
            return batch.executeBatch();
        } catch (BatchUpdateException e) {
            SQLException reason = e.getNextException();
            throw reason == null ? e : reason;
        }
    }

    private long price(PriceRow price) throws SQLException {
        Long known = prices.get(price);
        if (known != null) {
            return known;
        }
        long no = find(price);
        // another node may have taken the next number for another price
        for (int tries = 0; no < 0 && tries < MOST_TRIES; tries++) {
            try (PreparedStatement make = connection.prepareStatement(INSERT_PRICE)) {
                fill(make, price);
                make.executeUpdate();
            }
            no = find(price);
        }
        if (no < 0) {
            throw new SQLException("no number is to be had for a new price");
        }
        if (prices.size() >= MOST_PRICES) {
            prices.clear();
        }
        prices.put(price, no);
        return no;
    }

    /// @return -1 when it is not there
    private long find(PriceRow price) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(FIND_PRICE)) {
            fill(find, price);
            try (ResultSet rows = find.executeQuery()) {
                return rows.next() ? rows.getLong(1) : -1;
            }
        }
    }

    private static void fill(PreparedStatement statement, PriceRow price) throws SQLException {
        new Row(statement).put(price.input()).put(price.output()).put(price.cachedInput()).put(price.cacheWrite())
                .put(price.longCacheWrite()).put(price.image()).put(price.audioInput()).put(price.audioOutput())
                .put(price.above())
                .put(price.source()).put(price.asOf());
    }

    /// Deletes what is too old or too much, at most [#STEP] attempts of either.
    ///
    /// @param attempts older ones go
    /// @param days sums of days before that one go
    /// @param mostBytes that all may take in a file
    /// @return whether there may be more
    boolean prune(Instant attempts, Instant days, long mostBytes) throws SQLException {
        String oldest = "delete from booking where id <= (select max(id) from (select id from booking order by id limit "
                + STEP + ") as oldest)";
        int gone = delete(oldest + " and at < ?", attempts.toEpochMilli());
        if (place.exceeds(connection, mostBytes)) {
            gone = Math.max(gone, delete(oldest + " and at < ?", Long.MAX_VALUE));
        }
        delete("delete from daily where day < ?", day(days.toEpochMilli()));
        connection.commit();
        if (gone > 0) {
            place.shrink(connection);
        }
        return gone >= STEP;
    }

    private int delete(String sql, Object limit) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setObject(1, limit);
            return delete.executeUpdate();
        } catch (SQLException e) {
            Database.rollBack(connection, e);
            throw e;
        }
    }

    /// Hands to the disk what was committed, so that what it was made of may go.
    void sync() throws SQLException {
        place.settle(connection);
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

        /// PostgreSQL takes no text that holds the character 0.
        Row put(String value) throws SQLException {
            statement.setString(++at, value.indexOf(0) < 0 ? value : value.replace('\0', '\ufffd'));
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
