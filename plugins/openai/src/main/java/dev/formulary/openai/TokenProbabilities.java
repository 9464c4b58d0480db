package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Logprobs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the member `logprobs` of a choice.
final class TokenProbabilities {
    private TokenProbabilities() {}

    /// @param logprobs null when there is none
    static void tell(@Nullable JsonNode logprobs, List<ReplyEvent> events) {
        if (logprobs == null) {
            return;
        }
        List<Logprobs.Token> tokens = tokens(logprobs.path("content"));
        if (!tokens.isEmpty()) {
            events.add(new Logprobs(tokens));
        }
    }

    private static List<Logprobs.Token> tokens(JsonNode list) {
        var tokens = new ArrayList<Logprobs.Token>();
        for (JsonNode token : list) {
            if (token.path("token").isTextual()) {
                // some servers say a little more than nought where a token is certain
                tokens.add(new Logprobs.Token(token.path("token").textValue(),
                        Math.min(0, token.path("logprob").asDouble()), bytes(token.path("bytes")),
                        tokens(token.path("top_logprobs"))));
            }
        }
        return tokens;
    }

    private static @Nullable List<Integer> bytes(JsonNode list) {
        return list.isArray() ? list.valueStream().map(JsonNode::asInt).toList() : null;
    }
}
