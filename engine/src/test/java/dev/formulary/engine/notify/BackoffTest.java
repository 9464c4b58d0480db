package dev.formulary.engine.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.AlertSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void byPresetTwelveTriesTakeAboutTwoHours() {
        for (int seed = 0; seed < 200; seed++) {
            var backoff = new Backoff(AlertSettings.USUAL.retry(), new Random(seed));
            Instant now = NOON;
            int attempts = 1;
            for (Instant next = backoff.next(1, now, null); next != null; next = backoff.next(attempts, now, null)) {
                double wait = Duration.between(now, next).toMillis() / 1_000.0;
                double whole = Math.min(3_600, 5 * Math.pow(2, attempts - 1.0));
                assertThat(wait).isBetween(whole * 0.8 - 0.001, whole);
                now = next;
                attempts++;
            }
            assertThat(attempts).isEqualTo(12);
            assertThat(Duration.between(NOON, now)).isBetween(Duration.ofMinutes(115), Duration.ofMinutes(146));
        }
    }

    @Test
    void aWishToWaitIsHeldWithinTheLongestWait() {
        var backoff = new Backoff(new AlertSettings.Retry(5, Duration.ofSeconds(10), Duration.ofSeconds(60)),
                new Random(1));

        assertThat(backoff.next(1, NOON, Duration.ofSeconds(45))).isEqualTo(NOON.plusSeconds(45));
        assertThat(backoff.next(1, NOON, Duration.ofDays(9))).isEqualTo(NOON.plusSeconds(60));
        assertThat(Objects.requireNonNull(backoff.next(1, NOON, Duration.ZERO))).isAfterOrEqualTo(NOON.plusSeconds(8));
        assertThat(backoff.next(5, NOON, Duration.ofSeconds(45))).isNull();
    }
}
