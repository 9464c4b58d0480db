package dev.formulary.engine.grid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.WhenApart;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SharedPurgesTest {
    private static CacheKey put(ResponseCache cache, String tenant) {
        CacheKey key = CacheKey.builder().add(tenant).build();
        cache.put(key, new CachedReply(new CachedReply.Origin(tenant, "a/m", "abc1"), 0, List.of(new byte[]{1})), 60);
        return key;
    }

    @Test
    void whatOneNodeIsToldToForgetAllForget() throws Exception {
        try (ExecutorService executor = Executors.newSingleThreadExecutor();
                var nodes = new ClusterNodes(2, WhenApart.SHARE);
                var one = new ResponseCache(1 << 20, executor);
                var other = new ResponseCache(1 << 20, executor)) {
            assertThat(one.awaitStart() && other.awaitStart()).isTrue();
            SharedPurges orders = nodes.node(0).purges();
            orders.heed(order -> one.purge(order, false));
            nodes.node(1).purges().heed(order -> other.purge(order, false));
            CacheKey home = put(other, "home");
            CacheKey work = put(other, "work");

            assertThat(orders.tell(new PurgeOrder("home", null, "abc"))).isTrue();

            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> other.get(home) == null);
            assertThat(other.get(work)).isNotNull();
        }
    }

    @Test
    void allOfWhatIsSaidMustFit() {
        var origin = new CachedReply.Origin("home", "a/m", "abc1");

        assertThat(List.of(new PurgeOrder("home", "a/m", "abc"), new PurgeOrder(null, null, "")))
                .allMatch(order -> order.test(origin))
                .allMatch(order -> PurgeOrder.decode(order.encode()).equals(order));
        assertThat(List.of(new PurgeOrder("", null, ""), new PurgeOrder("home", "b/m", ""),
                new PurgeOrder(null, null, "b"))).noneMatch(order -> order.test(origin));
    }
}
