package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.grid.PurgeOrder;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.engine.grid.SharedPurges;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Lets an operator forget answers of the cache. Thread-safe.
final class CacheDesk {
    private static final PurgeWords WORDS = new PurgeWords(List.of("tenant", "model", "rules"),
            "'tenant', 'model', 'rules' (a hash, or its beginning)");

    private final @Nullable ResponseCache cache;
    private final @Nullable SharedPurges others;

    /// @param cache null when it is switched off
    /// @param others the other nodes, who forget the same; null for none
    CacheDesk(@Nullable ResponseCache cache, @Nullable SharedPurges others) {
        this.cache = cache;
        this.others = others;
        if (cache != null && others != null) {
            others.heed(order -> cache.purge(order, false));
        }
    }

    Map<String, Change> changes() {
        return Map.of("/admin/cache/purge", this::purge);
    }

    private Change.Result purge(Map<String, String> said) {
        boolean dry = WORDS.dryRun(said);
        PurgeOrder order = order(said);
        int found = cache == null ? 0 : cache.purge(order, dry);
        if (dry || others == null) {
            return new Change.Result.Done(Map.of(dry ? "would_forget" : "forgot", found));
        }
        return new Change.Result.Done(Map.of("forgot", found, "other_nodes", others.tell(order) ? "told" : "not told"));
    }

    private static PurgeOrder order(Map<String, String> said) {
        return new PurgeOrder(said.get("tenant"), said.get("model"), said.getOrDefault("rules", ""));
    }
}
