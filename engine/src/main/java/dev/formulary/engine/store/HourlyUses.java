package dev.formulary.engine.store;

import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.facts.HourlyUse;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Reads from the ledger what models came to hour by hour, whether a gateway runs or not. Thread-safe.
public final class HourlyUses {
    private static final int MOST = 100_000;
    private static final int READ = 5;
    private static final String SELECT = "select at / 3600000 as hour, model, count(*),"
            + " sum(case when cost is null then 1 else 0 end), coalesce(sum(cost), 0), "
            + tokens(0, READ) + ", " + tokens(READ, Charge.CLASSES)
            + " from booking where state <> 'cached' and at >= ? and at < ? group by at / 3600000, model"
            + " order by at / 3600000, model limit " + MOST;

    private final LedgerPlace place;

    /// @param data the data folder
    /// @param cache where the database driver may unpack its library
    public HourlyUses(Path data, Path cache, LedgerSettings settings) {
        place = LedgerPlace.of(data, cache, settings);
    }

    private static String tokens(int from, int to) {
        return LedgerSums.classColumns().limit(to).skip(from).map(column -> "sum(" + column + ")")
                .collect(Collectors.joining(" + "));
    }

    /// In the order of hours; none where nothing was booked.
    ///
    /// @param from the first hour
    /// @param to the hour after the last
    /// @throws IOException when the ledger can't be read; the message is for the user
    public List<HourlyUse> read(Instant from, Instant to) throws IOException {
        List<HourlyUse> uses = new ArrayList<>();
        if (!place.exists()) {
            return uses;
        }
        try (Connection open = place.read(); PreparedStatement select = open.prepareStatement(SELECT)) {
            select.setLong(1, from.toEpochMilli());
            select.setLong(2, to.toEpochMilli());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    uses.add(new HourlyUse(Instant.ofEpochSecond(3_600 * rows.getLong(1)), rows.getString(2),
                            rows.getLong(3), rows.getLong(4), rows.getLong(5), rows.getLong(6), rows.getLong(7)));
                }
            }
            return uses;
        } catch (SQLException e) {
            throw new IOException("the ledger " + place + " can't be read: " + e.getMessage(), e);
        }
    }
}
