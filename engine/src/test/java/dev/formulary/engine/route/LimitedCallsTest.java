package dev.formulary.engine.route;

import static dev.formulary.engine.route.Desk.HELLO;
import static dev.formulary.engine.route.Desk.STREAMED;
import static dev.formulary.engine.route.Desk.allowing;
import static dev.formulary.engine.route.Desk.denying;
import static dev.formulary.engine.route.Desk.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.LimitEntry;
import dev.formulary.engine.dialect.AnthropicMessages;
import dev.formulary.engine.dialect.OllamaChat;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.RateLimit;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.spi.FailureCategory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two calls and two thousand tokens an hour for the caller.
class LimitedCallsTest {
    private static final List<LimitEntry> ENTRIES = List.of(new LimitEntry("calls", "key:ann", 2, 0, "hour", 0),
            new LimitEntry("words", "tenant:home", 0, 2_000, "hour", 0));

    @TempDir
    private Path folder;
    private final MutableClock clock = new MutableClock(Samples.NOON);
    private Limits limits = Limits.none();
    private Desk desk;

    @BeforeEach
    void begin() throws Exception {
        begin(null);
    }

    private void begin(@Nullable ResponseCache cache) throws Exception {
        Settings settings = Samples.settings(Map.of(), List.of(Samples.key("ann", "sk-ann", "home"),
                Samples.key("eve", "sk-eve", "work")), ENTRIES);
        limits = new Limits(settings, folder.resolve("limits.bin"), clock, () -> clock.millis() * 1_000_000);
        desk = new Desk(folder, cache, settings, limits);
        desk.policy = allowing(0, "a");
        desk.dispatching.provider("a").answers("hello");
        desk.requestHeaders.put("authorization", "Bearer sk-ann");
    }

    @AfterEach
    void everythingIsSettled() {
        desk.assertSettled();
    }

    private List<Long> left() {
        return limits.snapshot().stream().map(RateLimit::left).toList();
    }

    @Test
    void anAnswerTellsWhatIsLeft() throws Exception {
        Answer.Whole answer = desk.whole(HELLO);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("x-ratelimit-limit-requests", "2")
                .containsEntry("x-ratelimit-remaining-requests", "1")
                .containsEntry("x-ratelimit-limit-tokens", "2000")
                .as("10 tokens read and 20 written").containsEntry("x-ratelimit-remaining-tokens", "1970");
        assertThat(answer.headers().get("x-ratelimit-reset-requests")).matches("1h0m\\d+s");
    }

    @Test
    void whoIsNotLimitedIsToldNothing() throws Exception {
        desk.requestHeaders.put("authorization", "Bearer sk-eve");

        assertThat(desk.whole(HELLO).headers()).doesNotContainKey("x-ratelimit-limit-requests");
    }

    @Test
    void beyondTheLimitACallIsRefusedBeforeItIsDecidedAndDoesNotCount() throws Exception {
        desk.whole(HELLO);
        desk.whole(HELLO);
        for (int i = 0; i < 10; i++) {
            Answer.Whole refused = desk.whole(HELLO);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(json(refused).at("/error/code").asText()).isEqualTo("rate_limit_exceeded");
            assertThat(json(refused).at("/error/message").asText())
                    .isEqualTo("the limit 'calls' of 2 requests per hour for key:ann is reached");
            assertThat(refused.headers()).containsEntry("Retry-After", "60")
                    .containsEntry("x-ratelimit-remaining-requests", "0").doesNotContainKey("X-Formulary-Decision");
        }

        assertThat(desk.decided).hasSize(2);
        assertThat(left()).containsExactly(0L, 1_940L);
        clock.advance(Duration.ofMinutes(61));
        assertThat(desk.whole(HELLO).status()).isEqualTo(200);
    }

    @Test
    void theRefusalSpeaksTheCallersDialect() throws Exception {
        desk.whole(HELLO);
        desk.whole(HELLO);
        desk.dialect = new OllamaChat();

        Answer.Whole refused = desk.whole(STREAMED);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(json(refused).toString())
                .isEqualTo("{\"error\":\"the limit 'calls' of 2 requests per hour for key:ann is reached\"}");
        assertThat(refused.headers()).containsKey("Retry-After");

        desk.dialect = AnthropicMessages.counting();
        Answer.Whole again = desk.whole(HELLO);
        assertThat(again.status()).isEqualTo(429);
        assertThat(json(again).at("/error/type").asText()).isEqualTo("rate_limit_error");
        assertThat(again.headers()).containsKey("Retry-After");
    }

    @Test
    void aStreamSettlesWhenItHasEnded() throws Exception {
        Answer.Streamed answer = desk.streamed(STREAMED);
        assertThat(answer.headers()).containsEntry("x-ratelimit-remaining-requests", "1");
        assertThat(left().getLast()).as("held for an answer of unknown length").isLessThan(1_000);

        Desk.frames(answer);

        assertThat(left()).containsExactly(1L, 1_970L);
    }

    @Test
    void aCallerThatGoesAwayIsChargedWhatCame() throws Exception {
        Answer.Streamed answer = desk.streamed(STREAMED);
        answer.frames().next();
        answer.frames().close();

        assertThat(left().getFirst()).isEqualTo(1);
        assertThat(left().getLast()).isGreaterThan(1_900);
    }

    @Test
    void whatThePolicyDeniesDoesNotCount() throws Exception {
        desk.policy = denying("denied_by_policy");

        for (int i = 0; i < 5; i++) {
            assertThat(desk.whole(HELLO).status()).isEqualTo(403);
        }

        assertThat(left()).containsExactly(2L, 2_000L);
    }

    @ParameterizedTest
    @CsvSource({"THROTTLED, 2", "SERVER, 1", "REFUSED, 1"})
    void aCallWithoutAnAnswerTakesNoTokens(FailureCategory category, long requestsLeft) throws Exception {
        desk.policy = allowing(0, "b");
        desk.dispatching.provider("b").fails(category);

        desk.whole(HELLO);

        assertThat(left()).containsExactly(requestsLeft, 2_000L);
    }

    @Test
    void anAnswerFromTheCacheIsACallButTakesNoTokens() throws Exception {
        try (ExecutorService executor = Executors.newSingleThreadExecutor();
                var cache = new ResponseCache(1 << 20, executor)) {
            assertThat(cache.awaitStart()).isTrue();
            begin(cache);
            desk.policy = allowing(60, "a");
            desk.whole(HELLO);

            Answer.Whole again = desk.whole(HELLO);

            assertThat(again.headers()).containsEntry("X-Formulary-Cache", "hit");
            assertThat(left()).containsExactly(0L, 1_970L);
            assertThat(desk.whole(HELLO).status()).isEqualTo(429);
        }
    }

    @Test
    void aCallThatCouldNeverPassIsNotToBeTriedAgain() throws Exception {
        Answer.Whole refused = desk.whole("""
            {"model":"auto","max_tokens":5000,"messages":[{"role":"user","content":"hi"}]}""");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(json(refused).at("/error/code").asText()).isEqualTo("request_too_large");
        assertThat(refused.headers()).containsEntry("x-should-retry", "false").doesNotContainKey("Retry-After");
        assertThat(left()).containsExactly(2L, 2_000L);
    }

    @Test
    void aPolicyThatBreaksLosesNothing() throws Exception {
        desk.policy = _ -> {
            throw new IllegalStateException("broken");
        };

        assertThat(desk.whole(HELLO).status()).isEqualTo(500);
        desk.policy = allowing(0, "a");
        assertThat(desk.whole(HELLO).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"0, 0ms", "120, 120ms", "999, 999ms", "1000, 1s", "1001, 2s", "60000, 1m0s", "360000, 6m0s",
            "3600000, 1h0m0s", "86399500, 24h0m0s"})
    void durationsAreWrittenAsClientsExpect(long millis, String text) {
        assertThat(Allowance.duration(Duration.ofMillis(millis))).isEqualTo(text);
    }
}
