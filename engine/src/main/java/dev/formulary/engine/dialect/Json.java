package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads and writes JSON for all dialects.
final class Json {
    private static final int DEEPEST = 200;
    private static final int LONGEST_STRING = 64 << 20;
    /// Everything is UTF-8: other encodings are refused, since places of members are counted in its bytes. Names come from
    /// strangers, so they are not kept.
    static final JsonFactory FACTORY = JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder()
            .maxNestingDepth(DEEPEST).maxStringLength(LONGEST_STRING).build())
            .disable(JsonFactory.Feature.CHARSET_DETECTION).disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();
    static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

    private Json() {}

    /// Something that writes JSON.
    interface Writing {
        void to(JsonGenerator out) throws IOException;
    }

    /// A JSON object, member by member, with the places where they lie.
    record Members(Map<String, JsonNode> values, WireBody source) {
        JsonNode get(String name) {
            JsonNode value = values.get(name);
            return value == null ? MAPPER.missingNode() : value;
        }
    }

    /// Reads a body. A member that stands twice is refused: policy must not see another one than the vendor does.
    static Members members(String format, byte[] body) throws MalformedBodyException {
        var values = new LinkedHashMap<String, JsonNode>();
        List<WireBody.Member> places = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        try (JsonParser in = FACTORY.createParser(body)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                String what = in.currentToken() == null ? "the body is empty, it" : "the body";
                throw new MalformedBodyException("invalid_json", what + " must be a JSON object", "body");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                int start = (int) in.currentTokenLocation().getByteOffset();
                String name = in.currentName();
                if (!seen.add(name)) {
                    throw new MalformedBodyException("invalid_json", "the member '" + name + "' stands twice", name);
                }
                in.nextToken();
                values.put(name, MAPPER.readTree(in));
                places.add(new WireBody.Member(name, start, (int) in.currentLocation().getByteOffset()));
            }
            if (in.nextToken() != null) {
                throw new MalformedBodyException("invalid_json", "something follows the JSON object", "body");
            }
        } catch (StreamConstraintsException e) {
            throw new MalformedBodyException("invalid_json", "the body is nested deeper than " + DEEPEST
                    + " levels, or holds a name, a number or a text that is too long", "body");
        } catch (JsonProcessingException e) {
            throw new MalformedBodyException("invalid_json",
                    "the body is not valid JSON" + place(e.getLocation()) + ": " + firstLine(e.getOriginalMessage()),
                    "body");
        } catch (IOException e) {
            throw new MalformedBodyException("invalid_json", "the body is not UTF-8", "body");
        }
        return new Members(values, new WireBody(format, body, places));
    }

    private static String place(@Nullable JsonLocation location) {
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    /// Writes bytes.
    static byte[] bytes(Writing writing) {
        try (var buffer = new ByteArrayBuilder(512); JsonGenerator out = FACTORY.createGenerator(buffer)) {
            writing.to(out);
            out.flush();
            return buffer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }
}
