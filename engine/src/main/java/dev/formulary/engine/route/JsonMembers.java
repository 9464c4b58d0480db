package dev.formulary.engine.route;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The top-level members of a JSON object and where their values lie in its bytes, so that a part of it can be handed on
/// exactly as it came.
///
/// @param json the object
/// @param values where the values lie, by name
/// @param texts the values that are texts, numbers or truth values, by name
/// @param members where name and value lie together
record JsonMembers(byte[] json, Map<String, Range> values, Map<String, String> texts, List<WireBody.Member> members) {
    private static final JsonFactory FACTORY = new JsonFactory();

    record Range(int start, int end) {}

    /// Reads an object.
    ///
    /// @throws JsonParseException when it is none; the location tells where
    static JsonMembers of(byte[] json) throws JsonParseException {
        var found = new JsonMembers(json, new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new JsonParseException(parser, "a JSON object must stand here");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                found.readMember(parser);
            }
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "nothing may stand behind the object");
            }
        } catch (JsonParseException e) {
            throw e;
        } catch (IOException e) {
            throw new JsonParseException(null, "the bytes are not UTF-8", e);
        }
        return found;
    }

    private void readMember(JsonParser parser) throws IOException {
        String name = parser.currentName();
        int nameStart = (int) parser.currentTokenLocation().getByteOffset();
        JsonToken token = parser.nextToken();
        int start = (int) parser.currentTokenLocation().getByteOffset();
        if (token.isStructStart()) {
            parser.skipChildren();
        } else if (token != JsonToken.VALUE_NULL) {
            texts.put(name, parser.getText());
        }
        parser.finishToken();
        int end = (int) parser.currentLocation().getByteOffset();
        values.put(name, new Range(start, end));
        members.add(new WireBody.Member(name, nameStart, end));
    }

    @Nullable
    String text(String name) {
        return texts.get(name);
    }

    /// The bytes of a member that is an object, or null.
    byte @Nullable [] object(String name) {
        Range range = values.get(name);
        return range == null || json[range.start] != '{' ? null : Arrays.copyOfRange(json, range.start, range.end);
    }

    /// The object with a member that is that JSON text, in the place of what it had.
    byte[] with(String name, String value) {
        return new WireBody("", json, members).with(Map.of(name, value));
    }

    /// The object without some of its members.
    byte[] without(String one, String other) {
        return new WireBody("", json, members).with(Map.of(one, "", other, ""));
    }
}
