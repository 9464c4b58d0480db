package dev.formulary.engine.route;

import static dev.formulary.engine.route.Desk.HELLO;
import static dev.formulary.engine.route.Desk.STREAMED;
import static dev.formulary.engine.route.Desk.allowing;
import static dev.formulary.engine.route.Desk.denying;
import static dev.formulary.engine.route.Desk.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.dialect.OllamaChat;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalsTest {
    @TempDir
    private Path folder;
    private Desk desk;

    @BeforeEach
    void begin() {
        desk = new Desk(folder, null);
        desk.policy = allowing(0, "a");
    }

    @AfterEach
    void everythingIsSettled() {
        desk.assertSettled();
    }

    @ParameterizedTest
    @CsvSource({"denied_by_policy, 403, false", "model_forbidden, 403, false", "model_not_found, 404, false",
            "context_length_exceeded, 400, false", "no_model_allowed, 503, true", "policy_failed, 503, true"})
    void aDenialHasAStatusAndSaysWhetherToTryAgain(String code, int status, boolean again) throws Exception {
        desk.policy = denying(code);
        Answer.Whole answer = desk.whole(HELLO);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).at("/error/code").asText()).isEqualTo(code);
        assertThat(json(answer).at("/error/message").asText()).isEqualTo("because of " + code);
        assertThat(answer.headers()).containsEntry("X-Formulary-Decision", desk.calls.element().id())
                .containsEntry("X-Formulary-Rules", "0123456789ab");
        assertThat(answer.headers().containsKey("Retry-After")).isEqualTo(again);
        assertThat(desk.outcome().status()).isEqualTo(Status.DENIED);
        assertThat(desk.outcome().attempts()).isEmpty();
    }

    @Test
    void aDenialSpeaksTheCallersDialect() throws Exception {
        desk.dialect = new OllamaChat();
        desk.policy = denying("denied_by_policy");
        assertThat(json(desk.whole(STREAMED)).toString()).isEqualTo("{\"error\":\"because of denied_by_policy\"}");
    }

    @ParameterizedTest
    @CsvSource({"CONNECT, 503, providers_unavailable", "TIMEOUT, 504, timeout", "THROTTLED, 429, rate_limit_exceeded",
            "QUOTA, 429, insufficient_quota", "AUTH, 502, upstream_auth",
            "CONTEXT_OVERFLOW, 400, context_length_exceeded", "REFUSED, 400, content_filter",
            "INVALID_REQUEST, 400, invalid_request", "UNKNOWN_MODEL, 404, model_not_found",
            "UNSUPPORTED, 400, unsupported_parameter", "MALFORMED, 503, providers_unavailable",
            "CUT, 503, providers_unavailable", "SERVER, 503, providers_unavailable",
            "CONFIGURATION, 502, upstream_auth",
            "CANCELLED, 499, client_closed_request"})
    void aFailureHasAStatusAndACode(FailureCategory category, int status, String code) throws Exception {
        desk.dispatching.provider("a").fails(category);
        Answer.Whole answer = desk.whole(HELLO);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).at("/error/code").asText()).isEqualTo(code);
        assertThat(json(answer).at("/error/message").asText()).contains("scripted " + category);
        assertThat(answer.headers()).containsEntry("X-Formulary-Attempts",
                FailureClass.of(category).onceMore() ? "2" : "1");
        assertThat(answer.headers().containsKey("Retry-After")).isEqualTo(status == 429 || status == 503);
    }

    @ParameterizedTest
    @EnumSource(FailureCategory.class)
    void aStreamThatNeverBeganIsAnErrorWithAStatus(FailureCategory category) throws Exception {
        desk.dispatching.provider("a").fails(category);
        Answer.Whole answer = desk.whole(STREAMED);
        assertThat(answer.status()).isGreaterThanOrEqualTo(400);
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(desk.outcome().status())
                .isEqualTo(category == FailureCategory.CANCELLED ? Status.CLIENT_GONE : Status.FAILED);
    }

    @Test
    void overflowIsSaidInWordsThatClientsLookFor() throws Exception {
        desk.dispatching.provider("a").fails(FailureCategory.CONTEXT_OVERFLOW);
        assertThat(json(desk.whole(HELLO)).at("/error/message").asText()).contains("maximum context length");
    }

    @Test
    void theVendorsWaitIsHandedOnInSecondsAndMilliseconds() throws Exception {
        desk.dispatching.provider("a").then((_, _) -> {
            throw new ProviderException(FailureCategory.THROTTLED, "too many", 429, Duration.ofMillis(6_100), null);
        });
        assertThat(desk.whole(HELLO).headers()).containsEntry("Retry-After", "7")
                .containsEntry("retry-after-ms", "7000")
                .doesNotContainKey("x-should-retry");
    }

    @Test
    void aQuotaThatIsUsedUpIsNotWorthTryingAgain() throws Exception {
        desk.dispatching.provider("a").fails(FailureCategory.QUOTA);
        assertThat(desk.whole(HELLO).headers()).containsEntry("x-should-retry", "false").containsEntry("Retry-After",
                "2");
    }
}
