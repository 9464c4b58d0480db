package dev.formulary.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.formulary.spi.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The member `usage`, of which vendors leave out what they like.
final class UsageCounts {
    private static final int MOST_DIGITS = 40;

    private int prompt = -1;
    private int completion = -1;
    private int total;
    private int cached;
    private int cacheWrite;
    private int thinking;
    private int image;
    private int audioIn;
    private int audioOut;
    /// In dollars: what the vendor charges, and what another one charges the owner of the key that was used.
    private @Nullable BigDecimal charged;
    private BigDecimal upstream = BigDecimal.ZERO;
    private boolean ownKey;

    void read(JsonParser in) throws IOException {
        read(in, "");
    }

    /// @param within the object in which the counts stand; some names mean something else in each
    private void read(JsonParser in, String within) throws IOException {
        boolean written = within.startsWith("completion") || within.startsWith("output");
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken token = in.nextToken();
            switch (name) {
                case "prompt_tokens", "input_tokens" -> prompt = count(in, prompt);
                case "completion_tokens", "output_tokens" -> completion = count(in, completion);
                case "total_tokens" -> total = count(in, total);
                case "cached_tokens", "prompt_cache_hit_tokens" -> cached = count(in, cached);
                case "cache_write_tokens", "cache_creation_tokens" -> cacheWrite = count(in, cacheWrite);
                case "cost", "total_cost" -> {
                    if (token == JsonToken.START_OBJECT) {
                        read(in, name);
                    }
                    charged = dollars(in, charged);
                }
                case "upstream_inference_cost" -> upstream = Objects.requireNonNull(dollars(in, upstream));
                case "is_byok" -> ownKey = token == JsonToken.VALUE_TRUE;
                case "reasoning_tokens" -> thinking = count(in, thinking);
                case "image_tokens" -> image = written ? skipped(in, image) : count(in, image);
                case "audio_tokens" -> {
                    audioOut = written ? count(in, audioOut) : audioOut;
                    audioIn = written ? audioIn : count(in, audioIn);
                }
                default -> {
                    if (token == JsonToken.START_OBJECT && name.endsWith("_details")) {
                        read(in, name);
                    }
                }
            }
            in.skipChildren();
        }
    }

    private static int skipped(JsonParser in, int before) throws IOException {
        in.skipChildren();
        return before;
    }

    private static int count(JsonParser in, int before) throws IOException {
        JsonToken token = in.currentToken();
        return token != null && token.isNumeric() ? Math.max(0, in.getValueAsInt()) : before;
    }

    private static @Nullable BigDecimal dollars(JsonParser in, @Nullable BigDecimal before) throws IOException {
        JsonToken token = in.currentToken();
        if (token == null || !token.isNumeric()) {
            return before;
        }
        BigDecimal dollars = in.getDecimalValue();
        // what is beyond is no amount of money, and would take long to be reckoned with
        return dollars.signum() < 0 || Math.abs((long) dollars.scale()) > MOST_DIGITS
                || dollars.precision() > MOST_DIGITS ? before : dollars;
    }

    /// What the answer cost, in micro-dollars, rounded up: what the vendor charged and, where it asked another with the
    /// caller's own key, what that one charges. -1 when it does not say, as most do.
    long costMicros() {
        if (charged == null) {
            return -1;
        }
        BigDecimal micros = (ownKey ? charged.add(upstream) : charged).movePointRight(6)
                .setScale(0, RoundingMode.CEILING);
        return micros.toBigInteger().bitLength() < Long.SIZE ? micros.longValue() : -1;
    }

    /// The counts, or null when the vendor has not counted. Some count thoughts in the total only.
    @Nullable
    Usage usage() {
        if (prompt < 0 && completion < 0) {
            return null;
        }
        int read = Math.max(0, prompt);
        int wrote = Math.max(0, completion);
        long beyond = (long) total - read - wrote;
        if (prompt >= 0 && completion >= 0 && beyond > 0) {
            thinking = Math.max(thinking, (int) beyond);
            wrote += (int) beyond;
        }
        return new Usage(read, wrote, cached, thinking, cacheWrite, image, audioIn, audioOut, false);
    }
}
