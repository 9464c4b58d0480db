package dev.formulary.engine.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.LogLines;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResponseCacheTest {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    private ResponseCache started(long maxSize) throws InterruptedException {
        var cache = new ResponseCache(maxSize, executor);
        assertThat(cache.awaitStart()).isTrue();
        return cache;
    }

    private static CacheKey key(int number) {
        return CacheKey.builder().add(Integer.toString(number)).build();
    }

    private static CachedReply reply(String... frames) {
        return new CachedReply(new CachedReply.Origin("home", "sim/fast", "r1"), 0,
                List.of(frames).stream().map(each -> each.getBytes(StandardCharsets.UTF_8)).toList());
    }

    private static long number(ResponseCache cache, String figure) {
        return ((Number) Objects.requireNonNull(cache.statistics().get(figure))).longValue();
    }

    @Test
    void givesBackWhatWasPutFrameForFrame() throws Exception {
        try (ResponseCache cache = started(1 << 20)) {
            assertThat(cache.get(key(1))).isNull();
            cache.put(key(1), reply("data: a\n\n", "", "data: ü\n\n"), 60);
            CachedReply kept = Objects.requireNonNull(cache.get(key(1)));
            assertThat(kept.model()).isEqualTo("sim/fast");
            assertThat(kept.frames()).usingElementComparator(java.util.Arrays::compare)
                    .containsExactlyElementsOf(reply("data: a\n\n", "", "data: ü\n\n").frames());
            assertThat(cache.get(key(2))).isNull();
            assertThat(cache.statistics()).containsEntry("state", "running").containsEntry("hits", 1L)
                    .containsEntry("misses", 2L);
        }
    }

    @Test
    void forgetsWhatItIsToldToAndCountsItBeforeWhenAsked() throws Exception {
        try (ResponseCache cache = started(1 << 20)) {
            var other = new CachedReply(new CachedReply.Origin("work", "sim/slow", "r2"), 7, reply("b").frames());
            cache.put(key(1), reply("a"), 60);
            cache.put(key(2), other, 60);
            assertThat(cache.purge(origin -> origin.tenant().equals("work"), true)).isEqualTo(1);
            CachedReply kept = Objects.requireNonNull(cache.get(key(2)));
            assertThat(kept.origin()).isEqualTo(other.origin());
            assertThat(kept.freshUntil()).isEqualTo(7);
            assertThat(cache.purge(origin -> origin.tenant().equals("work"), false)).isEqualTo(1);
            assertThat(cache.get(key(2))).isNull();
            assertThat(cache.get(key(1))).isNotNull();
        }
    }

    @Test
    void aLinkLeadsToAnAnswerAndIsNone() throws Exception {
        try (ResponseCache cache = started(1 << 20)) {
            CachedReply reply = reply("a");
            cache.put(key(1), reply, 60);
            cache.link(key(2), key(1), reply.origin(), 60);
            assertThat(cache.get(key(2))).isNull();
            assertThat(cache.follow(key(1))).isNull();
            assertThat(Objects.requireNonNull(cache.follow(key(2))).origin()).isEqualTo(reply.origin());
            assertThat(cache.purge(_ -> true, true)).as("answers only").isEqualTo(1);
            assertThat(cache.purge(_ -> true, false)).isEqualTo(1);
            assertThat(cache.follow(key(2))).isNull();
            cache.put(key(1), reply, 60);
            assertThat(cache.follow(key(2))).as("the link went with it").isNull();
        }
    }

    @Test
    void forgetsAfterTheTimeGiven() throws Exception {
        try (ResponseCache cache = started(1 << 20)) {
            cache.put(key(1), reply("a"), 1);
            cache.put(key(2), reply("b"), 600);
            await().until(() -> cache.get(key(1)) == null);
            assertThat(cache.get(key(2))).isNotNull();
        }
    }

    @Test
    void keepsNothingForNoTime() throws Exception {
        try (ResponseCache cache = started(1 << 20)) {
            cache.put(key(1), reply("a"), 0);
            cache.put(key(2), reply("a"), -1);
            assertThat(cache.get(key(1))).isNull();
            assertThat(cache.get(key(2))).isNull();
        }
    }

    @Test
    void neverTakesMoreBytesThanAllowed() throws Exception {
        long most = 100_000;
        try (ResponseCache cache = started(most)) {
            String frame = "x".repeat(2_000);
            for (int i = 0; i < 500; i++) {
                cache.put(key(i), reply(frame), 600);
                assertThat(number(cache, "bytes")).isBetween(1L, most);
            }
            assertThat(number(cache, "evictions")).isPositive();
            assertThat(number(cache, "entries")).isBetween(1L, 50L);
        }
    }

    @Test
    void untilItHasStartedItHoldsNothing() throws Exception {
        var gate = new CountDownLatch(1);
        var blocked = executor.submit(() -> gate.await(1, java.util.concurrent.TimeUnit.MINUTES));
        try (var cache = new ResponseCache(1 << 20, executor)) {
            cache.put(key(1), reply("a"), 60);
            assertThat(cache.get(key(1))).isNull();
            assertThat(cache.statistics()).isEqualTo(Map.of("state", "starting"));
            cache.purge(_ -> true, false);
            gate.countDown();
            assertThat(cache.awaitStart()).isTrue();
            assertThat(blocked).isDone();
        }
    }

    @Test
    void closingWhileItStartsLeavesNothingBehind() throws Exception {
        var cache = new ResponseCache(1 << 20, executor);
        cache.close();
        cache.put(key(1), reply("a"), 60);
        assertThat(cache.get(key(1))).isNull();
        cache.close();
    }

    @Test
    void aBrokenStartIsToldOnceAndHarmsNoCall() throws Exception {
        try (var log = new LogLines(ResponseCache.class); var cache = new ResponseCache(-1, executor)) {
            assertThat(cache.awaitStart()).isFalse();
            cache.put(key(1), reply("a"), 60);
            assertThat(cache.get(key(1))).isNull();
            cache.purge(_ -> true, false);
            assertThat(cache.statistics()).isEqualTo(Map.of("state", "broken"));
            assertThat(log.lines()).containsExactly("ERROR response cache not started, calls go on without it");
        }
    }

    @Test
    void whatIsNoReplyIsNotRead() {
        assertThatThrownBy(() -> CachedReply.decode(new byte[]{0})).isInstanceOf(UncheckedIOException.class);
    }
}
