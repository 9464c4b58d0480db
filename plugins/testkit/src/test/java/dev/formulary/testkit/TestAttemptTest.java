package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TestAttemptTest {
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicInteger second = new AtomicInteger();

    @Test
    void onlyTheLastRegistrationRunsAndOnlyOnce() {
        var attempt = TestAttempt.patient();
        attempt.onCancel(first::incrementAndGet);
        attempt.onCancel(second::incrementAndGet);

        attempt.cancel();
        attempt.cancel();

        assertThat(attempt.cancelled()).isTrue();
        assertThat(first).hasValue(0);
        assertThat(second).hasValue(1);
    }

    @Test
    void whatIsRegisteredTooLateRunsAtOnce() {
        var attempt = TestAttempt.patient();
        attempt.cancel();

        attempt.onCancel(first::incrementAndGet);

        assertThat(first).hasValue(1);
    }

    @Test
    void theFirstByteIsNeverAwaitedLongerThanTheWhole() {
        assertThat(TestAttempt.lasting(Duration.ofMillis(50), Duration.ofHours(1)).firstByte())
                .isLessThanOrEqualTo(Duration.ofMillis(50));
        assertThat(TestAttempt.lasting(Duration.ofHours(1), Duration.ofSeconds(1)).firstByte())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(TestAttempt.patient().callId()).isNotBlank();
    }
}
