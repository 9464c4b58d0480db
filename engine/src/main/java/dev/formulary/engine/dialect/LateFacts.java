package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/// What a client learns only at the end of a stream, for its headers had gone. Formats of JSON bear it as a member
/// `formulary` of their last object.
///
/// @param continuedBy the models, `provider/model`, that went on after the one of the headers had broken off; may be empty
/// @param ignored what the caller asked for and these left out
public record LateFacts(List<String> continuedBy, List<String> ignored) {
    /// There are none.
    public static final LateFacts NONE = new LateFacts(List.of(), List.of());

    public LateFacts {
        continuedBy = List.copyOf(continuedBy);
        ignored = List.copyOf(ignored);
    }

    /// Writes the member into an object, where there is something to say.
    void write(JsonGenerator out) throws IOException {
        if (equals(NONE)) {
            return;
        }
        out.writeObjectFieldStart("formulary");
        write(out, "continued_by", continuedBy);
        write(out, "ignored", ignored);
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, String name, List<String> values) throws IOException {
        if (values.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart(name);
        for (String value : values) {
            out.writeString(value);
        }
        out.writeEndArray();
    }
}
