package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads typed members and says which one is wrong and how it should be.
final class MemberReader {
    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> PLAIN = new TypeReference<>() {
    };

    private MemberReader() {}

    static MalformedBodyException wrong(String param, String expected) {
        return new MalformedBodyException("invalid_value", "'" + param + "' must be " + expected, param);
    }

    static String text(JsonNode value, String param) throws MalformedBodyException {
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw wrong(param, "a string that is not empty");
        }
        return value.textValue();
    }

    static @Nullable String textOrNull(JsonNode value) {
        return value.isTextual() ? value.textValue() : null;
    }

    static boolean flag(JsonNode value, String param, boolean absent) throws MalformedBodyException {
        if (isAbsent(value)) {
            return absent;
        }
        if (!value.isBoolean()) {
            throw wrong(param, "true or false");
        }
        return value.booleanValue();
    }

    static @Nullable Double number(JsonNode value, String param, double least, double most)
            throws MalformedBodyException {
        if (isAbsent(value)) {
            return null;
        }
        if (!value.isNumber() || value.doubleValue() < least || value.doubleValue() > most) {
            throw wrong(param, "a number from " + plain(least) + " to " + plain(most));
        }
        return value.doubleValue();
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    static @Nullable Integer count(JsonNode value, String param, int least) throws MalformedBodyException {
        if (isAbsent(value)) {
            return null;
        }
        if (!value.canConvertToExactIntegral() || !value.canConvertToInt() || value.intValue() < least) {
            throw wrong(param, "a whole number of at least " + least);
        }
        return value.intValue();
    }

    static @Nullable Long whole(JsonNode value, String param) throws MalformedBodyException {
        if (isAbsent(value)) {
            return null;
        }
        if (!value.canConvertToExactIntegral() || !value.canConvertToLong()) {
            throw wrong(param, "a whole number");
        }
        return value.longValue();
    }

    static List<String> stops(JsonNode value) throws MalformedBodyException {
        if (isAbsent(value)) {
            return List.of();
        }
        if (value.isTextual()) {
            return List.of(value.textValue());
        }
        List<String> all = new ArrayList<>();
        for (JsonNode each : array(value, "stop")) {
            all.add(text(each, "stop"));
        }
        return all;
    }

    static JsonNode array(JsonNode value, String param) throws MalformedBodyException {
        if (!value.isArray()) {
            throw wrong(param, "an array");
        }
        return value;
    }

    static Map<String, @Nullable Object> object(JsonNode value, String param) throws MalformedBodyException {
        if (isAbsent(value)) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw wrong(param, "an object");
        }
        return Json.MAPPER.convertValue(value, PLAIN);
    }

    /// Metadata, whose values become text.
    static Map<String, String> metadata(JsonNode value) throws MalformedBodyException {
        if (isAbsent(value)) {
            return Map.of();
        }
        if (!value.isObject()) {
            throw wrong("metadata", "an object");
        }
        var all = new LinkedHashMap<String, String>();
        value.properties().forEach(entry -> {
            if (!entry.getValue().isNull()) {
                all.put(entry.getKey(), entry.getValue().asText());
            }
        });
        return all;
    }

    /// Members that nobody here reads.
    static Map<String, @Nullable Object> rest(Json.Members members, Set<String> known) {
        var all = new LinkedHashMap<String, @Nullable Object>();
        members.values().forEach((name, value) -> {
            if (!known.contains(name)) {
                all.put(name, Json.MAPPER.convertValue(value, Object.class));
            }
        });
        return all;
    }

    static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }
}
