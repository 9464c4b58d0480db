package dev.formulary.engine.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.admin.Operation.Member;
import dev.formulary.engine.admin.Operation.Shape;
import java.lang.reflect.Type;
import java.util.List;

/// The schemas of bodies.
///
/// @param schemas knows those of records
record Shapes(Schemas schemas) {
    private static final String TYPE = "type";

    ObjectNode of(Shape shape) {
        return switch (shape) {
            case Shape.Written(var type) -> schemas.of(type);
            case Shape.AnyOf(List<Type> types) -> {
                ObjectNode either = Json.object();
                ArrayNode kinds = either.putArray("anyOf");
                types.forEach(type -> kinds.add(schemas.of(type)));
                yield either;
            }
            case Shape.Said(List<Member> members) -> said(members);
            case Shape.Foreign() -> Json.object().put(TYPE, "object");
            case Shape.Text() -> Json.object().put(TYPE, "string");
        };
    }

    private static ObjectNode said(List<Member> members) {
        ObjectNode schema = Json.object().put(TYPE, "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = Json.array();
        members.forEach(member -> {
            properties.set(member.name(), value(member).put("description", member.about()));
            if (member.required()) {
                required.add(member.name());
            }
        });
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }

    private static ObjectNode value(Member member) {
        ObjectNode value = Json.object();
        switch (member.kind()) {
            case TEXT -> words(value);
            case FLAG -> value.put(TYPE, "boolean");
            case NUMBER -> value.put(TYPE, "integer");
            case LIST -> value.putArray("anyOf").add(Json.object().put(TYPE, "string"))
                    .add(with(Json.object().put(TYPE, "array"), "items"));
            case NAMES -> value.putArray("anyOf").add(Json.object().put(TYPE, "string"))
                    .add(with(Json.object().put(TYPE, "object"), "additionalProperties"));
        }
        return value;
    }

    private static ObjectNode with(ObjectNode schema, String name) {
        schema.set(name, words(Json.object()));
        return schema;
    }

    private static ObjectNode words(ObjectNode value) {
        value.putArray(TYPE).add("string").add("number").add("boolean");
        return value;
    }
}
