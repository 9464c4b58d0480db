package dev.formulary.engine.store;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.Turn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was said in sessions whose clients send only the latest turn, encrypted in a file. Thread-safe.
///
/// A call waits for no write: a thread of its own writes at once what was answered, and the next call of a session finds all
/// that was answered before it began, for whoever reads writes first what still waits. A killed process loses what was being
/// written, as a whole. No failure here fails a call: it goes on with what is known, operators are told, and what could not
/// be written is tried again. While nothing is kept any more, what was kept still goes when its time is over.
public final class History implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final long PRUNE_SECONDS = 10;

    private final Settings.Sessions settings;
    private final Settings.History kept;
    private final ToLongFunction<String> tokens;
    private final Clock clock;
    private final UnwrittenTurns unwritten = new UnwrittenTurns();
    private final WriteBehind behind;
    private final HistoryFile file;

    /// Nothing is read or made until it is needed.
    ///
    /// @param data where the file lies, or will
    /// @param cache where the database driver may unpack its library
    /// @param tokens an estimate of those of a message with that text
    /// @param alarm told of what can't be kept or read; must not block
    public History(Settings.Sessions settings, Path data, Path cache, ToLongFunction<String> tokens,
            Consumer<Notice> alarm, Clock clock) {
        this(settings, data, cache, tokens, alarm, clock, PRUNE_SECONDS);
    }

    /// @param pruneSeconds how often to look for what is too old; 0 for only when told
    History(Settings.Sessions settings, Path data, Path cache, ToLongFunction<String> tokens, Consumer<Notice> alarm,
            Clock clock, long pruneSeconds) {
        this.settings = settings;
        this.kept = settings.history();
        this.tokens = tokens;
        this.clock = clock;
        file = new HistoryFile(data, cache, kept.key(), new TurnLosses(alarm));
        behind = new WriteBehind("history", this::write, alarm);
        behind.every(pruneSeconds, this::tick);
    }

    /// What goes along with a call.
    ///
    /// @param turns the oldest first
    /// @param tokens of all of them, an estimate
    public record Before(List<Turn> turns, long tokens) {
        /// Nothing.
        public static final Before NOTHING = new Before(List.of(), 0);

        public Before {
            turns = List.copyOf(turns);
        }
    }

    /// What is kept of a session, or of all sessions of a tenant.
    ///
    /// @param turns how many
    /// @param bytes that they take
    /// @param oldest when the oldest was answered; null when there is none
    /// @param latest when the latest was
    public record Stored(long turns, long bytes, @Nullable Instant oldest, @Nullable Instant latest) {}

    /// Whether the conversation that a call belongs to is kept.
    public boolean follows(Call call) {
        return call.session() != null && kept.keep().covers(call.via());
    }

    /// The latest turns of a session, as many as its tokens allow; none where the session has ended since. Waits for the disk.
    public Before before(SessionName name) {
        Instant now = clock.instant();
        return behind.used(() -> {
            var fitting = new FittingTurns(kept, this::length, now.minus(settings.idle()));
            List<Turn> turns = file.latest(name, now.minus(kept.retention()), fitting::takes);
            if (fitting.ended()) {
                file.forget(name);
            }
            return new Before(turns, fitting.tokens());
        }, "history-not-read", "what was said before in a session is not sent along: ", Before.NOTHING);
    }

    private long length(Turn turn) {
        return tokens.applyAsLong(turn.asked()) + tokens.applyAsLong(turn.answered());
    }

    /// Keeps a turn. One that is longer than may ever go along is not kept, and what was before it goes: without it that would
    /// make no sense. Does not block.
    public void keep(SessionName name, Turn turn) {
        later(new UnwrittenTurns.Change(name, length(turn) > kept.tokens() ? null : turn));
    }

    /// Forgets a session that has ended. Does not block.
    public void end(SessionName name) {
        later(new UnwrittenTurns.Change(name, null));
    }

    private void later(UnwrittenTurns.Change change) {
        if (!unwritten.add(change)) {
            LOG.warn("history is behind, turns are lost");
            behind.tell("history-not-kept",
                    "more turns wait to be written than there is room for; the oldest is lost");
        }
        behind.soon();
    }

    /// Writes what waits, in order. What can't be written stays.
    private void write() {
        for (var next = unwritten.first(); next != null; next = unwritten.first()) {
            try {
                Turn turn = next.turn();
                if (turn == null) {
                    file.forget(next.name());
                } else {
                    file.add(next.name(), turn, kept.turns());
                }
                unwritten.written(next);
                behind.recovered();
            } catch (IOException | RuntimeException e) {
                behind.failed("history-not-kept", "what is said in sessions can't be kept, it is tried again: ", e);
                return;
            }
        }
    }

    /// What is kept of a session. Waits for the disk.
    public Stored stored(SessionName name) throws IOException {
        return behind.used(() -> shown(file.stored(name)));
    }

    /// What is kept of all sessions of a tenant. Waits for the disk.
    public Stored storedOfTenant(String tenant) throws IOException {
        return behind.used(() -> shown(file.storedOfTenant(tenant)));
    }

    private static Stored shown(HistoryFile.Stored stored) {
        return new Stored(stored.turns(), stored.bytes(), stored.oldest(), stored.latest());
    }

    /// Forgets what was said in a session. Waits for the disk.
    ///
    /// @return how many turns
    public int forget(SessionName name) throws IOException {
        return behind.used(() -> {
            unwritten.drop(name::equals);
            return file.forget(name);
        });
    }

    /// Forgets what was said in all sessions of a tenant. Waits for the disk.
    ///
    /// @return how many turns
    public int forgetTenant(String tenant) throws IOException {
        return behind.used(() -> {
            unwritten.drop(name -> name.tenant().equals(tenant));
            return file.forgetTenant(tenant);
        });
    }

    /// Writes what could not be written before, and deletes what is too old or too much.
    void tick() {
        behind.used(() -> {
            file.prune(clock.instant().minus(kept.retention()), kept.maxSize());
            return true;
        }, "history-not-deleted", "what is too old is still there, and deleting it is tried again: ", false);
    }

    /// Writes what waits, and stops.
    @Override
    public void close() throws IOException {
        behind.close(file::close);
    }
}
