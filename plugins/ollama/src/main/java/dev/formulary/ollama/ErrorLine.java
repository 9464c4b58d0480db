package dev.formulary.ollama;

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
import org.jspecify.annotations.Nullable;

/// Sorts what Ollama says when it does not answer: mostly `{"error":"text"}`, whose text tells more than the status.
final class ErrorLine {
    private final VendorWords words;

    /// @param secret what must never be shown, or null
    ErrorLine(@Nullable String secret) {
        this.words = new VendorWords("ollama", secret == null ? List.of() : List.of(secret), null);
    }

    static ProviderException malformed() {
        return new ProviderException(FailureCategory.MALFORMED, "ollama's answer is not the json that it should be");
    }

    ProviderException of(Response response) throws ProviderException, InterruptedException {
        JsonNode body = MissingNode.getInstance();
        try {
            body = Json.TREES.readTree(response.readAll(1 << 20));
        } catch (IOException e) {
            // a proxy's page of HTML, mostly: the status must do
        }
        return of(response.status(), text(body.path("error")), wait(response.header("retry-after").orElse("")));
    }

    /// An error that came within an answer.
    ProviderException of(String text, int status) {
        return of(status, text, null);
    }

    static String text(JsonNode error) {
        return error.isTextual() ? error.asText() : error.path("message").asText("");
    }

    private ProviderException of(int status, String text, @Nullable Duration retryAfter) {
        return new ProviderException(category(status, text.toLowerCase(Locale.ROOT)), words.said(status, text), status,
                retryAfter, null);
    }

    private static FailureCategory category(int status, String text) {
        if (text.contains("does not support")) {
            return FailureCategory.UNSUPPORTED;
        }
        if (text.contains("context length") || text.contains("context window") || text.contains("context size")
                || text.contains("exceeds maximum context") || text.contains("input too long")) {
            return FailureCategory.CONTEXT_OVERFLOW;
        }
        if (status == 404 || (text.contains("model") && text.contains("not found"))) {
            return FailureCategory.UNKNOWN_MODEL;
        }
        if (status == 401 || status == 403 || text.contains("unauthorized")) {
            return FailureCategory.AUTH;
        }
        if (status == 429 || text.contains("server busy") || text.contains("maximum pending requests")) {
            return text.contains("limit") && text.contains("upgrade")
                    ? FailureCategory.QUOTA
                    : FailureCategory.THROTTLED;
        }
        if (status == 408 || status == 504) {
            return FailureCategory.TIMEOUT;
        }
        if (status >= 300 && status < 400) {
            return FailureCategory.CONFIGURATION;
        }
        return status >= 400 && status < 500 ? FailureCategory.INVALID_REQUEST : FailureCategory.SERVER;
    }

    private static @Nullable Duration wait(String seconds) {
        return seconds.matches("\\d{1,7}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
    }
}
