package dev.formulary.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.wire.Json;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What vendors of this format sign, as one text: `openai:` and a plain signature, or `openai:[...]` with the entries of
/// `reasoning_details`.
///
/// When only one entry has words, they are left out, for the thoughts themselves say the same.
final class Signatures {
    private static final String OURS = "openai:";
    /// A provider's kind and a colon; what vendors sign has no colon.
    private static final Pattern OF_SOME_KIND = Pattern.compile("[a-z][a-z0-9-]{1,40}:.*", Pattern.DOTALL);

    private Signatures() {}

    static String of(String signature) {
        return OURS + signature;
    }

    /// @param details entries of `reasoning_details`
    static String of(ArrayNode details) {
        ArrayNode copy = details.deepCopy();
        if (copy.valueStream().filter(detail -> detail.hasNonNull("text")).count() == 1) {
            copy.forEach(detail -> ((ObjectNode) detail).remove("text"));
        }
        return OURS + copy;
    }

    /// The plain signature, when it is one of ours or as a vendor gave it; null when another provider made it.
    static @Nullable String plain(@Nullable String value) {
        if (value == null) {
            return null;
        }
        if (value.startsWith(OURS)) {
            String inner = value.substring(OURS.length());
            return inner.startsWith("[") ? null : inner;
        }
        return isForeign(value) ? null : value;
    }

    /// Whether another kind of provider made it.
    static boolean isForeign(String value) {
        return !value.startsWith(OURS) && OF_SOME_KIND.matcher(value).matches();
    }

    /// The entries of `reasoning_details`, when it is such a signature of ours.
    ///
    /// @param thoughts goes into the entry that lacks its words
    static @Nullable ArrayNode details(@Nullable String value, String thoughts) {
        if (value == null || !value.startsWith(OURS + "[")) {
            return null;
        }
        try {
            if (Json.TREES.readTree(value.substring(OURS.length())) instanceof ArrayNode details) {
                for (JsonNode detail : details) {
                    restore(detail, thoughts);
                }
                return details;
            }
        } catch (JsonProcessingException e) {
            // somebody has changed it, so nobody will accept it
        }
        return null;
    }

    private static void restore(JsonNode detail, String thoughts) {
        boolean lacksText = detail.path("type").asText().equals("reasoning.text") && !detail.has("text");
        if (detail instanceof ObjectNode object && lacksText && !thoughts.isEmpty()) {
            object.put("text", thoughts);
        }
    }
}
