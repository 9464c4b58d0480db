package dev.formulary.engine.admin;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.config.Secret;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The schemas (JSON Schema 2020-12) of what the management API writes, found out from the types by the rules of the very writer
/// that writes them. A record is written down once, under a name of its own, and referred to. Not thread-safe.
final class Schemas {
    private static final String TYPE = "type";
    private static final Map<Class<?>, String> FORMATS = Map.of(Instant.class, "date-time", LocalDate.class, "date");
    /// As [Duration#toString] writes it; the format `duration` of JSON Schema knows no fractions.
    private static final String DURATION = "^PT(-?[0-9]+H)?(-?[0-9]+M)?(-?[0-9]+([.][0-9]+)?S)?$";
    private static final Set<Class<?>> TEXTS = Set.of(String.class, Path.class, Secret.class, CharSequence.class);
    private static final Set<Class<?>> WHOLE = Set.of(int.class, Integer.class, short.class, Short.class);
    private static final Set<Class<?>> LONG = Set.of(long.class, Long.class);
    private static final Set<Class<?>> NUMBERS = Set.of(double.class, Double.class, float.class, Float.class);

    private final Map<String, ObjectNode> named = new TreeMap<>();
    private final Map<String, Class<?>> owners = new HashMap<>();

    /// The schemas that [#of] refers to as `#/components/schemas/NAME`.
    Map<String, ObjectNode> named() {
        return named;
    }

    /// What a type is written as.
    ObjectNode of(Type type) {
        return of(Json.type(type));
    }

    private ObjectNode of(JavaType type) {
        Class<?> raw = type.getRawClass();
        ObjectNode schema = Json.object();
        String format = FORMATS.get(raw);
        if (format != null) {
            return schema.put(TYPE, "string").put("format", format);
        }
        if (raw == Duration.class) {
            return schema.put(TYPE, "string").put("pattern", DURATION);
        }
        if (TEXTS.contains(raw)) {
            return schema.put(TYPE, "string");
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return schema.put(TYPE, "boolean");
        }
        if (WHOLE.contains(raw) || LONG.contains(raw)) {
            return schema.put(TYPE, "integer").put("format", LONG.contains(raw) ? "int64" : "int32");
        }
        if (NUMBERS.contains(raw)) {
            return schema.put(TYPE, "number");
        }
        if (raw == Object.class || JsonNode.class.isAssignableFrom(raw)) {
            return schema;
        }
        return holding(type, raw, schema);
    }

    private ObjectNode holding(JavaType type, Class<?> raw, ObjectNode schema) {
        if (raw.isEnum()) {
            ArrayNode words = schema.put(TYPE, "string").putArray("enum");
            Stream.of(raw.getEnumConstants()).forEach(each -> words.add(((Enum<?>) each).name()
                    .toLowerCase(Locale.ROOT)));
            return schema;
        }
        if (type.isMapLikeType()) {
            schema.put(TYPE, "object").set("additionalProperties", of(type.getContentType()));
            return schema;
        }
        if (type.isCollectionLikeType() || type.isArrayType()) {
            schema.put(TYPE, "array").set("items", of(type.getContentType()));
            return schema;
        }
        if (raw.isSealed()) {
            ArrayNode kinds = schema.putArray("anyOf");
            Stream.of(raw.getPermittedSubclasses()).forEach(each -> kinds.add(of(each)));
            return schema;
        }
        return schema.put("$ref", "#/components/schemas/" + record(type, raw));
    }

    private String record(JavaType type, Class<?> raw) {
        String name = name(raw);
        Class<?> owner = owners.putIfAbsent(name, raw);
        if (owner == null) {
            ObjectNode schema = Json.object();
            named.put(name, schema);
            describe(type, schema);
        } else if (owner != raw) {
            throw new IllegalStateException(owner + " and " + raw + " would have the same name in the document");
        }
        return name;
    }

    private void describe(JavaType type, ObjectNode schema) {
        boolean leftOut = Json.leavesOutNull(type);
        schema.put(TYPE, "object");
        ObjectNode members = schema.putObject("properties");
        ArrayNode required = Json.array();
        for (BeanPropertyDefinition member : Json.members(type)) {
            ObjectNode each = of(member.getAccessor().getType());
            boolean nullable = isNullable(member.getAccessor());
            members.set(member.getName(), nullable && !leftOut ? orNull(each) : each);
            if (!nullable || !leftOut) {
                required.add(member.getName());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
    }

    private static ObjectNode orNull(ObjectNode schema) {
        ObjectNode either = Json.object();
        either.putArray("anyOf").add(schema).add(Json.object().put(TYPE, "null"));
        return either;
    }

    private static boolean isNullable(AnnotatedMember member) {
        AnnotatedType type = switch (member.getAnnotated()) {
            case Field field -> field.getAnnotatedType();
            case Method method -> method.getAnnotatedReturnType();
            default -> null;
        };
        return type != null && type.isAnnotationPresent(Nullable.class);
    }

    /// With the names of the records and desks around it, as there is more than one `Line`; a mere collection is none.
    private static String name(Class<?> raw) {
        Class<?> around = raw.getDeclaringClass();
        return around == null || around.isInterface() ? raw.getSimpleName() : name(around) + raw.getSimpleName();
    }
}
