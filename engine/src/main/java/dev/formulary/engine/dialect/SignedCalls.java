package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/// What vendors signed of calls of tools, in the one place where clients of `/v1/responses` carry such things: the
/// `encrypted_content` of a reasoning item, which tells for each call's id its signature. What a vendor signed of its thoughts
/// stands there as it is; it begins with the kind of the provider, and this with the name of the gateway.
final class SignedCalls {
    private static final String OURS = "formulary-calls:";

    private SignedCalls() {}

    static boolean isOurs(String encrypted) {
        return encrypted.startsWith(OURS);
    }

    /// @param signatures by the id of the call
    static String write(Map<String, String> signatures) {
        ObjectNode all = Json.MAPPER.createObjectNode();
        signatures.forEach(all::put);
        return OURS + Base64.getEncoder().encodeToString(Json.bytes(out -> Json.MAPPER.writeTree(out, all)));
    }

    /// All signatures of calls that items carry. What is damaged carries none: a vendor that insists on them says so.
    static Map<String, String> in(JsonNode items) {
        Map<String, String> all = new HashMap<>();
        for (JsonNode item : items) {
            String encrypted = item.path("encrypted_content").asText("");
            if (isOurs(encrypted)) {
                read(encrypted.substring(OURS.length()), all);
            }
        }
        return all;
    }

    private static void read(String base64, Map<String, String> into) {
        try {
            Json.MAPPER.readTree(Base64.getDecoder().decode(base64)).properties()
                    .forEach(each -> into.put(each.getKey(), each.getValue().asText()));
        } catch (IllegalArgumentException | IOException e) {
            // as if there were none
        }
    }
}
