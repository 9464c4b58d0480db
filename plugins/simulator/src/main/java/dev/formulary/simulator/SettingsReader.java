package dev.formulary.simulator;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads typed settings and says which one is wrong and how it should be.
final class SettingsReader {
    static final double MOST = 1e12;
    private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);

    private final String where;
    private final Map<?, ?> settings;
    private final TreeSet<String> asked = new TreeSet<>();

    /// @param where what stands before a setting's name in messages; empty at the top
    SettingsReader(String where, Map<?, ?> settings) {
        this.where = where;
        this.settings = settings;
    }

    boolean has(String key) {
        return get(key) != null;
    }

    private @Nullable Object get(String key) {
        asked.add(key);
        return settings.get(key);
    }

    double number(String key, double otherwise, double most) throws ProviderException {
        Object value = get(key);
        if (value == null) {
            return otherwise;
        }
        BigDecimal number = decimal(value);
        if (number != null && number.signum() >= 0 && number.doubleValue() <= most) {
            return number.doubleValue();
        }
        throw wrong("'" + where + key + "' must be a number from 0" + (most < MOST ? " to " + (int) most : "")
                + ", not '" + value + "'");
    }

    long whole(String key, long otherwise) throws ProviderException {
        return (long) number(key, (double) otherwise, MOST);
    }

    Duration millis(String key, long otherwise) throws ProviderException {
        return Duration.ofMillis(whole(key, otherwise));
    }

    long micros(String key) throws ProviderException {
        return BigDecimal.valueOf(number(key, 0, 1e9)).multiply(MICROS).longValue();
    }

    private static @Nullable BigDecimal decimal(Object value) {
        try {
            return new BigDecimal(value.toString());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    @Nullable
    String text(String key) {
        Object value = get(key);
        return value == null ? null : value.toString();
    }

    <E extends Enum<E>> E word(String key, Class<E> words, E otherwise) throws ProviderException {
        Object value = get(key);
        if (value == null) {
            return otherwise;
        }
        for (E constant : words.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value.toString())) {
                return constant;
            }
        }
        throw wrong("'" + where + key + "' must be one of " + String.join(", ", Arrays
                .stream(words.getEnumConstants()).map(each -> each.name().toLowerCase(Locale.ROOT)).toList())
                + ", not '" + value + "'");
    }

    List<String> ids(String key) throws ProviderException {
        Object value = get(key);
        if (value == null) {
            return List.of();
        }
        var ids = new ArrayList<String>();
        for (Object entry : value instanceof List<?> list ? list : List.of()) {
            Object id = entry instanceof Map<?, ?> card ? card.get("id") : entry;
            if (!(id instanceof String name) || name.isBlank()) {
                throw wrong("each entry of '" + key + "' must be an id or a map with an 'id'");
            }
            ids.add(name);
        }
        if (ids.isEmpty()) {
            throw wrong("'" + key + "' must be a list of ids, or be left out");
        }
        return List.copyOf(ids);
    }

    /// The entries of a list of maps; none when it is not there.
    List<SettingsReader> maps(String key) throws ProviderException {
        Object value = get(key);
        List<SettingsReader> readers = new ArrayList<>();
        if (value == null) {
            return readers;
        }
        for (Object entry : value instanceof List<?> list ? list : List.of(value)) {
            if (!(entry instanceof Map<?, ?> map)) {
                throw wrong("each entry of '" + where + key + "' must hold settings such as \"rate: 0.1\"");
            }
            readers.add(new SettingsReader(where + key + "[" + readers.size() + "].", map));
        }
        return readers;
    }

    /// Complains of settings that nobody asked for.
    void done() throws ProviderException {
        for (Object key : settings.keySet()) {
            if (!asked.contains(String.valueOf(key))) {
                throw wrong("there is no setting '" + where + key + "'; there are " + String.join(", ", asked));
            }
        }
    }

    ProviderException wrong(String message) {
        return new ProviderException(FailureCategory.CONFIGURATION, message);
    }
}
