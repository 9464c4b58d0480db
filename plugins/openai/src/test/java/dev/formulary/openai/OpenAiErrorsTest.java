package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiErrorsTest extends OpenAiCase {

    private ProviderException answeredWith(VendorReply reply) {
        vendor.next(CHAT, reply);
        return failure(() -> provider().chat(ask(false), attempt()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        400 | INVALID_REQUEST  | {"error":{"message":"bad","type":"invalid_request_error","param":null,"code":null}}
        400 | CONTEXT_OVERFLOW | {"error":{"message":"This model's maximum context length is 8192 tokens.","code":"context_length_exceeded"}}
        400 | CONTEXT_OVERFLOW | {"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_ctx":512}}
        413 | CONTEXT_OVERFLOW | {"error":"prompt is too long: 9 tokens"}
        413 | INVALID_REQUEST  | {"error":"body too large"}
        400 | UNKNOWN_MODEL    | {"error":{"message":"foo is not a valid model ID","code":400}}
        400 | UNKNOWN_MODEL    | {"error":{"code":400,"message":"model 'none' not found","type":"invalid_request_error"}}
        500 | UNSUPPORTED      | {"error":{"code":500,"message":"image input is not supported - hint: provide the mmproj","type":"server_error"}}
        501 | UNSUPPORTED      | {"error":{"code":501,"message":"This server does not support embeddings. Start it with `--embeddings`"}}
        400 | REFUSED          | {"error":{"message":"filtered","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}
        401 | AUTH             | {"error":{"message":"Incorrect API key provided: sk-very-secret-key-1234. See","type":"invalid_request_error","code":"invalid_api_key"}}
        403 | AUTH             | {"error":{"message":"Country not supported"}}
        402 | QUOTA            | {"error":{"code":402,"message":"Insufficient credits"}}
        404 | UNKNOWN_MODEL    | {"error":{"message":"The model `x` does not exist","code":"model_not_found"}}
        404 | UNSUPPORTED      | {"error":{"message":"No endpoints found that support tool use","code":404}}
        408 | TIMEOUT          | {"error":{"code":408,"message":"timed out"}}
        409 | INVALID_REQUEST  | {"detail":"conflict"}
        422 | INVALID_REQUEST  | {"object":"error","message":"field required","type":"BadRequestError","code":422}
        429 | THROTTLED        | {"error":{"code":"RateLimitReached","message":"wait","details":"wait"}}
        429 | QUOTA            | {"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}
        500 | SERVER           | [{"error":{"message":"oops","code":500}}]
        502 | SERVER           | <html>Bad Gateway</html>
        503 | SERVER           | {"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}
        504 | TIMEOUT          |
        302 | CONFIGURATION    |
        200 | CONFIGURATION    | {"error":"Unexpected endpoint or method. (POST /chat/completions)"}
        200 | SERVER           | {"choices":[{"error":{"code":502,"message":"upstream"},"message":{},"finish_reason":"error"}]}
        """)
    void sortsWhatVendorsSay(int status, FailureCategory category, String body) {
        ProviderException failure = answeredWith(VendorReply.json(status, body == null ? "" : body));
        assertThat(failure.category()).as(failure.getMessage()).isEqualTo(category);
        assertThat(failure.status()).isIn(status, status == 200 ? 0 : status, status == 200 ? 502 : status);
    }

    @Test
    void showsTheVendorsWordsButNoKeysAndNotTooMany() {
        ProviderException failure = answeredWith(VendorReply.json(400, "{\"error\":{\"message\":\"key " + KEY
                + " or gsk_abcdefgh is\\nwrong " + "x".repeat(1000) + "\"}}"));
        assertThat(failure.getMessage())
                .startsWith("the vendor answered with status 400: key **** or **** is wrong xxx").hasSizeLessThan(360);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Retry-After: 7                                                                 | 7000
        Retry-After: 0.5                                                               | 500
        Retry-After: 1, retry-after-ms: 0                                              | 1000
        retry-after-ms: 1500, Retry-After: 60                                          | 1500
        x-ratelimit-reset-requests: 6m0.5s                                             | 360500
        x-ratelimit-reset-requests: 120ms, x-ratelimit-reset-tokens: 1h                | 3600000
        x-ratelimit-remaining-tokens: 5, x-ratelimit-reset-tokens: 1h                  | -1
        x-ratelimit-reset: 20                                                          | 20000
        x-ratelimit-reset: 1000000000000                                               | 0
        x-ratelimit-reset: 1000000000                                                  | 0
        x-ratelimit-reset: soon                                                        | -1
        Retry-After: soon                                                              | -1
        Retry-After: Wed, 21 Oct 2015 07:28:00 GMT                                     | 0
        X-Other: 1                                                                     | -1
        """)
    void findsHowLongToWait(String headers, long millis) {
        String lines = headers.contains("GMT") ? headers + "\r\n" : headers.replace(", ", "\r\n") + "\r\n";
        ProviderException failure = answeredWith(VendorReply.json(429, lines, "{}"));
        assertThat(failure.category()).isEqualTo(FailureCategory.THROTTLED);
        assertThat(failure.retryAfter().map(Duration::toMillis).orElse(-1L)).isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "Rate limit reached for m in organization o on tokens per min (TPM). Please try again in 1.242s. Visit us." | 1242
        "Rate limit reached for model m. Please try again in 7m12.5s."                                             | 432500
        "Please try again in 20ms."                                                                                | 20
        "Too Many Requests. Please retry after 6 seconds."                                                         | 6000
        "Please try again in a while"                                                                              | -1
        "Please retry after 5 oranges"                                                                             | -1
        "Please try again in 3.4.5s"                                                                               | -1
        """)
    void findsHowLongToWaitInTheWordsOfAnError(String message, long millis) {
        String body = "{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":" + message + "}}";
        ProviderException failure = answeredWith(VendorReply.json(429, body));
        assertThat(failure.retryAfter().map(Duration::toMillis).orElse(-1L)).isEqualTo(millis);
        assertThat(answeredWith(VendorReply.json(429, "Retry-After: 9\r\n", body)).retryAfter())
                .as("a header comes first").contains(Duration.ofSeconds(9));
        assertThat(answeredWith(VendorReply.json(500, body.replace("rate_limit_exceeded", "x"))).retryAfter())
                .as("no limit").isEmpty();
    }

    @Test
    void findsTheResetThatAProxyWritesIntoTheError() {
        long soon = System.currentTimeMillis() + 3_600_000;
        ProviderException failure = answeredWith(VendorReply.json(429, "{\"error\":{\"code\":429,\"message\":"
                + "\"Rate limit exceeded: free-models-per-day\",\"metadata\":{\"headers\":"
                + "{\"X-RateLimit-Remaining\":\"0\",\"X-RateLimit-Reset\":\"" + soon + "\"}}}}"));
        assertThat(failure.category()).isEqualTo(FailureCategory.QUOTA);
        assertThat(failure.retryAfter().orElseThrow()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
    }

    @Test
    void waitsUntilTheMomentNamed() {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(10));
        ProviderException failure = answeredWith(VendorReply.throttled(date));
        assertThat(failure.retryAfter().orElseThrow()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
        assertThat(answeredWith(VendorReply.throttled(null)).retryAfter()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        data: {"id":"gen-1","choices":[],"error":{"code":502,"message":"Provider disconnected"}}                         | SERVER
        data: {"error":{"code":429,"message":"slow down"}}                                                               | THROTTLED
        event: error\\ndata: {"error":{"message":"Something is wrong.","type":"invalid_request_error","code":"x"}}        | INVALID_REQUEST
        event: error\\ndata: {"message":"overloaded"}                                                                    | SERVER
        """)
    void understandsErrorsWithinAStream(String event, FailureCategory category) {
        vendor.next(CHAT, VendorReply.pieces("text/event-stream", event.replace("\\n", "\n") + "\n\n", 1000, 0));
        assertThat(failure(() -> all(provider().chat(ask(true), attempt()))).category()).isEqualTo(category);
    }

    @Test
    void understandsAnErrorWhereAStreamWasAsked() {
        vendor.next(CHAT, VendorReply.json(200, "{\"error\":\"Unexpected endpoint\"}"));
        assertThat(failure(() -> provider().chat(ask(true), attempt())).category())
                .isEqualTo(FailureCategory.CONFIGURATION);
    }

    @Test
    void tellsWhenNobodyIsThere() {
        vendor.close();
        assertThat(failure(() -> provider().chat(ask(true), attempt())).category()).isEqualTo(FailureCategory.CONNECT);
        vendor.next(CHAT, VendorReply.events(Ending.CUT));
    }
}
