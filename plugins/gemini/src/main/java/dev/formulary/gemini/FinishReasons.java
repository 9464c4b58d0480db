package dev.formulary.gemini;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import java.util.regex.Pattern;

/// Why a model stopped, in the API's words. What is no proper end is an error: another try may do better.
final class FinishReasons {
    private static final Pattern WORD = Pattern.compile("[A-Z][A-Z0-9_]{0,50}");

    private FinishReasons() {}

    static Reason of(String reason) throws ProviderException {
        return switch (reason) {
            case "STOP" -> Reason.STOP;
            case "MAX_TOKENS" -> Reason.LENGTH;
            case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "MODEL_ARMOR",
                    "JAILBREAK", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER" ->
                Reason.CONTENT_FILTER;
            case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE",
                    "MISSING_THOUGHT_SIGNATURE" ->
                throw new ProviderException(FailureCategory.MALFORMED,
                        "the model's answer is not one that can be used: " + reason);
            default -> throw new ProviderException(FailureCategory.SERVER, "the model stopped for another reason"
                    + (WORD.matcher(reason).matches() ? ": " + reason : ""));
        };
    }
}
