package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import dev.formulary.wire.Json;
import dev.formulary.wire.VendorWords;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sorts what vendors say when they do not answer. None of the body's members can be relied on.
final class ErrorBody {
    private static final Pattern KEY_LIKE = Pattern.compile("\\b(sk|pk|key|gsk|xai)[-_][A-Za-z0-9*_.-]{4,}");
    private static final Pattern NO_MODEL = Pattern.compile("model '[^']*' not found");
    private static final List<String> OVERFLOW = List.of("context_length_exceeded", "exceed_context_size_error",
            "maximum context length", "context length exceeded", "contextwindowexceeded", "prompt is too long",
            "exceed context limit", "please reduce the length", "exceeds the available context size",
            "exceeds the context window", "context window exceeds limit", "context size has been exceeded",
            "input is too long", "too many tokens in the prompt");
    private static final List<String> EMPTY_PURSE = List.of("insufficient_quota", "billing_hard_limit_reached",
            "exceeded your current quota", "insufficient credits", "insufficient balance", "insufficient_balance",
            "free-models-per-day");
    private static final List<String> FILTERED = List.of("content_filter", "content_policy_violation",
            "responsibleaipolicyviolation", "data_inspection_failed", "requires moderation");
    private static final List<String> NO_SUCH_MODEL = List.of("model_not_found", "is not a valid model id",
            "no models loaded", "model does not exist", "model not found", "unknown model");
    private static final List<String> CAN_NOT = List.of("support tool use", "does not support tools",
            "support image input", "does not support image", "auto-tool-choice", "input is not supported",
            "does not support embeddings");
    private static final List<String> GARBLED = List.of("tool_use_failed", "failed to call a function");

    private final VendorWords words;

    /// @param secrets what must never be shown
    ErrorBody(List<String> secrets) {
        this.words = new VendorWords("the vendor", secrets, KEY_LIKE);
    }

    /// Reads the body of a response whose status is not a good one.
    ProviderException of(Response response) throws ProviderException, InterruptedException {
        byte[] body = response.readAll(1 << 20);
        return of(response.status(), body, RetryHint.of(response));
    }

    private ProviderException of(int status, byte[] body, @Nullable Duration retryAfter) {
        JsonNode root = MissingNode.getInstance();
        try {
            root = Json.TREES.readTree(body);
        } catch (IOException e) {
            // a proxy's page of HTML, mostly: the status must do
        }
        JsonNode wrapped = root.isArray() ? root.path(0) : root;
        return of(status, wrapped.hasNonNull("error") ? wrapped.path("error") : wrapped, retryAfter);
    }

    /// An error that came with status 200 or within a stream.
    ProviderException insteadOfAnAnswer(JsonNode error) {
        int code = error.path("code").asInt(0);
        return of(code >= 400 && code < 600 ? code : 0, error, null);
    }

    /// An error that came within a stream.
    ProviderException insteadOfAnAnswer(byte[] data) {
        return of(0, data, null);
    }

    private ProviderException of(int status, JsonNode error, @Nullable Duration retryAfter) {
        String message = error.isTextual()
                ? error.asText()
                : error.path("message").asText(error.path("detail").asText(""));
        String code = error.path("code").asText("");
        String type = error.path("type").asText("");
        String raw = error.path("metadata").path("raw").asText("");
        String all = String.join(" ", code, type, message, raw).toLowerCase(Locale.ROOT);
        FailureCategory category = category(status, all);
        boolean limited = category == FailureCategory.THROTTLED || category == FailureCategory.QUOTA;
        Duration wait = retryAfter == null && limited ? RetryHint.of(error, all) : retryAfter;
        return new ProviderException(category, words.said(status, message), status, wait, null);
    }

    private static FailureCategory category(int status, String all) {
        if (status == 402 || VendorWords.any(all, EMPTY_PURSE)) {
            return FailureCategory.QUOTA;
        }
        if (status == 429 || all.contains("rate_limit") || all.contains("ratelimitreached")) {
            return FailureCategory.THROTTLED;
        }
        if (VendorWords.any(all, OVERFLOW)) {
            return FailureCategory.CONTEXT_OVERFLOW;
        }
        if (VendorWords.any(all, FILTERED)) {
            return FailureCategory.REFUSED;
        }
        if (VendorWords.any(all, CAN_NOT)) {
            return FailureCategory.UNSUPPORTED;
        }
        if (VendorWords.any(all, GARBLED)) {
            return FailureCategory.MALFORMED;
        }
        if (status == 401 || status == 403 || all.contains("invalid_api_key") || all.contains("authentication_error")) {
            return FailureCategory.AUTH;
        }
        if (status == 404 || VendorWords.any(all, NO_SUCH_MODEL) || NO_MODEL.matcher(all).find()) {
            return FailureCategory.UNKNOWN_MODEL;
        }
        return byStatus(status, all);
    }

    private static FailureCategory byStatus(int status, String all) {
        if (status == 408 || status == 504) {
            return FailureCategory.TIMEOUT;
        }
        if ((status >= 300 && status < 400) || all.contains("unexpected endpoint")) {
            return FailureCategory.CONFIGURATION;
        }
        if (status >= 400 && status < 500) {
            return FailureCategory.INVALID_REQUEST;
        }
        boolean ours = status == 0 && all.contains("invalid_request_error");
        return ours ? FailureCategory.INVALID_REQUEST : FailureCategory.SERVER;
    }
}
