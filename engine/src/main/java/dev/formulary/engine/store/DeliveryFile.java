package dev.formulary.engine.store;

import dev.formulary.engine.store.Delivery.State;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Events of alerts in a file, opened when it is first used. What was written outlives a killed process; a machine that loses
/// power may lose the last writes. Every method throws an [IOException], whose message is for the user, when the file can't be
/// read or written, and then nothing is changed. Not thread-safe.
public final class DeliveryFile implements Closeable {
    /// The file, in the data folder.
    public static final String FILE = "alerts.db";

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryFile.class);
    private static final String COLUMNS = "id, event, channel, about, document, state, attempts, due, changed, said";

    private final SealedDatabase database;

    /// How many deliveries of a channel are in a state.
    public record Count(String channel, State state, int number) {}

    /// @param data the data folder
    /// @param cache where the database driver may unpack its library
    public DeliveryFile(Path data, Path cache) {
        database = new SealedDatabase(data.resolve(FILE), Database.DELIVERIES, cache,
                e -> LOG.error("events of alerts are damaged, what waited to be told is lost", e));
    }

    /// Keeps new deliveries, all of them or none. Those that are kept already stay as they are.
    ///
    /// @return the new ones with their ids
    public List<Delivery> add(Collection<Delivery> fresh) throws IOException {
        database.make();
        return database.transact("written", List.of(), open -> {
            var kept = new ArrayList<Delivery>();
            long id = Database.number(open, "select max(id) from delivery");
            try (PreparedStatement insert = open.prepareStatement("insert or ignore into delivery (" + COLUMNS
                    + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
                for (Delivery each : fresh) {
                    id++;
                    insert.setLong(1, id);
                    insert.setString(2, each.event());
                    insert.setString(3, each.channel());
                    insert.setString(4, each.about());
                    insert.setString(5, each.document());
                    insert.setString(6, word(each.state()));
                    insert.setInt(7, each.attempts());
                    insert.setLong(8, each.due().toEpochMilli());
                    insert.setLong(9, each.changed().toEpochMilli());
                    insert.setString(10, each.said());
                    insert.addBatch();
                    kept.add(new Delivery(id, each.event(), each.channel(), each.about(), each.document(),
                            each.state(), each.attempts(), each.due(), each.changed(), each.said()));
                }
                return added(kept, insert.executeBatch());
            }
        });
    }

    private static List<Delivery> added(List<Delivery> tried, int[] counts) {
        return IntStream.range(0, counts.length).filter(i -> counts[i] > 0).mapToObj(tried::get).toList();
    }

    /// Writes what became of deliveries, all of them or none.
    public void update(Collection<Delivery> changed) throws IOException {
        database.transact("written", 0, open -> {
            try (PreparedStatement update = open.prepareStatement(
                    "update delivery set state = ?, attempts = ?, due = ?, changed = ?, said = ? where id = ?")) {
                for (Delivery each : changed) {
                    update.setString(1, word(each.state()));
                    update.setInt(2, each.attempts());
                    update.setLong(3, each.due().toEpochMilli());
                    update.setLong(4, each.changed().toEpochMilli());
                    update.setString(5, each.said());
                    update.setLong(6, each.id());
                    update.addBatch();
                }
                return update.executeBatch().length;
            }
        });
    }

    /// The deliveries of a channel that are due, without those before which another waits that is about the same.
    public List<Delivery> due(String channel, Instant now, int most) throws IOException {
        return select("channel = ? and state = 'waiting' and due <= cast(? as integer) and not exists (select 1"
                + " from delivery b where b.channel = delivery.channel and b.about = delivery.about"
                + " and b.state = 'waiting' and b.id < delivery.id) order by due, id limit cast(? as integer)",
                channel, millis(now), Integer.toString(most));
    }

    /// The latest deliveries, the newest first.
    ///
    /// @param state null for all
    public List<Delivery> latest(@Nullable State state, int most) throws IOException {
        return state == null
                ? select("1 = 1 order by id desc limit cast(? as integer)", Integer.toString(most))
                : select("state = ? order by id desc limit cast(? as integer)", word(state), Integer.toString(most));
    }

    /// The delivery of a channel that changed last, but for those that wait for their first try.
    public @Nullable Delivery last(String channel) throws IOException {
        List<Delivery> found = select("channel = ? and said <> '' order by changed desc, id desc limit 1", channel);
        return found.isEmpty() ? null : found.getFirst();
    }

    /// How many there are, by channel and state.
    public List<Count> counts() throws IOException {
        return database.transact("read", List.of(), open -> {
            var counts = new ArrayList<Count>();
            try (PreparedStatement select = open.prepareStatement(
                    "select channel, state, count(*) from delivery group by channel, state order by channel, state");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    counts.add(new Count(rows.getString(1), state(rows.getString(2)), rows.getInt(3)));
                }
            }
            return counts;
        });
    }

    /// Gives up what waits for a channel, but for the latest.
    ///
    /// @param why what is said of them
    /// @return how many
    public int bury(String channel, int keep, String why, Instant now) throws IOException {
        return change("update delivery set state = 'dead', said = ?, changed = cast(? as integer) where channel = ?"
                + " and state = 'waiting' and id not in (select id from delivery where channel = ? and"
                + " state = 'waiting' order by id desc limit cast(? as integer))", why, millis(now), channel, channel,
                Integer.toString(keep));
    }

    /// Lets dead letters be tried once more, from the beginning.
    ///
    /// @param event of which event; null for any
    /// @param channel of which channel; null for any
    /// @return how many
    public int revive(@Nullable String event, @Nullable String channel, Instant now) throws IOException {
        return change("update delivery set state = 'waiting', attempts = 0, due = cast(? as integer),"
                + " changed = cast(? as integer) where state = 'dead' and coalesce(?, event) = event"
                + " and coalesce(?, channel) = channel", millis(now), millis(now), event, channel);
    }

    /// Forgets what is over: what is too old, and the oldest where there are too many.
    public void prune(Instant since, int most) throws IOException {
        change("delete from delivery where state <> 'waiting' and changed < cast(? as integer)", millis(since));
        database.sweep(change("delete from delivery where state <> 'waiting' and id not in (select id from delivery"
                + " where state <> 'waiting' order by id desc limit cast(? as integer))", Integer.toString(most)));
    }

    private int change(String sql, @Nullable String... values) throws IOException {
        return database.transact("written", 0, open -> {
            try (PreparedStatement change = prepared(open, sql, values)) {
                return change.executeUpdate();
            }
        });
    }

    private List<Delivery> select(String where, String... values) throws IOException {
        return database.transact("read", List.of(), open -> {
            var found = new ArrayList<Delivery>();
            try (PreparedStatement select = prepared(open, "select " + COLUMNS + " from delivery where " + where,
                    values); ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new Delivery(rows.getLong(1), rows.getString(2), rows.getString(3), rows.getString(4),
                            rows.getString(5), state(rows.getString(6)), rows.getInt(7),
                            Instant.ofEpochMilli(rows.getLong(8)), Instant.ofEpochMilli(rows.getLong(9)),
                            rows.getString(10)));
                }
            }
            return found;
        });
    }

    private static PreparedStatement prepared(Connection open, String sql, @Nullable String... values)
            throws SQLException {
        PreparedStatement statement = open.prepareStatement(sql);
        try {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static String millis(Instant time) {
        return Long.toString(time.toEpochMilli());
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static State state(String word) {
        return State.valueOf(word.toUpperCase(Locale.ROOT));
    }

    @Override
    public void close() throws IOException {
        database.close();
    }
}
