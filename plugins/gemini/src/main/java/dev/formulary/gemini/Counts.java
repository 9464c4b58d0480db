package dev.formulary.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.Usage;
import java.util.List;

/// The member `usageMetadata`. Its frames count from the beginning of the answer, so that the last one holds.
///
/// Tokens that came from the cache are no longer counted as pictures or sound: each belongs to one class, as it is priced.
final class Counts {
    private Counts() {}

    static Usage of(JsonNode metadata) {
        int thoughts = Json.count(metadata.path("thoughtsTokenCount"));
        return new Usage(sum(metadata, "promptTokenCount", "toolUsePromptTokenCount"),
                sum(metadata, "candidatesTokenCount", "thoughtsTokenCount"),
                Json.count(metadata.path("cachedContentTokenCount")), thoughts, 0, read(metadata, "IMAGE"),
                read(metadata, "AUDIO"), modality(metadata, "candidatesTokensDetails", "AUDIO"), false);
    }

    private static int sum(JsonNode metadata, String one, String other) {
        return added(Json.count(metadata.path(one)), Json.count(metadata.path(other)));
    }

    private static int added(int one, int other) {
        return (int) Math.min(Integer.MAX_VALUE, (long) one + other);
    }

    private static int read(JsonNode metadata, String modality) {
        int all = 0;
        for (String details : List.of("promptTokensDetails", "toolUsePromptTokensDetails")) {
            all = added(all, modality(metadata, details, modality));
        }
        return Math.max(0, all - modality(metadata, "cacheTokensDetails", modality));
    }

    private static int modality(JsonNode metadata, String details, String modality) {
        int tokens = 0;
        for (JsonNode each : metadata.path(details)) {
            if (each.path("modality").asText("").equals(modality)) {
                tokens = added(tokens, Json.count(each.path("tokenCount")));
            }
        }
        return tokens;
    }
}
