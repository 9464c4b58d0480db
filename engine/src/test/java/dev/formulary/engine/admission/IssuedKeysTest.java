package dev.formulary.engine.admission;

import static dev.formulary.engine.Samples.NOON;
import static dev.formulary.engine.Samples.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.config.Settings.LimitEntry;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.RateLimit;
import dev.formulary.engine.keys.KeyGrant;
import dev.formulary.engine.keys.KeyLimit;
import dev.formulary.engine.keys.KeyOrder;
import dev.formulary.engine.keys.KeyStore;
import dev.formulary.engine.keys.KeyTable;
import dev.formulary.engine.keys.Role;
import dev.formulary.engine.keys.Throttle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys that come and go while the gateway runs.
class IssuedKeysTest {
    private static final String ADDRESS = "10.0.0.1";

    private final MutableClock clock = new MutableClock(NOON);
    private final Throttle throttle = new Throttle(clock::millis, (_, _) -> {});
    private final Keyring keyring = new Keyring(List.of(key("tablet", "sk-chosen", "home")), throttle, clock);
    @TempDir
    private Path folder;
    @SuppressWarnings("NullAway.Init")
    private KeyStore store;

    @BeforeEach
    void open() throws IOException {
        store = new KeyStore(folder.resolve("keys.jsonl"), clock, List.of("tablet"));
        store.follow(keyring::follow);
    }

    private KeyStore.Issued create(String name, KeyLimit... limits) throws Exception {
        return store.create(new KeyOrder(name, null,
                new KeyGrant("work", "", Set.of("quick"), List.of("a/*"), List.of(limits), Map.of(), Map.of()),
                NOON.plusSeconds(3_600), ""));
    }

    private boolean good(String secret) {
        return keyring.enter(secret, ADDRESS) instanceof KeyTable.Welcome<Keyring.Caller>;
    }

    @Test
    void aKeyIsGoodFromWhenItWasMadeUntilItIsRevokedOrExpires() throws Exception {
        KeyStore.Issued phone = create("phone");
        KeyStore.Issued laptop = create("laptop");
        assertThat(keyring.caller("Bearer " + phone.secret().value())).hasValueSatisfying(caller -> {
            assertThat(caller.key()).isEqualTo("phone");
            assertThat(caller.tenant()).isEqualTo("work");
            assertThat(caller.grant().models()).containsExactly("a/*");
        });
        store.revoke("phone");
        assertThat(good(phone.secret().value())).isFalse();
        assertThat(good(laptop.secret().value())).isTrue();
        clock.advance(Duration.ofHours(1));
        assertThat(good(laptop.secret().value())).isFalse();
        assertThat(good("sk-chosen")).isTrue();
    }

    @Test
    void aRotatedKeyIsGoodForAsLongAsItIsKept() throws Exception {
        String first = create("phone").secret().value();
        String second = store.rotate("phone", Duration.ofMinutes(10)).secret().value();
        assertThat(good(first) && good(second)).isTrue();
        clock.advance(Duration.ofMinutes(10));
        assertThat(good(first)).isFalse();
        assertThat(good(second)).isTrue();
        String third = store.rotate("phone", Duration.ZERO).secret().value();
        assertThat(good(second)).isFalse();
        assertThat(good(third)).isTrue();
        String fourth = store.rotate("phone", Duration.ofMinutes(10)).secret().value();
        store.revoke("phone");
        assertThat(good(third) || good(fourth)).as("with the key goes the one that was kept").isFalse();
    }

    @Test
    void onceAKeyWasIssuedTheDoorStaysShut() throws Exception {
        var open = new Keyring(List.of(), throttle, clock);
        store.follow(open::follow);
        assertThat(open.required()).isFalse();
        store.create(new KeyOrder("ops", Role.ADMIN, KeyGrant.of("default"), null, ""));
        assertThat(open.required()).as("an admin key is none of a client").isFalse();
        create("phone");
        assertThat(open.required()).isTrue();
        store.revoke("phone");
        assertThat(open.required()).isTrue();
        assertThat(open.caller(null)).isEmpty();
    }

    @Test
    void anAdminKeyIsNoKeyOfAClient() throws Exception {
        String admin = store.create(new KeyOrder("ops", Role.ADMIN, KeyGrant.of("default"), null, "")).secret().value();
        assertThat(good(admin)).isFalse();
    }

    @Test
    void anIssuedKeyPassesWhereAChosenOneHasToWait() throws Exception {
        String issued = create("phone").secret().value();
        for (int i = 0; i < 9; i++) {
            assertThat(keyring.enter("wrong", ADDRESS)).isInstanceOf(KeyTable.Stranger.class);
        }
        assertThat(keyring.enter("wrong", ADDRESS)).isEqualTo(new KeyTable.Wait<>(Duration.ofSeconds(30)));
        assertThat(keyring.enter("sk-chosen", ADDRESS)).isEqualTo(new KeyTable.Wait<>(Duration.ofSeconds(30)));
        assertThat(keyring.enter("sk-chosen", "10.0.0.2")).isInstanceOf(KeyTable.Welcome.class);
        assertThat(keyring.enter(null, ADDRESS)).as("nothing is no try").isInstanceOf(KeyTable.Stranger.class);
        assertThat(good(issued)).isTrue();
        clock.advance(Duration.ofSeconds(30));
        assertThat(good("sk-chosen")).isTrue();
    }

    /// Callers see the key before or after a change, and never one that is neither.
    @Test
    void revocationHoldsWhenItReturnsWhoeverCallsMeanwhile() throws Exception {
        var stop = new AtomicBoolean();
        String steady = create("steady").secret().value();
        try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> all = java.util.stream.IntStream.range(0, 4).mapToObj(_ -> callers.submit(() -> {
                boolean always = true;
                while (!stop.get()) {
                    always &= good(steady);
                }
                return always;
            })).toList();
            for (int i = 0; i < 30; i++) {
                String secret = create("k" + i).secret().value();
                assertThat(good(secret)).isTrue();
                store.revoke("k" + i);
                assertThat(good(secret)).isFalse();
            }
            stop.set(true);
            for (Future<Boolean> each : all) {
                assertThat(each.get()).isTrue();
            }
        }
    }

    private Limits limits(LimitEntry... entries) throws IOException {
        var limits = new Limits(Samples.settings(Map.of(), List.of(key("tablet", "sk-chosen", "home")),
                List.of(entries)), folder.resolve("limits.bin"), clock, () -> clock.millis() * 1_000_000);
        store.follow(limits::follow);
        return limits;
    }

    private static Call call(String key, String tenant) {
        return new Call("01CALL", Dialect.OPENAI_CHAT, "http", tenant, key, "auto", false, Priority.NORMAL, null, false,
                NOON, 60_000);
    }

    @Test
    void aKeysOwnLimitsHoldAtOnceAndOverARestart() throws Exception {
        Limits limits = limits();
        create("phone", new KeyLimit(2, "requests", "hour"), new KeyLimit(1_000, "tokens", "day"));
        limits.admit(call("phone", "work"), 10, 10);
        assertThat(limits.snapshot()).extracting(RateLimit::id, RateLimit::scope, RateLimit::left)
                .contains(org.assertj.core.groups.Tuple.tuple("own", "key:phone", 1L));
        create("other", new KeyLimit(1, "requests", "hour"));
        limits.save();

        Limits again = limits();
        again.admit(call("phone", "work"), 10, 10);
        assertThatThrownBy(() -> again.admit(call("phone", "work"), 10, 10)).isInstanceOf(LimitReachedException.class)
                .hasMessageContaining("2 requests per hour for key:phone is reached");
        again.admit(call("other", "work"), 10, 10);
        again.admit(call("tablet", "home"), 10, 10);
    }

    @Test
    void limitsOfEachKeyAndTenantAreForIssuedOnesToo() throws Exception {
        Limits limits = limits(new LimitEntry("each", "key:*", 2, 0, "hour", 0),
                new LimitEntry("tenants", "tenant:*", 3, 0, "hour", 0));
        create("phone");
        create("laptop");
        limits.admit(call("phone", "work"), 1, 1);
        limits.admit(call("phone", "work"), 1, 1);
        assertThatThrownBy(() -> limits.admit(call("phone", "work"), 1, 1)).hasMessageContaining("key:phone");
        limits.admit(call("laptop", "work"), 1, 1);
        assertThatThrownBy(() -> limits.admit(call("laptop", "work"), 1, 1)).hasMessageContaining("tenant:work");
        limits.admit(call("tablet", "home"), 1, 1);
        store.revoke("phone");
        assertThat(limits.snapshot()).noneMatch(limit -> limit.scope().equals("key:phone"));
    }
}
