package dev.formulary.engine.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReconnectionTest {
    private static final int TRIES = 1_000;

    @Test
    void eachTryThatFailsMakesTheWaitLongerUpToFiveSecondsAndNoTwoNodesComeAtOnce() {
        var random = new Random(7);
        for (int attempts = 0; attempts < 40; attempts++) {
            long full = Math.min(5_000, 200L << Math.min(attempts, 20));
            Set<Long> waits = new HashSet<>();
            for (int i = 0; i < TRIES; i++) {
                waits.add(Reconnection.delay(attempts, random));
            }
            assertThat(waits).allMatch(wait -> wait >= full / 2 && wait <= full).hasSizeGreaterThan(50);
        }
    }
}
