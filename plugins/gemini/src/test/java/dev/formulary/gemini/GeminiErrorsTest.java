package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.VendorReply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiErrorsTest extends GeminiCase {

    private ProviderException answeredWith(VendorReply reply) {
        vendor.next(WHOLE, reply);
        return failure(() -> provider().chat(Ask.hi().whole(), attempt()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        400 | AUTH             | {"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}
        400 | AUTH             | {"error":{"code":400,"message":"Something.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}
        400 | AUTH             | {"error":{"code":400,"message":"API key expired. Please renew the API key."}}
        400 | AUTH             | {"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}
        401 | AUTH             | {"error":{"code":401,"message":"Request had invalid credentials","status":"UNAUTHENTICATED"}}
        403 | AUTH             | {"error":{"code":403,"message":"Method doesn't allow unregistered callers","status":"PERMISSION_DENIED"}}
        404 | UNKNOWN_MODEL    | {"error":{"code":404,"message":"models/gemini-9 is not found for API version v1beta","status":"NOT_FOUND"}}
        400 | CONTEXT_OVERFLOW | {"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}
        400 | CONTEXT_OVERFLOW | {"error":{"code":400,"message":"The input token count exceeds the maximum number of tokens allowed 1048576."}}
        400 | UNSUPPORTED      | {"error":{"code":400,"message":"Developer instruction is not enabled for models/gemma-3-27b-it","status":"INVALID_ARGUMENT"}}
        400 | UNSUPPORTED      | {"error":{"code":400,"message":"Function calling with a response mime type: 'application/json' is unsupported","status":"INVALID_ARGUMENT"}}
        400 | UNSUPPORTED      | {"error":{"code":400,"message":"Unsupported MIME type: image/gif","status":"INVALID_ARGUMENT"}}
        400 | UNSUPPORTED      | {"error":{"code":400,"message":"Request payload size exceeds the limit: 20971520 bytes.","status":"INVALID_ARGUMENT"}}
        400 | INVALID_REQUEST  | {"error":{"code":400,"message":"Please ensure that function call turn comes immediately after a user turn","status":"INVALID_ARGUMENT"}}
        400 | INVALID_REQUEST  |
        402 | QUOTA            | {"error":{"code":402,"message":"Pay"}}
        408 | TIMEOUT          |
        413 | INVALID_REQUEST  | <html>too large</html>
        429 | THROTTLED        | {"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}}
        429 | THROTTLED        | {"error":{"code":429,"message":"You exceeded your current quota. limit: 10","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier","quotaValue":"10"}]}]}}
        429 | QUOTA            | {"error":{"code":429,"message":"You exceeded your current quota.","details":[{"violations":[{"quotaId":"GenerateRequestsPerMinute"},{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]}}
        429 | QUOTA            | {"error":{"code":429,"message":"* Quota exceeded for metric: free_tier_requests, limit: 0\\nPlease retry in 34s."}}
        429 | QUOTA            | {"error":{"code":429,"message":"No.","details":[{"violations":[{"quotaId":"PerMinute","quotaValue":"0"}]}]}}
        429 | QUOTA            | {"error":{"code":429,"message":"Your prepayment credits are depleted.","status":"RESOURCE_EXHAUSTED"}}
        500 | SERVER           | {"error":{"code":500,"message":"An internal error has occurred.","status":"INTERNAL"}}
        500 | SERVER           | {"error":{"code":500,"message":"This is not supported yet","status":"INTERNAL"}}
        502 | SERVER           | <html>Bad Gateway</html>
        503 | SERVER           | {"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}
        504 | TIMEOUT          | {"error":{"code":504,"message":"Deadline expired before operation could complete.","status":"DEADLINE_EXCEEDED"}}
        302 | CONFIGURATION    |
        418 | INVALID_REQUEST  | [{"error":"no"}]
        """)
    void sortsWhatTheVendorSays(int status, FailureCategory category, String body) {
        ProviderException failure = answeredWith(VendorReply.json(status, body == null ? "" : body));
        assertThat(failure.category()).as(failure.getMessage()).isEqualTo(category);
        assertThat(failure.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"error":{"code":400,"status":"INVALID_ARGUMENT"}}                        | INVALID_REQUEST
        {"error":{"status":"FAILED_PRECONDITION"}}                                | INVALID_REQUEST
        {"error":{"status":"RESOURCE_EXHAUSTED"}}                                 | THROTTLED
        {"error":{"status":"NOT_FOUND"}}                                          | UNKNOWN_MODEL
        {"error":{"status":"PERMISSION_DENIED"}}                                  | AUTH
        {"error":{"status":"UNAUTHENTICATED"}}                                    | AUTH
        {"error":{"status":"DEADLINE_EXCEEDED"}}                                  | TIMEOUT
        {"error":"overloaded"}                                                    | SERVER
        [{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}]    | SERVER
        {"error":{"code":99999999999,"message":{}}}                               | SERVER
        """)
    void understandsErrorsWhereAnAnswerShouldBe(String body, FailureCategory category) {
        vendor.next(WHOLE, VendorReply.json(200, body));
        vendor.next(STREAM, VendorReply.json(200, body));
        assertThat(failure(() -> provider().chat(Ask.hi().whole(), attempt())).category()).isEqualTo(category);
        assertThat(failure(() -> provider().chat(Ask.hi().streamed(), attempt()).next()).category())
                .isEqualTo(category);
    }

    @Test
    void understandsTheArrayThatAStreamFailsWith() {
        vendor.next(STREAM, VendorReply.json(429, "[{\n  \"error\": {\"code\": 429, \"message\": \"Slow down.\", "
                + "\"details\": [{\"retryDelay\": \"7s\"}]}}\n]\n"));
        ProviderException failure = failure(() -> provider().chat(Ask.hi().streamed(), attempt()));
        assertThat(failure).hasMessage("the vendor answered with status 429: Slow down");
        assertThat(failure.category()).isEqualTo(FailureCategory.THROTTLED);
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        48s             | 48
        34.4s           | 35
        34.074824224s   | 35
        0.2s            | 1
        0s              | 0
        -3s             | -1
        soon            | -1
        99999999999s    | -1
        1.s             | -1
        ``              | -1
        """)
    void findsHowLongToWait(String delay, long seconds) {
        ProviderException failure = answeredWith(VendorReply.json(429, "{\"error\":{\"code\":429,\"details\":["
                + "{\"@type\":\"type.googleapis.com/google.rpc.Help\",\"links\":[]},"
                + "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"" + delay + "\"}]}}"));
        assertThat(failure.retryAfter().map(Duration::toSeconds).orElse(-1L)).isEqualTo(seconds);
    }

    @Test
    void believesAProxysHeaderWhereTheVendorSaysNothing() {
        assertThat(answeredWith(VendorReply.json(503, "Retry-After: 3\r\n", "{}")).retryAfter())
                .contains(Duration.ofSeconds(3));
        assertThat(answeredWith(VendorReply.json(503, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n", "{}"))
                .retryAfter()).isEmpty();
    }

    @Test
    void whoHasUsedUpTheDayIsNotToldToWaitForAMinute() {
        ProviderException failure = answeredWith(VendorReply.json(429, "{\"error\":{\"code\":429,\"details\":["
                + "{\"violations\":[{\"quotaId\":\"RequestsPerDay\"}]},{\"retryDelay\":\"48s\"}]}}"));
        assertThat(failure.category()).isEqualTo(FailureCategory.QUOTA);
        assertThat(failure.retryAfter()).isEmpty();
    }

    @Test
    void showsTheVendorsWordsButNoKeyAndNothingOfThePrompt() {
        ProviderException failure = answeredWith(VendorReply.json(400, "{\"error\":{\"message\":\"key " + KEY
                + " or AIzaOther_Key-0123456789 or AQ.Ab8RN6Kabcdefghij:\\nInvalid value at 'contents[0].role' (TYPE), "
                + "\\\"my secret\\\" " + "x".repeat(1000) + "\"}}"));
        assertThat(failure.getMessage()).startsWith("the vendor answered with status 400: key **** or **** or ****: "
                + "Invalid value at 'contents[0].role' (TYPE), \"…\" xxx").hasSizeLessThan(360);
    }

    @Test
    void tellsWhenNobodyIsThere() throws IOException {
        int port;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        Provider nobody = provider(http, Map.of("base-url", "http://127.0.0.1:" + port));
        assertThat(failure(() -> nobody.chat(Ask.hi().streamed(), attempt())).category())
                .isEqualTo(FailureCategory.CONNECT);
    }
}
