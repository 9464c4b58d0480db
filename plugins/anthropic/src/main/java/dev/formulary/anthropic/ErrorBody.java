package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import dev.formulary.wire.VendorWords;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sorts what servers say when they do not answer. The vendor says `{"type":"error","error":{"type","message"}}`; others
/// that speak its format say what they like.
final class ErrorBody {
    private static final int LONGEST_BODY = 1 << 20;
    private static final int SHORTEST_SECRET = 6;
    private static final Pattern KEY_LIKE = Pattern.compile("\\b(sk|pk|key)[-_][A-Za-z0-9*_.-]{4,}");
    private static final List<String> OVERFLOW = List.of("prompt is too long", "exceed context limit",
            "exceed_context_size_error", "exceeds the available context size", "context window", "context length",
            "input is too long");
    private static final List<String> EMPTY_PURSE = List.of("billing_error", "credit balance is too low",
            "usage limits", "spend limit");
    /// What other models would do.
    private static final List<String> CAN_NOT = List.of("does not support", "not supported", "first message must use",
            "may not be enabled when tool_choice");

    private final VendorWords words;
    private final RetryHint hints;

    /// @param secrets what must never be shown
    ErrorBody(List<String> secrets, InstantSource clock) {
        this.words = new VendorWords("the vendor",
                secrets.stream().filter(secret -> secret.length() >= SHORTEST_SECRET).toList(), KEY_LIKE);
        this.hints = new RetryHint(clock);
    }

    /// Reads the body of a response whose status is not a good one.
    ProviderException of(Response response) throws ProviderException, InterruptedException {
        JsonNode root = MissingNode.getInstance();
        try {
            root = Json.read(response.readAll(LONGEST_BODY));
        } catch (IOException e) {
            // a proxy's page of HTML, mostly: the status must do
        }
        return of(response.status(), root, hints.of(response));
    }

    /// An error that came with status 200 or within a stream.
    ///
    /// @param root the object that has the member `error`
    ProviderException insteadOfAnAnswer(JsonNode root) {
        return of(0, root, null);
    }

    private ProviderException of(int status, JsonNode root, @Nullable Duration retryAfter) {
        JsonNode error = root.hasNonNull("error") ? root.path("error") : root;
        String message = error.isTextual() ? error.asText() : error.path("message").asText("");
        String type = error.path("type").asText("");
        FailureCategory category = category(status, type, message.toLowerCase(Locale.ROOT));
        return new ProviderException(category, words.said(status, message), status, retryAfter, null);
    }

    private static FailureCategory category(int status, String type, String message) {
        if (status == 402 || type.equals("billing_error") || VendorWords.any(message, EMPTY_PURSE)) {
            return FailureCategory.QUOTA;
        }
        if (status == 429 || type.equals("rate_limit_error")) {
            return FailureCategory.THROTTLED;
        }
        if (VendorWords.any(type + " " + message, OVERFLOW)) {
            return FailureCategory.CONTEXT_OVERFLOW;
        }
        if (status == 401 || status == 403 || type.equals("authentication_error") || type.equals("permission_error")) {
            return FailureCategory.AUTH;
        }
        if (status == 404 || type.equals("not_found_error")) {
            return FailureCategory.UNKNOWN_MODEL;
        }
        if (status == 408 || status == 504 || type.equals("timeout_error")) {
            return FailureCategory.TIMEOUT;
        }
        return theirsOrOurs(status, type, message);
    }

    private static FailureCategory theirsOrOurs(int status, String type, String message) {
        if (status >= 300 && status < 400) {
            return FailureCategory.CONFIGURATION;
        }
        if (VendorWords.any(message, CAN_NOT)) {
            return FailureCategory.UNSUPPORTED;
        }
        boolean ours = (status >= 400 && status < 500)
                || (status == 0 && (type.equals("invalid_request_error") || type.equals("request_too_large")));
        return ours ? FailureCategory.INVALID_REQUEST : FailureCategory.SERVER;
    }
}
