package dev.formulary.engine.route;

import dev.formulary.engine.grid.CacheKey;
import dev.formulary.engine.grid.CachedReply;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Equal calls under way, so that one of them asks and the others share its answer. Thread-safe; holds as many entries as
/// there are different calls under way.
final class Flights {
    private final Map<CacheKey, CompletableFuture<@Nullable CachedReply>> underWay = new ConcurrentHashMap<>();

    /// Joins those that ask the same.
    ///
    /// @return what the one that asks brings, or nothing; null when nobody asks yet, so that this call does, and must
    ///         [#land]
    @Nullable
    CompletableFuture<@Nullable CachedReply> join(CacheKey key) {
        return underWay.putIfAbsent(key, new CompletableFuture<>());
    }

    /// The call that asked has ended. Later ones do nothing.
    ///
    /// @param reply what it brought, or null
    void land(CacheKey key, @Nullable CachedReply reply) {
        CompletableFuture<@Nullable CachedReply> flight = underWay.remove(key);
        if (flight != null) {
            flight.complete(reply);
        }
    }
}
