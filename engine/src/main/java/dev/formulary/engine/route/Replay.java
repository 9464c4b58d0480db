package dev.formulary.engine.route;

import dev.formulary.engine.dispatch.Opened;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.grid.CacheKey;
import dev.formulary.engine.grid.CachedReply;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.spi.WireBody;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Answers equal calls again, where policy allows it: with what was kept, with what another call is being answered, or, where
/// no model answers, with what was kept before. Thread-safe.
final class Replay {
    private final @Nullable ResponseCache cache;
    private final Duration stale;
    private final Clock clock;
    private final Flights flights = new Flights();

    /// @param cache null when it is switched off
    /// @param stale for how long after its time an answer may stand in where no model answers
    Replay(@Nullable ResponseCache cache, Duration stale, Clock clock) {
        this.cache = cache;
        this.stale = stale;
        this.clock = clock;
    }

    /// Under what an answer is kept.
    ///
    /// @param exact covers all that could change it: the tenant, the rule set, the model that policy prefers, the parameters
    ///     that policy sets, the declared context, the dialect and the whole body
    /// @param anyModel the same without that model and the parameters
    record Keys(CacheKey exact, CacheKey anyModel) {}

    /// What there is for a call.
    ///
    /// @param word as in `X-Formulary-Cache`
    /// @param reply an answer, or null when a model must be asked
    /// @param asks whether equal calls wait for this one, which must [#end]
    record Found(String word, @Nullable CachedReply reply, boolean asks) {
        static final Found BYPASS = new Found("bypass", null, false);
        static final Found MISS = new Found("miss", null, false);
    }

    /// Looks for an answer, kept or under way. Waits for one that is under way, on the call's own thread.
    ///
    /// @param keys null for a call that is not to be cached
    Found find(@Nullable Keys keys, Received received) throws InterruptedException {
        if (keys == null || cache == null) {
            return Found.BYPASS;
        }
        CachedReply kept = cache.get(keys.exact());
        if (kept != null && kept.freshUntil() > clock.millis()) {
            return new Found("hit", kept, false);
        }
        CompletableFuture<@Nullable CachedReply> flight = flights.join(keys.exact());
        if (flight == null) {
            return new Found("miss", null, true);
        }
        CachedReply shared = share(flight, received);
        return shared == null ? Found.MISS : new Found("coalesced", shared, false);
    }

    private static @Nullable CachedReply share(CompletableFuture<@Nullable CachedReply> flight, Received received)
            throws InterruptedException {
        CompletableFuture<@Nullable CachedReply> mine = flight.copy();
        received.arrival().presence().onGone(() -> mine.complete(null));
        try {
            long spent = (System.nanoTime() - received.nanos()) / 1_000_000;
            return mine.get(Math.max(0, received.call().deadlineMs() - spent), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return null;
        }
    }

    /// An answer whose time may be over, for when no model answers: to an equal call, whichever model policy preferred then,
    /// if policy still lets the model answer that gave it.
    ///
    /// @param keys null for a call that is not to be cached
    @Nullable
    CachedReply standIn(@Nullable Keys keys, Decision.Allow allow) {
        CachedReply kept = cache == null || keys == null ? null : cache.follow(keys.anyModel());
        return kept != null && mayAnswer(allow, kept.model()) ? kept : null;
    }

    private static boolean mayAnswer(Decision.Allow allow, String model) {
        return allow.plan().all().stream().anyMatch(each -> each.id().equals(model))
                || allow.ranking().stream().anyMatch(each -> each.eligible() && each.candidate().equals(model));
    }

    /// The call has ended, with an answer that was kept or without.
    void end(@Nullable Keys keys) {
        if (keys != null) {
            flights.land(keys.exact(), null);
        }
    }

    /// The keys of a call, or null when it is not to be cached.
    @Nullable
    Keys keys(Received received, Decision.Allow allow) {
        WireBody body = received.inquiry().request().source();
        // what was said within a conversation answers nobody else
        if (cache == null || allow.plan().cacheSeconds() <= 0 || body == null || received.recalled() != null) {
            return null;
        }
        var call = received.call();
        CacheKey anyModel = CacheKey.builder().add(call.tenant()).add(allow.ruleSet()).add(call.model())
                .add(received.context().toString()).add(call.dialect().name()).add(call.stream() ? "stream" : "whole")
                .add(call.substitute() ? "any model" : "")
                .add(body.bytes()).build();
        return new Keys(CacheKey.builder().add(anyModel.hash()).add(allow.plan().attempts().getFirst().id())
                .add(parameters(allow.plan())).build(), anyModel);
    }

    private static String parameters(Plan plan) {
        return plan.parameters().isEmpty() ? "" : new TreeMap<>(plan.parameters()).toString();
    }

    void keep(Keys keys, Received received, Decision.Allow allow, Opened opened, List<byte[]> frames) {
        if (cache == null) {
            return;
        }
        long seconds = allow.plan().cacheSeconds();
        var origin = new CachedReply.Origin(received.call().tenant(), opened.candidate().id(), allow.ruleSet(),
                opened.usage());
        var reply = new CachedReply(origin, clock.millis() + seconds * 1_000, frames);
        int life = (int) Math.min(Integer.MAX_VALUE, seconds + stale.toSeconds());
        cache.put(keys.exact(), reply, life);
        if (!stale.isZero()) {
            cache.link(keys.anyModel(), keys.exact(), origin, life);
        }
        flights.land(keys.exact(), reply);
    }

    /// Gives a kept answer: a stream as the stream that it was.
    Answer answer(Received received, CachedReply kept, Map<String, String> headers) {
        return received.call().stream()
                ? new Answer.Streamed(200, received.dialect().streamType(), headers, new Kept(kept.frames()))
                : new Answer.Whole(200, Answers.JSON, headers, kept.frames().getFirst());
    }

    /// Frames that are all there, to be given one after the other.
    static Answer.Frames frames(List<byte[]> all) {
        return new Kept(all);
    }

    /// Frames that are all there.
    private static final class Kept implements Answer.Frames {
        private final Iterator<byte[]> frames;

        Kept(List<byte[]> frames) {
            this.frames = frames.iterator();
        }

        @Override
        public byte @Nullable [] next() {
            return frames.hasNext() ? frames.next() : null;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
