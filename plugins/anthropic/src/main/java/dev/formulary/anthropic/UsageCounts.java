package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.Usage;
import org.jspecify.annotations.Nullable;

/// The member `usage`. In a stream it comes twice or more; what a later one says replaces what was said before.
final class UsageCounts {
    private long plain = -1;
    private long written = -1;
    private long cached;
    private long cacheWrite;
    private long thinking;

    void add(JsonNode usage) {
        plain = count(usage, "input_tokens", plain);
        written = count(usage, "output_tokens", written);
        cached = count(usage, "cache_read_input_tokens", cached);
        cacheWrite = count(usage, "cache_creation_input_tokens", cacheWrite);
        thinking = count(usage.path("output_tokens_details"), "thinking_tokens", thinking);
    }

    private static long count(JsonNode usage, String name, long before) {
        JsonNode value = usage.path(name);
        return value.isIntegralNumber() ? Math.clamp(value.longValue(), 0, Integer.MAX_VALUE) : before;
    }

    /// The counts, or null when the vendor has not counted. Its count of tokens read leaves out those of its cache, ours
    /// has them in.
    @Nullable
    Usage usage() {
        if (plain < 0 && written < 0) {
            return null;
        }
        long prompt = Math.max(0, plain) + cached + cacheWrite;
        int completion = (int) Math.max(0, written);
        return new Usage((int) Math.min(prompt, Integer.MAX_VALUE), completion, (int) cached,
                (int) Math.min(thinking, completion), (int) cacheWrite, 0, 0, 0, false);
    }
}
