package dev.formulary.engine.store;

import dev.formulary.engine.facts.Metric;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/// The numbers under which series stand in a file. Not thread-safe.
final class SeriesNames {
    private final Map<Name, Long> known = new HashMap<>();

    /// Which one.
    record Name(String metric, String resource) {
        Name(Metric metric, String resource) {
            this(metric.word(), resource);
        }
    }

    /// The number of a series, which is made where there is none.
    ///
    /// @param now milliseconds of the epoch
    long number(Connection open, Name name, long now) throws SQLException {
        Long number = known.get(name);
        if (number != null) {
            return number;
        }
        try (PreparedStatement insert = open.prepareStatement(
                "insert into series (metric, resource, seen) values (?, ?, ?) on conflict do nothing");
                PreparedStatement find = open
                        .prepareStatement("select no from series where metric = ? and resource = ?")) {
            insert.setString(1, name.metric());
            insert.setString(2, name.resource());
            insert.setLong(3, now);
            insert.executeUpdate();
            find.setString(1, name.metric());
            find.setString(2, name.resource());
            try (ResultSet rows = find.executeQuery()) {
                rows.next();
                long found = rows.getLong(1);
                known.put(name, found);
                return found;
            }
        }
    }

    /// What was in the file may not be there any more.
    void forget() {
        known.clear();
    }
}
