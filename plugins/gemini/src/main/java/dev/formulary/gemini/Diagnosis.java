package dev.formulary.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.wire.VendorWords;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Sorts an error of the vendor.
///
/// @param code HTTP status, or 0
/// @param status the vendor's name for it, for example `RESOURCE_EXHAUSTED`
/// @param message the vendor's words
/// @param details the vendor's list of reasons
record Diagnosis(int code, String status, String message, JsonNode details) {
    private static final Pattern NO_QUOTA_AT_ALL = Pattern.compile("limit: 0(?![0-9.])");
    private static final List<String> EMPTY_PURSE = List.of("prepayment credits are depleted", "spending cap",
            "billing account is disabled");
    private static final List<String> OVERFLOW = List.of("exceeds the maximum number of tokens",
            "maximum context length", "context length exceeded", "prompt is too long", "exceeds the context window",
            "input token count exceeds", "exceed context limit", "exceeds the available context size",
            "please reduce the length");
    private static final List<String> BAD_KEY = List.of("api key not valid", "api key expired", "api_key_invalid",
            "api key not found", "user location is not supported");
    private static final List<String> CAN_NOT = List.of("is not supported", "are not supported", "is unsupported",
            "unsupported mime type", "not enabled for", "does not support", "only works with",
            "payload size exceeds");

    FailureCategory category() {
        String words = message.toLowerCase(Locale.ROOT);
        if (code == 402 || VendorWords.any(words, EMPTY_PURSE)) {
            return FailureCategory.QUOTA;
        }
        if (code == 429 || status.equals("RESOURCE_EXHAUSTED")) {
            return usedUp() ? FailureCategory.QUOTA : FailureCategory.THROTTLED;
        }
        if (VendorWords.any(words, OVERFLOW)) {
            return FailureCategory.CONTEXT_OVERFLOW;
        }
        if (code == 401 || code == 403 || status.equals("UNAUTHENTICATED") || status.equals("PERMISSION_DENIED")
                || says("reason", "API_KEY_INVALID") || VendorWords.any(words, BAD_KEY)) {
            return FailureCategory.AUTH;
        }
        if (code == 404 || status.equals("NOT_FOUND")) {
            return FailureCategory.UNKNOWN_MODEL;
        }
        return code < 500 && VendorWords.any(words, CAN_NOT) ? FailureCategory.UNSUPPORTED : byCode();
    }

    private FailureCategory byCode() {
        if (code == 408 || code == 504 || status.equals("DEADLINE_EXCEEDED")) {
            return FailureCategory.TIMEOUT;
        }
        if (code >= 300 && code < 400) {
            return FailureCategory.CONFIGURATION;
        }
        boolean ours = code >= 400 && code < 500;
        return ours || status.equals("INVALID_ARGUMENT") || status.equals("FAILED_PRECONDITION")
                ? FailureCategory.INVALID_REQUEST
                : FailureCategory.SERVER;
    }

    /// A quota of the day, or none at all: waiting for a minute does not help.
    private boolean usedUp() {
        for (JsonNode detail : details) {
            for (JsonNode violation : detail.path("violations")) {
                if (violation.path("quotaId").asText("").contains("PerDay")
                        || violation.path("quotaValue").asText("").equals("0")) {
                    return true;
                }
            }
        }
        return NO_QUOTA_AT_ALL.matcher(message).find();
    }

    private boolean says(String member, String value) {
        for (JsonNode detail : details) {
            if (detail.path(member).asText("").equals(value)) {
                return true;
            }
        }
        return false;
    }
}
