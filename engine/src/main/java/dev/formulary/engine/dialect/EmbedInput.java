package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.Embeddings;
import java.util.ArrayList;
import java.util.List;

/// Reads what is to be turned into vectors: a text or several.
///
/// @param texts empty when there are tokens
/// @param tokens empty when there are texts
record EmbedInput(List<String> texts, List<List<Integer>> tokens) {
    /// What OpenAI takes at once.
    static final int MOST = 2_048;
    private static final int MOST_DIMENSIONS = 65_536;
    private static final String RIGHT = "a string, an array of strings, an array of tokens, or an array of arrays of tokens";

    /// A text or several, or the same as tokens.
    static EmbedInput read(JsonNode value, String name) throws MalformedBodyException {
        if (value.isTextual()) {
            return new EmbedInput(List.of(value.textValue()), List.of());
        }
        if (!value.isArray()) {
            throw MemberReader.wrong(name, RIGHT);
        }
        if (value.path(0).isIntegralNumber()) {
            return new EmbedInput(List.of(), List.of(tokens(value, name)));
        }
        if (value.size() > MOST) {
            throw new MalformedBodyException("too_many_inputs",
                    "'" + name + "' holds " + value.size() + " texts; send at most " + MOST + " at once", name);
        }
        return value.path(0).isArray() ? lists(value, name) : texts(value, name);
    }

    private static EmbedInput texts(JsonNode value, String name) throws MalformedBodyException {
        List<String> texts = new ArrayList<>(value.size());
        for (JsonNode each : value) {
            if (!each.isTextual()) {
                throw MemberReader.wrong(name + "[" + texts.size() + "]", "a string, like those before");
            }
            texts.add(each.textValue());
        }
        return new EmbedInput(texts, List.of());
    }

    private static EmbedInput lists(JsonNode value, String name) throws MalformedBodyException {
        List<List<Integer>> all = new ArrayList<>(value.size());
        for (JsonNode each : value) {
            all.add(tokens(MemberReader.array(each, name + "[" + all.size() + "]"), name + "[" + all.size() + "]"));
        }
        return new EmbedInput(List.of(), all);
    }

    private static List<Integer> tokens(JsonNode value, String at) throws MalformedBodyException {
        List<Integer> tokens = new ArrayList<>(value.size());
        for (JsonNode each : value) {
            if (!each.isIntegralNumber() || !each.canConvertToInt() || each.intValue() < 0) {
                throw MemberReader.wrong(at + "[" + tokens.size() + "]", "a token, a whole number of at least 0");
            }
            tokens.add(each.intValue());
        }
        return List.copyOf(tokens);
    }

    /// OpenAI's endpoint takes no empty text.
    void demandContent(String name) throws MalformedBodyException {
        if (texts.isEmpty() && tokens.isEmpty()) {
            throw new MalformedBodyException("empty_array", "'" + name + "' must hold at least one text", name);
        }
        for (int i = 0; i < Math.max(texts.size(), tokens.size()); i++) {
            if (tokens.isEmpty() ? texts.get(i).isEmpty() : tokens.get(i).isEmpty()) {
                throw MemberReader.wrong(name + "[" + i + "]", "a text that is not empty");
            }
        }
    }

    Embeddings.Request request(String model, JsonNode dimensions, boolean truncate, Embeddings.Options options)
            throws MalformedBodyException {
        Integer length = MemberReader.count(dimensions, "dimensions", 1);
        if (length != null && length > MOST_DIMENSIONS) {
            throw MemberReader.wrong("dimensions", "a whole number from 1 to " + MOST_DIMENSIONS);
        }
        return new Embeddings.Request(model, texts, length, tokens, truncate, options);
    }

    /// Whether a body without messages asks for vectors: it says how they should be, or gives what only they are made of. A
    /// single text under `input` may be a question as well.
    static boolean isMeant(Json.Members members) {
        JsonNode input = members.get("input");
        JsonNode first = input.path(0);
        return isAbsent(members.get("messages")) && !isAbsent(input) && (members.values().containsKey("encoding_format")
                || members.values().containsKey("dimensions") || first.isTextual() || first.isNumber()
                || first.isArray());
    }
}
