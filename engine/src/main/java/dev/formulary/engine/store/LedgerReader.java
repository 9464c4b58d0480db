package dev.formulary.engine.store;

import dev.formulary.engine.config.LedgerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads what was booked, whether a gateway runs or not. Thread-safe.
public final class LedgerReader {
    private static final int PER_ANSWER = 11;
    private static final int ANSWERS = 1;
    private static final int COST = 7;
    private static final String DAYS = " where day >= ? and day <= ?";

    private final LedgerPlace place;

    /// @param data the data folder
    /// @param cache where a database driver may unpack its library
    public LedgerReader(Path data, Path cache, LedgerSettings settings) {
        this(LedgerPlace.of(data, cache, settings));
    }

    LedgerReader(LedgerPlace place) {
        this.place = place;
    }

    /// What is summed up, as columns of a report.
    private enum Sum {
        ATTEMPTS("attempts", count("state <> 'cached'")), ANSWERS("answers", "accepted"), CACHED("cached",
                count("state = 'cached'")), FAILED("failed",
                        count("state = 'failed' or state = 'abandoned'")), UNSETTLED("unsettled",
                                count("state = 'unsettled'")), ESTIMATED("estimated", "estimated"), UNPRICED("unpriced",
                                        count("cost is null")), COST("cost", "cost"), REFERENCE("reference_cost",
                                                "reference_cost"), SAVED("saved",
                                                        "saved"), UNCOMPARED("uncompared", count("saved is null"));

        /// In the sums of days.
        private final String daily;
        /// Of a booking.
        private final String single;

        Sum(String daily, String single) {
            this.daily = daily;
            this.single = single;
        }

        private static String count(String condition) {
            return "case when " + condition + " then 1 else 0 end";
        }

        private String column() {
            return switch (this) {
                case COST, SAVED -> daily + "_micros";
                case REFERENCE -> "reference_micros";
                default -> daily;
            };
        }
    }

    /// @throws IOException when it can't be read; the message is for the user
    public LedgerReport read(LedgerQuery query) throws IOException {
        return query.by() == LedgerQuery.By.SESSION
                ? read(query, "booking", DAYS + " and session <> ''", true)
                : read(query, "daily", DAYS, false);
    }

    /// The same from single bookings, for as long as these are kept.
    LedgerReport readBookings(LedgerQuery query) throws IOException {
        return query.by() == LedgerQuery.By.SESSION ? read(query) : read(query, "booking", DAYS, true);
    }

    private LedgerReport read(LedgerQuery query, String table, String where, boolean single) throws IOException {
        List<String> columns = new ArrayList<>(query.by().names());
        Stream.of(Sum.values()).map(Sum::column).forEach(columns::add);
        columns.add("micros_per_answer");
        LedgerSums.classColumns().map(each -> each.replaceFirst("^cost_", "micros_")).forEach(columns::add);
        if (!place.exists()) {
            return new LedgerReport(query, columns, List.of(), nothing(columns.size() - query.by().columns().size()),
                    0);
        }
        String group = String.join(", ", query.by().columns());
        String order = query.by() == LedgerQuery.By.DAY ? group : sum("cost") + " desc, " + group;
        String sums = sums(single);
        try (Connection open = place.read()) {
            List<List<@Nullable Object>> rows = rows(open, "select " + group + ", " + sums + " from " + table + where
                    + " group by " + group + " order by " + order + " limit " + query.limit() + " offset "
                    + query.offset(), query, query.by().columns().size());
            List<@Nullable Object> total = rows(open, "select " + sums + " from " + table + where, query, 0)
                    .getFirst();
            long groups = (Long) rows(open, "select count(*) from (select 1 from " + table + where + " group by "
                    + group + ") as g", query, -1).getFirst().getFirst();
            return new LedgerReport(query, List.copyOf(columns), rows, total, groups);
        } catch (SQLException e) {
            throw new IOException("the ledger " + place + " can't be read: " + e.getMessage(), e);
        }
    }

    private static List<@Nullable Object> nothing(int count) {
        List<@Nullable Object> zeros = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            zeros.add(i == PER_ANSWER ? null : 0L);
        }
        return zeros;
    }

    private static String sums(boolean single) {
        return Stream.concat(Stream.of(Sum.values()).map(each -> sum(single ? each.single : each.daily)),
                LedgerSums.classColumns().map(each -> sum(each))).collect(Collectors.joining(", "));
    }

    private static String sum(String expression) {
        return "coalesce(sum(" + expression + "), 0)";
    }

    /// @param keys how many texts stand before the sums; -1 where there are only numbers as they are
    private static List<List<@Nullable Object>> rows(Connection open, String sql, LedgerQuery query, int keys)
            throws SQLException {
        try (PreparedStatement select = open.prepareStatement(sql)) {
            select.setString(1, query.from().toString());
            select.setString(2, query.to().toString());
            List<List<@Nullable Object>> all = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                int width = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    List<@Nullable Object> row = new ArrayList<>(width + 1);
                    for (int i = 1; i <= width; i++) {
                        row.add(i <= keys ? rows.getString(i) : (Object) rows.getLong(i));
                    }
                    if (keys >= 0) {
                        row.add(keys + PER_ANSWER, perAnswer(row, keys));
                    }
                    all.add(row);
                }
            }
            return all;
        }
    }

    /// Rounded up; null where there is no answer.
    private static @Nullable Long perAnswer(List<@Nullable Object> row, int keys) {
        Object answers = row.get(keys + ANSWERS);
        Object cost = row.get(keys + COST);
        return answers instanceof Long some && some > 0 && cost instanceof Long micros
                ? Long.valueOf(Math.ceilDiv(micros, some.longValue()))
                : null;
    }
}
