package dev.formulary.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import dev.formulary.wire.VendorWords;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the vendor says when it does not answer: `{"error":{code,message,status,details}}`, in an array of one where a stream
/// was asked for. None of the members can be relied on.
final class ErrorBody {
    private static final int LONGEST_BODY = 1 << 20;
    private static final Pattern KEY_LIKE = Pattern.compile("\\b(AIza[A-Za-z0-9_-]{10,}|AQ\\.[A-Za-z0-9_-]{10,})");
    /// Some messages quote the value that is wrong, which may be a piece of the prompt.
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"?");

    private final VendorWords words;

    /// @param secret what must never be shown, or null
    ErrorBody(@Nullable String secret) {
        this.words = new VendorWords("the vendor", secret == null ? List.of() : List.of(secret), KEY_LIKE);
    }

    /// Reads the body of a response whose status is not a good one.
    ProviderException of(Response response) throws ProviderException, InterruptedException {
        JsonNode root = MissingNode.getInstance();
        try {
            root = Json.parse(response.readAll(LONGEST_BODY));
        } catch (IOException e) {
            // a proxy's page of HTML, mostly: the status must do
        }
        return of(response.status(), root, RetryHint.seconds(response.header("retry-after").orElse("")));
    }

    /// An error that came with status 200 or within a stream.
    ///
    /// @param root with a member `error`
    ProviderException insteadOfAnAnswer(JsonNode root) {
        int code = Json.count(root.path("error").path("code"));
        return of(code >= 400 && code < 600 ? code : 0, root, null);
    }

    private ProviderException of(int status, JsonNode root, @Nullable Duration header) {
        JsonNode first = root.isArray() ? root.path(0) : root;
        JsonNode error = first.path("error");
        String message = error.isTextual() ? error.asText() : error.path("message").asText("");
        var diagnosis = new Diagnosis(status, error.path("status").asText(""), message, error.path("details"));
        FailureCategory category = diagnosis.category();
        Duration hint = RetryHint.of(error.path("details"));
        Duration wait = category == FailureCategory.QUOTA ? null : hint == null ? header : hint;
        return new ProviderException(category, words.said(status, unquoted(message)), status, wait, null);
    }

    private String unquoted(String message) {
        return QUOTED.matcher(words.masked(message)).replaceAll("\"\u2026\"");
    }
}
