package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.TestContext;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest extends OpenAiCase {
    private static final List<String> KEYS = List.of("sk-first-aaaa", "sk-second-bbbb", "sk-third-cccc");

    private final List<String> log = new ArrayList<>();
    private long now = 5;

    private Provider withKeys(String... keys) throws ProviderException {
        var settings = new HashMap<String, Object>(Map.of("base-url", vendor.baseUrl(), "api-keys", List.of(keys)));
        return new OpenAiProvider(OpenAiSettings.of("cloud", settings),
                new TestContext("cloud", settings, HTTP, log::add), () -> now);
    }

    private Provider withThreeKeys() throws ProviderException {
        return withKeys(KEYS.toArray(String[]::new));
    }

    private List<String> used() {
        return vendor.requests(CHAT).stream().map(VendorServer.Request::headers)
                .map(headers -> headers.getOrDefault("authorization", "none").replace("Bearer ", "")).toList();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403, 429})
    void triesTheNextKeyInTheSameCall(int status) throws Exception {
        Provider provider = withThreeKeys();
        vendor.next(CHAT, VendorReply.json(status, "{\"error\":{\"message\":\"" + KEYS.getFirst() + " is no good\"}}"));
        assertThat(text(all(provider.chat(ask(true), attempt())))).isEqualTo("Hello from the vendor.");
        assertThat(used()).containsExactly(KEYS.get(0), KEYS.get(1));
        all(provider.chat(ask(false), attempt()));
        assertThat(used()).as("stays with the key that works").endsWith(KEYS.get(1));
    }

    @Test
    void letsAKeyRestAsLongAsTheVendorSays() throws Exception {
        Provider provider = withKeys(KEYS.get(0), KEYS.get(1));
        vendor.next(CHAT, VendorReply.throttled("30"));
        all(provider.chat(ask(false), attempt()));
        pass(Duration.ofSeconds(29));
        vendor.next(CHAT, VendorReply.throttled("100"));
        ProviderException failure = failure(() -> provider.chat(ask(false), attempt()));
        assertThat(failure.category()).isEqualTo(FailureCategory.THROTTLED);
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(1));
        assertThat(used()).as("the first still rests").hasSize(3);
        pass(Duration.ofSeconds(1));
        all(provider.chat(ask(false), attempt()));
        assertThat(used()).endsWith(KEYS.getFirst());
    }

    @Test
    void asksNobodyWhileAllKeysRest() throws Exception {
        Provider provider = withThreeKeys();
        vendor.next(CHAT, VendorReply.json(401, "{}"), VendorReply.throttled("20"), VendorReply.json(402, "{}"));
        ProviderException failure = failure(() -> provider.chat(ask(false), attempt()));
        assertThat(failure.category()).as("what passes first").isEqualTo(FailureCategory.THROTTLED);
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(20));
        assertThat(failure).hasMessageContaining("none of the 3 keys can be used now");
        pass(Duration.ofSeconds(5));
        ProviderException again = failure(() -> provider.chat(ask(false), attempt()));
        assertThat(again.retryAfter()).contains(Duration.ofSeconds(15));
        assertThat(used()).hasSize(3);
    }

    @Test
    void restIsBoundedWhateverTheVendorSays() throws Exception {
        Provider provider = withKeys(KEYS.get(0), KEYS.get(1));
        vendor.next(CHAT, VendorReply.throttled("864000"), VendorReply.throttled("0"));
        ProviderException failure = failure(() -> provider.chat(ask(false), attempt()));
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        all(provider.chat(ask(false), attempt()));
        pass(Duration.ofHours(1));
        vendor.next(CHAT, VendorReply.json(401, "{}"));
        all(provider.chat(ask(false), attempt()));
        assertThat(used()).endsWith(KEYS.getFirst());
    }

    @Test
    void doesNotBlameTheKeyForWhatAnyKeyWouldGet() throws Exception {
        Provider provider = withThreeKeys();
        vendor.next(CHAT, VendorReply.json(400, "{}"), VendorReply.serverError(),
                VendorReply.json(403, "{\"error\":{\"code\":403,\"message\":\"input requires moderation\"}}"));
        for (FailureCategory category : List.of(FailureCategory.INVALID_REQUEST, FailureCategory.SERVER,
                FailureCategory.REFUSED)) {
            assertThat(failure(() -> provider.chat(ask(false), attempt())).category()).isEqualTo(category);
        }
        assertThat(used()).containsOnly(KEYS.getFirst());
        assertThat(log).isEmpty();
    }

    @Test
    void theOnlyKeyNeverRests() throws Exception {
        Provider provider = withKeys(KEYS.getFirst());
        vendor.next(CHAT, VendorReply.throttled("60"));
        ProviderException failure = failure(() -> provider.chat(ask(false), attempt()));
        assertThat(failure.retryAfter()).contains(Duration.ofMinutes(1));
        all(provider.chat(ask(false), attempt()));
        assertThat(used()).hasSize(2);
    }

    @Test
    void namesAKeyByItsPlaceAndNeverShowsIt() throws Exception {
        Provider provider = withThreeKeys();
        vendor.next(CHAT, VendorReply.json(429, "Retry-After: 9\r\n",
                "{\"error\":{\"message\":\"" + KEYS.getFirst() + "\"}}"), VendorReply.json(401, "{}"),
                VendorReply.json(401, "{\"error\":\"bad " + KEYS.getLast() + "\"}"));
        ProviderException failure = failure(() -> provider.chat(ask(false), attempt()));
        assertThat(log).containsExactly("a key rests: key=1/3 status=429 seconds=9",
                "a key rests: key=2/3 status=401 seconds=600", "a key rests: key=3/3 status=401 seconds=600");
        for (String key : KEYS) {
            assertThat(failure.getMessage()).doesNotContain(key);
        }
        assertThat(new KeyRing(KEYS, () -> now).next(Set.of())).hasToString("key 1");
    }

    @Test
    void aRingGivesNoKeyTwiceAndNoneThatRests() {
        var random = new Random(11);
        for (int round = 0; round < 2_000; round++) {
            int size = 2 + random.nextInt(4);
            var ring = new KeyRing(KEYS.subList(0, Math.min(size, 3)), () -> now);
            var readyAt = new HashMap<Integer, Long>();
            for (int step = 0; step < 12; step++) {
                KeyRing.Key key = ring.next(Set.of());
                boolean anyReady = readyAt.size() < ring.size()
                        || readyAt.values().stream().anyMatch(at -> at <= now);
                assertThat(key != null).isEqualTo(anyReady);
                if (key != null) {
                    assertThat(readyAt.getOrDefault(key.position(), now)).isLessThanOrEqualTo(now);
                    Duration rest = ring.rest(key, new ProviderException(FailureCategory.THROTTLED, "later", 429,
                            Duration.ofSeconds(1 + random.nextInt(30)), null));
                    readyAt.put(key.position(), now + rest.toNanos());
                } else {
                    long first = readyAt.values().stream().mapToLong(at -> at - now).min().orElseThrow();
                    assertThat(ring.exhausted().retryAfter()).contains(Duration.ofNanos(first));
                }
                pass(Duration.ofSeconds(random.nextInt(12)));
            }
        }
    }
}
