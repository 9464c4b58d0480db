package dev.formulary.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.testkit.TornResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private static final RetryAfter AT_NOON = new RetryAfter(
            InstantSource.fixed(Instant.parse("2026-11-30T12:00:00Z")));

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
        retry-after=7                                     | PT7S
        retry-after=1.5                                   | PT1.5S
        retry-after=0.0001                                | PT0.001S
        retry-after-ms=250;retry-after=9                  | PT0.25S
        retry-after-ms=0;retry-after=9                    | PT9S
        retry-after-ms=0                                  | PT0S
        retry-after=Mon, 30 Nov 2026 12:00:30 GMT         | PT30S
        retry-after=Mon, 30 Nov 2026 11:00:00 GMT         | PT0S
        retry-after=Tue, 30 Nov 2027 12:00:00 GMT         | none
        retry-after=soon                                  | none
        retry-after=.                                     | none
        retry-after=1.2.3                                 | none
        retry-after=-5                                    | none
        retry-after=                                      | none
        retry-after=123456789012345678                    | none
        x-other=1                                         | none
        """)
    void saysHowLongToWait(String headers, @Nullable Duration wait) {
        var all = Arrays.stream(headers.split(";", -1)).map(header -> header.split("=", -1))
                .collect(Collectors.toMap(header -> header[0], header -> header[1]));
        assertThat(AT_NOON.of(new TornResponse(all))).isEqualTo(wait);
    }

    @Test
    void takesTheLongerOfTwo() {
        Duration one = Duration.ofSeconds(1);
        Duration two = Duration.ofSeconds(2);
        assertThat(RetryAfter.longer(one, two)).isEqualTo(two);
        assertThat(RetryAfter.longer(two, one)).isEqualTo(two);
        assertThat(RetryAfter.longer(null, one)).isEqualTo(one);
        assertThat(RetryAfter.longer(one, null)).isEqualTo(one);
        assertThat(RetryAfter.longer(null, null)).isNull();
    }
}
