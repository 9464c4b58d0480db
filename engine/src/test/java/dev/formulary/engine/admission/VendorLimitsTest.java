package dev.formulary.engine.admission;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.facts.LearnedLimit;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VendorLimitsTest {
    private final MutableClock clock = new MutableClock(NOON);
    private final VendorLimits vendors = new VendorLimits(clock);

    private void heard(String model, Map<String, String> headers) {
        vendors.heard(model, name -> Optional.ofNullable(headers.get(name)));
    }

    @Test
    void readsTheHeadersOfOpenAiAndThoseLikeIt() {
        heard("groq/llama", Map.of("x-ratelimit-limit-requests", "100", "x-ratelimit-remaining-requests", "40",
                "x-ratelimit-reset-requests", "6m0s", "x-ratelimit-limit-tokens", "6000",
                "x-ratelimit-remaining-tokens", "5999", "x-ratelimit-reset-tokens", "7.66s"));

        assertThat(vendors.snapshot()).containsExactly(
                new LearnedLimit("groq/llama", "requests", 100, 40, NOON, NOON.plusSeconds(360)),
                new LearnedLimit("groq/llama", "tokens", 6_000, 5_999, NOON, NOON.plusMillis(7_660)));
        assertThat(vendors.left("groq/llama")).isEqualTo(40);
        assertThat(vendors.left("groq/other")).isEqualTo(-1);
    }

    @Test
    void readsTheHeadersOfTheMessagesApi() {
        heard("claude/x", Map.of("anthropic-ratelimit-requests-limit", "50", "anthropic-ratelimit-requests-remaining",
                "49", "anthropic-ratelimit-requests-reset", "2026-11-20T12:00:01Z",
                "anthropic-ratelimit-input-tokens-limit", "40000", "anthropic-ratelimit-input-tokens-remaining", "0",
                "anthropic-ratelimit-input-tokens-reset", "2026-11-20T12:01:00Z"));

        assertThat(vendors.snapshot()).extracting(LearnedLimit::unit).containsExactly("input-tokens", "requests");
        assertThat(vendors.left("claude/x")).as("no tokens, no calls").isZero();
    }

    @Test
    void whatIsLeftGrowsEvenlyAndIsUnknownWhenItsTimeIsOver() {
        heard("a/b", Map.of("x-ratelimit-limit-requests", "100", "x-ratelimit-remaining-requests", "0",
                "x-ratelimit-reset-requests", "60s"));

        assertThat(vendors.left("a/b")).isZero();
        clock.advance(Duration.ofSeconds(30));
        assertThat(vendors.left("a/b")).isEqualTo(50);
        clock.advance(Duration.ofSeconds(30));
        assertThat(vendors.left("a/b")).isEqualTo(-1);
        assertThat(vendors.snapshot()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"x-ratelimit-remaining-requests, -1", "x-ratelimit-remaining-requests, many",
            "x-ratelimit-remaining-requests, 99999999999999999999", "x-ratelimit-remaining, 5", "retry-after, 5"})
    void whatIsNotUnderstoodSaysNothing(String name, String value) {
        heard("a/b", Map.of(name, value));

        assertThat(vendors.snapshot()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"120ms, 120", "6m0s, 360000", "1h2m3.5s, 3723500", "7.66s, 7660", "1d2h, 93600000", "59, 59000",
            "0.25, 250", "2m59.56s, 179560", "1700000000000, ", "soon, ", "'', ", "9999999999s, ", "5x, ", "40d, "})
    void readsDurations(String text, Long millis) {
        assertThat(VendorLimits.duration(text))
                .isEqualTo(Optional.ofNullable(millis).map(Duration::ofMillis));
    }

    @Test
    void aVendorRestsAsLongAsItSaidAndNoLongerThanAMonth() {
        vendors.rest("a/b", Duration.ofSeconds(20));
        vendors.rest("c/d", Duration.ofDays(10_000));

        assertThat(vendors.resting("a/b")).isEqualTo(Duration.ofSeconds(20));
        assertThat(vendors.resting("c/d")).isEqualTo(Duration.ofDays(31));
        clock.advance(Duration.ofSeconds(20));
        assertThat(vendors.resting("a/b")).isZero();
    }

    @Test
    void remembersSoManyModelsAndForgetsThoseWhoseTimeIsOver() {
        Map<String, String> said = Map.of("x-ratelimit-remaining-requests", "1", "x-ratelimit-reset-requests", "10s");
        for (int i = 0; i < 1_500; i++) {
            heard("a/" + i, said);
        }
        assertThat(vendors.snapshot()).hasSize(1_000);

        clock.advance(Duration.ofSeconds(11));
        heard("a/new", said);
        assertThat(vendors.snapshot()).extracting(LearnedLimit::model).containsExactly("a/new");
    }
}
