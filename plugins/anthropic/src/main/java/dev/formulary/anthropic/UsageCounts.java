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
    private long keptMinutes;
    private long keptHour;
    private long thinking;

    void add(JsonNode usage) {
        plain = count(usage, "input_tokens", plain);
        written = count(usage, "output_tokens", written);
        cached = count(usage, "cache_read_input_tokens", cached);
        cacheWrite = count(usage, "cache_creation_input_tokens", cacheWrite);
        JsonNode kept = usage.path("cache_creation");
        keptMinutes = count(kept, "ephemeral_5m_input_tokens", keptMinutes);
        keptHour = count(kept, "ephemeral_1h_input_tokens", keptHour);
        thinking = count(usage.path("output_tokens_details"), "thinking_tokens", thinking);
    }

    private static long count(JsonNode usage, String name, long before) {
        JsonNode value = usage.path(name);
        return value.isIntegralNumber() ? Math.clamp(value.longValue(), 0, Integer.MAX_VALUE) : before;
    }

    /// The counts, or null when the vendor has not counted. Its count of tokens read leaves out those of its cache, ours
    /// has them in. What is put into its cache is told at large and by how long it is kept; the larger one counts.
    @Nullable
    Usage usage() {
        if (plain < 0 && written < 0) {
            return null;
        }
        int put = (int) Math.min(Math.max(cacheWrite, keptMinutes + keptHour), Integer.MAX_VALUE);
        long prompt = Math.max(0, plain) + cached + put;
        int completion = (int) Math.max(0, written);
        return new Usage((int) Math.min(prompt, Integer.MAX_VALUE), completion, (int) cached,
                (int) Math.min(thinking, completion), put, (int) keptHour, 0, 0, 0, false);
    }
}
