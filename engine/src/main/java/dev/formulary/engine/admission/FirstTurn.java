package dev.formulary.engine.admission;

import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.QueuePlace;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A call that waits in the lines of several providers at once, and takes the first turn that one of them gives; its own
/// thread does so.
final class FirstTurn {
    private final List<Lane> lanes;
    private final Lane.Asks asks;
    private final Duration patience;
    private final Presence caller;
    private final Claim claim;
    private final SequencedMap<Waiting, Lane> places = new LinkedHashMap<>();

    /// @param patience how long at most
    /// @param caller told where the call stands; when it leaves, the call does not wait any more
    FirstTurn(List<Lane> lanes, Lane.Asks asks, Duration patience, Presence caller) {
        this.lanes = lanes;
        this.asks = asks;
        this.patience = patience;
        this.caller = caller;
        claim = new Claim(lanes.size());
    }

    /// @throws NoTurnException when in all lines too many wait, it would take longer than that, or did
    /// @throws InterruptedException when interrupted, or the caller has left
    Turn await() throws NoTurnException, InterruptedException {
        NoTurnException refused = lineUp();
        if (refused != null && places.isEmpty()) {
            throw refused;
        }
        caller.onGone(this::leave);
        if (!claim.taken()) {
            places.sequencedKeySet().getFirst().tell();
        }
        try {
            claim.await(patience.toNanos());
        } catch (InterruptedException e) {
            giveBack();
            throw e;
        }
        return outcome();
    }

    /// @return why the last of the lines did not take it that did not
    private @Nullable NoTurnException lineUp() {
        NoTurnException refused = null;
        var heard = lanes.size() == 1 ? caller : new Nearest(caller);
        for (Lane lane : lanes) {
            if (claim.taken()) {
                return null;
            }
            var place = new Waiting(asks, heard, claim);
            try {
                lane.join(place, patience);
                places.put(place, lane);
            } catch (NoTurnException e) {
                refused = refused == null || e.retryAfter().compareTo(refused.retryAfter()) < 0 ? e : refused;
                claim.dropped();
            }
        }
        return refused;
    }

    private Turn outcome() throws NoTurnException, InterruptedException {
        Claim.Taker taker = claim.take(Claim.Taker.THREAD);
        boolean shed = places.entrySet().stream().noneMatch(each -> each.getValue().has(each.getKey()));
        leaveAll();
        return switch (taker) {
            case LANE -> claim.turn();
            case CALLER -> throw new InterruptedException("the caller has left");
            case THREAD, NOBODY -> throw places.lastEntry().getValue().late(asks, patience, shed);
        };
    }

    private void leave() {
        if (claim.take(Claim.Taker.CALLER) == Claim.Taker.CALLER) {
            leaveAll();
            claim.end();
        }
    }

    private void giveBack() {
        Claim.Taker taker = claim.take(Claim.Taker.THREAD);
        leaveAll();
        if (taker == Claim.Taker.LANE) {
            claim.turn().ignored();
        }
    }

    private void leaveAll() {
        for (Map.Entry<Waiting, Lane> each : places.entrySet()) {
            each.getValue().leave(each.getKey());
        }
    }

    /// Tells a caller of the line in which its turn comes first.
    private static final class Nearest implements Presence {
        private final Presence caller;
        private @Nullable QueuePlace told;

        Nearest(Presence caller) {
            this.caller = caller;
        }

        @Override
        public boolean gone() {
            return caller.gone();
        }

        @Override
        public void onGone(Runnable action) {
            caller.onGone(action);
        }

        @Override
        public void waits(QueuePlace place) {
            synchronized (this) {
                if (told != null && told.position() <= place.position()) {
                    return;
                }
                told = place;
            }
            caller.waits(place);
        }
    }
}
