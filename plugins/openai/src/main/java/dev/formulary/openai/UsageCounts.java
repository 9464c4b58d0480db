package dev.formulary.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.formulary.spi.Usage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The member `usage`, of which vendors leave out what they like.
final class UsageCounts {
    private int prompt = -1;
    private int completion = -1;
    private int cached;
    private int thinking;

    void read(JsonParser in) throws IOException {
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken token = in.nextToken();
            switch (name) {
                case "prompt_tokens", "input_tokens" -> prompt = count(in, prompt);
                case "completion_tokens", "output_tokens" -> completion = count(in, completion);
                case "cached_tokens", "prompt_cache_hit_tokens" -> cached = count(in, cached);
                case "reasoning_tokens" -> thinking = count(in, thinking);
                default -> {
                    if (token == JsonToken.START_OBJECT && name.endsWith("_details")) {
                        read(in);
                    } else {
                        in.skipChildren();
                    }
                }
            }
        }
    }

    private static int count(JsonParser in, int before) throws IOException {
        JsonToken token = in.currentToken();
        return token != null && token.isNumeric() ? Math.max(0, in.getValueAsInt()) : before;
    }

    /// The counts, or null when the vendor has not counted.
    @Nullable
    Usage usage() {
        return prompt < 0 && completion < 0
                ? null
                : new Usage(Math.max(0, prompt), Math.max(0, completion), cached, thinking, false);
    }
}
