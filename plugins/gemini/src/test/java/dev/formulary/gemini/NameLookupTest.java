package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class NameLookupTest {
    private static final Duration AMPLE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(20);

    @Test
    void findsAllAddresses() throws Exception {
        assertThat(new NameLookup().of("203.0.113.7", AMPLE)).containsExactly(InetAddress.ofLiteral("203.0.113.7"));
    }

    @Test
    void aNameThatIsNoneHasNoAddress() throws Exception {
        assertThat(new NameLookup(host -> {
            throw new UnknownHostException(host);
        }).of("nobody", AMPLE)).isEmpty();
        assertThat(new NameLookup(host -> {
            throw new IllegalArgumentException(host);
        }).of("?", AMPLE)).isEmpty();
    }

    @Test
    void waitsNoLongerThanItIsToldAndHasFewThreads() throws Exception {
        var answer = new CountDownLatch(1);
        var asked = new Semaphore(0);
        var lookup = new NameLookup(host -> {
            asked.release();
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[]{InetAddress.getLoopbackAddress()};
        });
        for (int i = 0; i < 12; i++) {
            assertThatThrownBy(() -> lookup.of("slow", SHORT)).isInstanceOf(TimeoutException.class);
        }
        Awaitility.await().untilAsserted(() -> assertThat(asked.availablePermits()).isEqualTo(8));
        answer.countDown();
        assertThat(lookup.of("slow", AMPLE)).hasSize(1);
    }
}
