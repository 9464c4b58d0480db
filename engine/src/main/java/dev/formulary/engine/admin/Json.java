package dev.formulary.engine.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.formulary.engine.config.Secret;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Writes what the management API says: members in snake case, times, days and durations in ISO 8601, enumerations in lower case,
/// secrets as stars.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addSerializer(Duration.class, ToStringSerializer.instance)
                    .addSerializer(LocalDate.class, ToStringSerializer.instance)
                    .addSerializer(Path.class, ToStringSerializer.instance)
                    .addSerializer(Secret.class, ToStringSerializer.instance)
                    .addSerializer(new LowerCase()))
            .build();

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_`|~-]*");

    private Json() {}

    static byte[] write(Object value) throws JsonProcessingException {
        return MAPPER.writeValueAsBytes(value);
    }

    static JavaType type(Type type) {
        return MAPPER.constructType(type);
    }

    /// The members of what is written of a type, by the very rules by which it is written.
    static List<BeanPropertyDefinition> members(JavaType type) {
        return MAPPER.getSerializationConfig().introspect(type).findProperties().stream()
                .filter(BeanPropertyDefinition::couldSerialize).toList();
    }

    /// Whether members that are null are left out, not written as null.
    static boolean leavesOutNull(JavaType type) {
        return MAPPER.getSerializationConfig().introspect(type).findPropertyInclusion(JsonInclude.Value.empty())
                .getValueInclusion() == JsonInclude.Include.NON_NULL;
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /// The members of an object as texts: a list of texts is divided by commas, and an object of texts is a dictionary of
    /// `name=value`. What is null is left out.
    ///
    /// @throws IllegalArgumentException when there is no object, or a member can't be a text; the message is for the user
    static Map<String, String> texts(byte[] body) {
        JsonNode read;
        try {
            read = MAPPER.readTree(body);
        } catch (IOException e) {
            throw new IllegalArgumentException("the body is not JSON", e);
        }
        if (read == null || !read.isObject()) {
            throw new IllegalArgumentException("the body must be a JSON object");
        }
        var texts = new HashMap<String, String>();
        read.properties().forEach(member -> {
            if (!member.getValue().isNull()) {
                texts.put(member.getKey(), text(member.getKey(), member.getValue()));
            }
        });
        return texts;
    }

    private static String text(String name, JsonNode value) {
        if (value.isValueNode()) {
            return value.asText();
        }
        value.forEach(each -> {
            if (!each.isValueNode() || each.isNull()) {
                // left out in silence, it could open more than was meant
                throw new IllegalArgumentException("'" + name + "' must be a text, or a list or an object of texts");
            }
        });
        return value.isArray()
                ? value.valueStream().map(JsonNode::asText).collect(Collectors.joining(", "))
                : value.propertyStream().map(each -> each.getKey() + "=" + item(each.getValue().asText()))
                        .collect(Collectors.joining(", "));
    }

    /// As in a structured field (RFC 9651): what is no token is quoted.
    private static String item(String text) {
        return TOKEN.matcher(text).matches() ? text : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static final class LowerCase extends StdSerializer<Enum<?>> {
        private static final long serialVersionUID = 1;

        LowerCase() {
            super(Enum.class, false);
        }

        @Override
        public void serialize(Enum<?> value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(value.name().toLowerCase(Locale.ROOT));
        }
    }
}
