package dev.formulary.engine.route;

import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.grid.CacheKey;
import dev.formulary.engine.grid.CachedReply;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.spi.WireBody;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Answers equal calls again, where policy allows it. Thread-safe.
final class Replay {
    private final @Nullable ResponseCache cache;

    /// @param cache null when it is switched off
    Replay(@Nullable ResponseCache cache) {
        this.cache = cache;
    }

    /// The key of a call, or null when it is not to be cached. It covers the tenant, the rule set, the model that policy
    /// prefers, the parameters that policy sets, the declared context, the dialect and the whole body.
    @Nullable
    CacheKey key(Received received, Decision.Allow allow) {
        WireBody body = received.inquiry().request().source();
        if (cache == null || allow.plan().cacheSeconds() <= 0 || body == null) {
            return null;
        }
        var call = received.call();
        return CacheKey.builder().add(call.tenant()).add(allow.ruleSet()).add(call.model())
                .add(allow.plan().attempts().getFirst().id()).add(parameters(allow.plan()))
                .add(received.context().toString()).add(call.dialect().name()).add(call.stream() ? "stream" : "whole")
                .add(body.bytes()).build();
    }

    private static String parameters(Plan plan) {
        return plan.parameters().isEmpty() ? "" : new TreeMap<>(plan.parameters()).toString();
    }

    @Nullable
    CachedReply find(CacheKey key) {
        return cache == null ? null : cache.get(key);
    }

    void keep(CacheKey key, String model, List<byte[]> frames, int seconds) {
        if (cache != null) {
            cache.put(key, new CachedReply(model, frames), seconds);
        }
    }

    /// Gives a kept answer: a stream as the stream that it was.
    Answer answer(Received received, Decision.Allow allow, CachedReply kept, Recording recording) {
        Map<String, String> headers = recording.cached(Answers.headers(allow), kept.model());
        return received.call().stream()
                ? new Answer.Streamed(200, received.dialect().streamType(), headers, new Kept(kept.frames()))
                : new Answer.Whole(200, Answers.JSON, headers, kept.frames().getFirst());
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
