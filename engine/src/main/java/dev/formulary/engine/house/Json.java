package dev.formulary.engine.house;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.Map;

/// Writes messages.
final class Json {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MICRO = 6;

    private Json() {}

    /// @param members strings, numbers, truth values, lists and maps of these; in this order
    static String write(Map<String, ?> members) {
        try {
            return MAPPER.writeValueAsString(members);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings and numbers can always be written", e);
        }
    }

    /// Micro-dollars in dollars, exactly.
    static BigDecimal dollars(long micros) {
        BigDecimal dollars = BigDecimal.valueOf(micros, MICRO).stripTrailingZeros();
        return dollars.scale() < 0 ? dollars.setScale(0) : dollars;
    }
}
