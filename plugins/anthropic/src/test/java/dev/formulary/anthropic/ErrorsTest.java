package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.VendorReply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorsTest extends MessagesCase {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        400 | INVALID_REQUEST  | invalid_request_error | messages.0: bad
        400 | CONTEXT_OVERFLOW | invalid_request_error | prompt is too long: 215000 tokens > 200000 maximum
        400 | CONTEXT_OVERFLOW | invalid_request_error | input length and `max_tokens` exceed context limit: 190000 + 64000 > 200000
        400 | CONTEXT_OVERFLOW | exceed_context_size_error | request exceeds the available context size
        400 | QUOTA            | invalid_request_error | Your credit balance is too low to access the API
        400 | UNSUPPORTED      | invalid_request_error | This model does not support assistant message prefill
        400 | UNSUPPORTED      | invalid_request_error | messages: first message must use the "user" role
        401 | AUTH             | authentication_error  | invalid x-api-key
        402 | QUOTA            | billing_error         | pay
        403 | AUTH             | permission_error      | no
        404 | UNKNOWN_MODEL    | not_found_error       | model: claude-none
        408 | TIMEOUT          | timeout_error         | late
        413 | INVALID_REQUEST  | request_too_large     | Request exceeds the maximum size
        413 | CONTEXT_OVERFLOW | request_too_large     | Prompt is too long
        422 | INVALID_REQUEST  |                       |
        429 | THROTTLED        | rate_limit_error      | slow down
        500 | SERVER           | api_error             | Internal server error
        500 | UNSUPPORTED      | server_error          | image input is not supported
        503 | SERVER           |                       |
        504 | TIMEOUT          | timeout_error         | late
        529 | SERVER           | overloaded_error      | Overloaded
        302 | CONFIGURATION    |                       |
        """)
    void isSorted(int status, FailureCategory category, @Nullable String type, @Nullable String message) {
        String body = type == null
                ? "<html>"
                : "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":"
                        + Json.quote(String.valueOf(message))
                        + "},\"request_id\":\"req_1\"}";
        vendor.next(MESSAGES, VendorReply.json(status, body));

        ProviderException failure = failure(() -> provider().chat(ask(false), TestAttempt.patient()));

        assertThat(failure.category()).isEqualTo(category);
        assertThat(failure.status()).isEqualTo(status);
    }

    @Test
    void showsTheVendorsWordsButNoKeysAndNotTooMany() {
        vendor.next(MESSAGES,
                VendorReply.json(400, "{\"error\":{\"message\":\"key " + KEY + " or token-77-abc or\\nsk-ant-other1 "
                        + "x".repeat(1000) + "\"}}"));

        ProviderException failure = failure(
                () -> provider(Map.of("headers", Map.of("Authorization", "Bearer token-77-abc")))
                        .chat(ask(false), TestAttempt.patient()));

        assertThat(failure).hasMessageStartingWith(
                "the vendor answered with status 400: key **** or **** or **** xxx").hasMessageEndingWith("…");
        assertThat(failure.getMessage()).hasSizeLessThan(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        retry-after: 7 | PT7S
        anthropic-ratelimit-requests-remaining: 0; anthropic-ratelimit-requests-reset: 2026-11-30T12:00:20Z | PT20S
        anthropic-ratelimit-requests-remaining: 5; anthropic-ratelimit-requests-reset: 2026-11-30T12:00:20Z | ''
        anthropic-ratelimit-tokens-reset: 2026-11-30T12:01:00Z; anthropic-ratelimit-input-tokens-reset: 2026-11-30T13:02:00+01:00 | PT2M
        anthropic-ratelimit-tokens-reset: 2027-11-30T12:01:00Z | ''
        anthropic-ratelimit-tokens-reset: tomorrow | ''
        x-other: 1 | ''
        """)
    void saysHowLongToWait(String headers, String wait) {
        Duration expected = wait.isEmpty() ? null : Duration.parse(wait);

        assertThat(new RetryHint(InstantSource.fixed(NOW)).of(new Heads(headers))).isEqualTo(expected);
    }

    @Test
    void anOverloadedVendorSaysSoToo() {
        vendor.next(MESSAGES, VendorReply.json(529, "Retry-After: 3\r\n", "{}"));

        assertThat(failure(() -> provider().chat(ask(true), TestAttempt.patient())).retryAfter())
                .isEqualTo(Optional.of(Duration.ofSeconds(3)));
    }

    /// A response of which only the headers matter.
    private static final class Heads implements Response {
        private final Map<String, String> headers = new HashMap<>();

        Heads(String all) {
            for (String header : List.of(all.split(";", -1))) {
                headers.put(header.substring(0, header.indexOf(':')).strip(),
                        header.substring(header.indexOf(':') + 1).strip());
            }
        }

        @Override
        public int status() {
            return 429;
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }

        @Override
        public byte @Nullable [] read() {
            return null;
        }

        @Override
        public byte[] readAll(int limit) {
            return new byte[0];
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
