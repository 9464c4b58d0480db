package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.grid.CachedReply;
import dev.formulary.engine.grid.ResponseCache;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Lets an operator forget answers of the cache. Thread-safe.
final class CacheDesk {
    private static final List<String> WORDS = List.of("tenant", "model", "rules");
    private static final String DRY_RUN = "dry_run";

    private final @Nullable ResponseCache cache;

    /// @param cache null when it is switched off
    CacheDesk(@Nullable ResponseCache cache) {
        this.cache = cache;
    }

    Map<String, Change> changes() {
        return Map.of("/admin/cache/purge", this::purge);
    }

    private Change.Result purge(Map<String, String> said) {
        var unknown = new TreeSet<>(said.keySet());
        unknown.removeAll(WORDS);
        unknown.remove(DRY_RUN);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("'" + unknown.first()
                    + "' is not known; there are 'tenant', 'model', 'rules' (a hash, or its beginning) and 'dry_run'");
        }
        boolean dry = switch (said.getOrDefault(DRY_RUN, "false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'dry_run' must be true or false");
        };
        int found = cache == null ? 0 : cache.purge(which(said), dry);
        return new Change.Result.Done(Map.of(dry ? "would_forget" : "forgot", found));
    }

    /// All of what is said must fit; where nothing is said, everything does.
    private static Predicate<CachedReply.Origin> which(Map<String, String> said) {
        return origin -> said.getOrDefault("tenant", origin.tenant()).equals(origin.tenant())
                && said.getOrDefault("model", origin.model()).equals(origin.model())
                && origin.ruleSet().startsWith(said.getOrDefault("rules", ""));
    }
}
