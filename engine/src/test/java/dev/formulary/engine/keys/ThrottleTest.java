package dev.formulary.engine.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThrottleTest {
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final List<String> told = new ArrayList<>();
    private final Throttle throttle = new Throttle(now::get,
            (address, wait) -> told.add(address + " " + wait.toSeconds()));

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(address);
        }
    }

    @Test
    void theTenthWrongKeyInAMinuteMakesWaitAndEachTimeLonger() {
        var waits = new ArrayList<Long>();
        for (int round = 0; round < 8; round++) {
            fail("10.0.0.1", 9);
            assertThat(throttle.waiting("10.0.0.1")).isZero();
            waits.add(throttle.failed("10.0.0.1").toSeconds());
            fail("10.0.0.1", 100);
            assertThat(throttle.waiting("10.0.0.1").toSeconds()).as("trying meanwhile adds nothing")
                    .isEqualTo(waits.getLast());
            now.addAndGet(waits.getLast() * 1000);
            assertThat(throttle.waiting("10.0.0.1")).isZero();
        }
        assertThat(waits).containsExactly(30L, 60L, 120L, 240L, 480L, 900L, 900L, 900L);
        assertThat(told).hasSize(8).startsWith("10.0.0.1 30", "10.0.0.1 60");
        now.addAndGet(Duration.ofHours(1).toMillis());
        fail("10.0.0.1", 9);
        assertThat(throttle.failed("10.0.0.1")).as("forgiven").isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void slowTriesAreNoAttack() {
        for (int i = 0; i < 500; i++) {
            assertThat(throttle.failed("10.0.0.1")).isZero();
            now.addAndGet(7_000);
        }
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true", "2001:db8:1:2::1, 2001:db8:1:3::1, false",
            "::ffff:10.0.0.1, 10.0.0.1, true", "fe80::1%eth0, fe80::2%eth1, true", "10.0.0.1, 10.0.0.2, false"})
    void anIpv6NetworkOf64BitsIsOneCaller(String one, String other, boolean same) {
        fail(one, 10);
        assertThat(!throttle.waiting(other).isZero()).isEqualTo(same);
    }

    /// Random attackers beside honest callers: no honest one ever waits, an address never gets more than its tries, and what is
    /// remembered is bounded.
    @Test
    void nobodyIsLockedOutByOthersAndMemoryIsBounded() {
        var random = new Random(11);
        Map<String, Integer> tries = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            now.addAndGet(random.nextInt(3));
            String attacker = random.nextBoolean()
                    ? "10.1.0." + random.nextInt(8)
                    : "2001:db8:%x:%x::%x".formatted(random.nextInt(8), random.nextInt(0x10000), random.nextInt(99));
            if (throttle.waiting(attacker).isZero()) {
                throttle.failed(attacker);
                tries.merge(attacker, 1, Integer::sum);
            }
            assertThat(throttle.waiting("192.168.0." + random.nextInt(100))).isZero();
            if (i % 1_000 == 0) {
                throttle.tick();
                assertThat(throttle.remembered()).isLessThanOrEqualTo(4_096);
            }
        }
        long minutes = (now.get() - 1_000_000) / 60_000 + 1;
        for (int i = 0; i < 8; i++) {
            assertThat(tries.get("10.1.0." + i)).as("of " + minutes + " minutes").isLessThanOrEqualTo(40);
        }
        now.addAndGet(Duration.ofHours(2).toMillis());
        throttle.tick();
        assertThat(throttle.remembered()).isZero();
    }

    @Test
    void aWayWithoutAddressesIsNotThrottled() {
        fail("", 1_000);
        assertThat(throttle.waiting("")).isZero();
        assertThat(throttle.remembered()).isZero();
    }
}
