package dev.formulary.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ReplyEvent.Logprobs;
import java.util.ArrayList;
import java.util.List;

/// The member `logprobsResult` of a candidate: which tokens were chosen, and the likeliest in the place of each.
final class Probabilities {
    private Probabilities() {}

    static List<Logprobs.Token> of(JsonNode result) {
        var tokens = new ArrayList<Logprobs.Token>();
        for (JsonNode chosen : result.path("chosenCandidates")) {
            JsonNode likeliest = result.path("topCandidates").path(tokens.size()).path("candidates");
            var alternatives = new ArrayList<Logprobs.Token>();
            for (JsonNode each : likeliest) {
                alternatives.add(token(each, List.of()));
            }
            tokens.add(token(chosen, alternatives));
        }
        return tokens;
    }

    private static Logprobs.Token token(JsonNode candidate, List<Logprobs.Token> alternatives) {
        double logprob = candidate.path("logProbability").asDouble(0);
        // a logarithm of a probability is finite in JSON, and rounding may lift it above zero
        double proper = Double.isFinite(logprob) ? Math.min(0, logprob) : -Double.MAX_VALUE;
        return new Logprobs.Token(candidate.path("token").asText(""), proper, null, alternatives);
    }
}
