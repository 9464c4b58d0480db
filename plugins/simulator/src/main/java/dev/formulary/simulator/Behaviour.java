package dev.formulary.simulator;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How the simulator behaves: its settings.
///
/// @param models `models`: ids, or maps with an `id`; without it `echo-small`, `echo-large`, `counsel`, `embed`
/// @param firstTokenMillis `first-token-ms`: mean time until the first token, 30 by default, 0 for none
/// @param jitterMillis `first-token-jitter-ms`: how far that time strays to both sides, 0 by default
/// @param tokensPerSecond `tokens-per-second`: pace of the answer, 200 by default, 0 for all at once
/// @param errorRate `error-rate`: share of calls that fail, 0 to 1, 0 by default
/// @param error `error`: how they fail: `throttled`, `server` (default), `cut` or `hang`
/// @param status `error-status`: HTTP status of `throttled` (429) and `server` (500)
/// @param retryAfter `retry-after-ms`: how long `throttled` asks to wait, 1000 by default
/// @param seed `seed`: chooses which calls fail and how times stray, the same for the same seed, 1 by default
/// @param inputPrice `input-price`: dollars for a million tokens read, free by default; here in micro-dollars
/// @param outputPrice `output-price`: dollars for a million tokens written, free by default; here in micro-dollars
/// @param answer `answer`: what is said; `{input}` stands for what was asked; null for the simulator's own words
record Behaviour(List<String> models, long firstTokenMillis, long jitterMillis, double tokensPerSecond,
        double errorRate,
        Mishap error, int status, Duration retryAfter, long seed, long inputPrice, long outputPrice,
        @Nullable String answer) {

    enum Mishap {
        THROTTLED, SERVER, CUT, HANG
    }

    private static final Set<String> KEYS = Set.of("models", "first-token-ms", "first-token-jitter-ms",
            "tokens-per-second", "error-rate", "error", "error-status", "retry-after-ms", "seed", "input-price",
            "output-price", "answer");
    private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);
    private static final double MOST = 1e12;

    static Behaviour of(Map<String, Object> settings) throws ProviderException {
        for (String key : settings.keySet()) {
            if (!KEYS.contains(key)) {
                throw wrong("there is no setting '" + key + "'; there are " + String.join(", ", new TreeSet<>(KEYS)));
            }
        }
        Mishap error = error(settings.get("error"));
        return new Behaviour(models(settings.get("models")), (long) number(settings, "first-token-ms", 30, MOST),
                (long) number(settings, "first-token-jitter-ms", 0, MOST),
                number(settings, "tokens-per-second", 200, MOST), number(settings, "error-rate", 0, 1), error,
                (int) number(settings, "error-status", error == Mishap.THROTTLED ? 429 : 500, 599),
                Duration.ofMillis((long) number(settings, "retry-after-ms", 1000, MOST)),
                (long) number(settings, "seed", 1, MOST), micros(settings, "input-price"),
                micros(settings, "output-price"), text(settings.get("answer")));
    }

    private static List<String> models(@Nullable Object value) throws ProviderException {
        if (value == null) {
            return List.of();
        }
        var ids = new ArrayList<String>();
        for (Object entry : value instanceof List<?> list ? list : List.of()) {
            Object id = entry instanceof Map<?, ?> card ? card.get("id") : entry;
            if (!(id instanceof String name) || name.isBlank()) {
                throw wrong("each entry of 'models' must be an id or a map with an 'id'");
            }
            ids.add(name);
        }
        if (ids.isEmpty()) {
            throw wrong("'models' must be a list of ids, or be left out");
        }
        return List.copyOf(ids);
    }

    private static double number(Map<String, Object> settings, String key, double otherwise, double most)
            throws ProviderException {
        Object value = settings.getOrDefault(key, otherwise);
        BigDecimal number = decimal(value);
        if (number != null && number.signum() >= 0 && number.doubleValue() <= most) {
            return number.doubleValue();
        }
        throw wrong(
                "'" + key + "' must be a number from 0" + (most < MOST ? " to " + (int) most : "") + ", not '" + value
                        + "'");
    }

    private static long micros(Map<String, Object> settings, String key) throws ProviderException {
        return BigDecimal.valueOf(number(settings, key, 0, 1e9)).multiply(MICROS).longValue();
    }

    private static @Nullable BigDecimal decimal(Object value) {
        try {
            return new BigDecimal(value.toString());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static Mishap error(@Nullable Object value) throws ProviderException {
        return switch (value == null ? "server" : value.toString()) {
            case "throttled" -> Mishap.THROTTLED;
            case "server" -> Mishap.SERVER;
            case "cut" -> Mishap.CUT;
            case "hang" -> Mishap.HANG;
            default -> throw wrong("'error' must be throttled, server, cut or hang, not '" + value + "'");
        };
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static ProviderException wrong(String message) {
        return new ProviderException(FailureCategory.CONFIGURATION, message);
    }
}
