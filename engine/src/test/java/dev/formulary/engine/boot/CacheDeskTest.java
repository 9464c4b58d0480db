package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.grid.CacheKey;
import dev.formulary.engine.grid.CachedReply;
import dev.formulary.engine.grid.ResponseCache;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// Operators have answers forgotten.
class CacheDeskTest {

    private static Object purge(CacheDesk desk, Map<String, String> said) {
        Change.Result result = Objects.requireNonNull(desk.changes().get("/admin/cache/purge")).apply(said);
        return ((Change.Result.Done) result).document();
    }

    private static void put(ResponseCache cache, String tenant, String model, String rules) {
        cache.put(CacheKey.builder().add(tenant).add(model).add(rules).build(),
                new CachedReply(new CachedReply.Origin(tenant, model, rules), 0, List.of(new byte[]{1})), 60);
    }

    @Test
    void byTenantModelAndRulesTogetherAndFirstForShow() throws Exception {
        try (var executor = Executors.newSingleThreadExecutor();
                var cache = new ResponseCache(1 << 20, executor)) {
            assertThat(cache.awaitStart()).isTrue();
            var desk = new CacheDesk(cache, null);
            put(cache, "home", "a/m", "abc1");
            put(cache, "home", "b/m", "abc1");
            put(cache, "work", "a/m", "def2");
            assertThat(purge(desk, Map.of("model", "a/m", "dry_run", "true"))).isEqualTo(Map.of("would_forget", 2));
            assertThat(purge(desk, Map.of("model", "a/m", "tenant", "home"))).isEqualTo(Map.of("forgot", 1));
            assertThat(purge(desk, Map.of("rules", "abc"))).isEqualTo(Map.of("forgot", 1));
            assertThat(purge(desk, Map.of())).isEqualTo(Map.of("forgot", 1));
        }
    }

    @Test
    void aWordThatIsNotKnownForgetsNothing() {
        var desk = new CacheDesk(null, null);
        assertThatThrownBy(() -> purge(desk, Map.of("tenants", "home"))).hasMessageContaining("'tenants' is not known");
        assertThatThrownBy(() -> purge(desk, Map.of("dry_run", "maybe"))).hasMessage("'dry_run' must be true or false");
        assertThat(purge(desk, Map.of())).as("it is off").isEqualTo(Map.of("forgot", 0));
    }
}
