package dev.formulary.engine.store;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Turn;
import java.time.Instant;
import java.util.function.ToLongFunction;

/// Takes turns of a session, the latest first, until they are too many or too long to go along with a call. For one search.
final class FittingTurns {
    private final Settings.History most;
    private final ToLongFunction<Turn> length;
    private final Instant sinceLast;
    private int turns;
    private long tokens;
    private boolean ended;

    /// @param length of a turn in tokens
    /// @param sinceLast a session whose latest turn is older has ended
    FittingTurns(Settings.History most, ToLongFunction<Turn> length, Instant sinceLast) {
        this.most = most;
        this.length = length;
        this.sinceLast = sinceLast;
    }

    /// Whether that turn goes along, too. Once one does not, no older one may be asked for.
    boolean takes(Turn turn) {
        ended |= turns == 0 && turn.at().isBefore(sinceLast);
        long more = length.applyAsLong(turn);
        if (ended || turns == most.turns() || tokens + more > most.tokens()) {
            return false;
        }
        turns++;
        tokens += more;
        return true;
    }

    /// Of those that were taken.
    long tokens() {
        return tokens;
    }

    /// Whether the session has ended.
    boolean ended() {
        return ended;
    }
}
