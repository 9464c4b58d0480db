package dev.formulary.engine.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the one JSON value in what a model wrote, also where the model wrote something around it or broke a rule of syntax
/// whose meaning is beyond doubt. What could be read in two ways is not read. Serves one text, on one thread.
final class NearJson {
    /// Longer answers are not checked, in characters.
    static final int LONGEST = 256 * 1024;
    private static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 100;
    private static final int LARGEST_EXPONENT = 400;
    private static final String FENCE = "```";
    private static final String THOUGHTS_BEGIN = "<think>";
    private static final String THOUGHTS_END = "</think>";

    private static final JsonMapper STRICT = mapper(JsonFactory.builder());
    private static final JsonMapper LENIENT = mapper(JsonFactory.builder().enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS));

    private final boolean complete;
    private final List<Repair> repairs = new ArrayList<>(0);
    private String text;

    private NearJson(String text, boolean complete) {
        this.text = text;
        this.complete = complete;
    }

    private static JsonMapper mapper(com.fasterxml.jackson.core.TSFBuilder<?, ?> factory) {
        return JsonMapper.builder(factory.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST)
                        .maxNumberLength(LONGEST_NUMBER).build())
                .build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();
    }

    /// A value, as it was written or with what had to be repaired.
    ///
    /// @param text JSON
    record Read(JsonNode value, String text, List<Repair> repairs) {}

    /// Why nothing can be read; the message is for the caller and the model.
    static final class UnreadableException extends Exception {
        UnreadableException(String message) {
            super(message, null, false, false);
        }
    }

    /// Reads.
    ///
    /// @param complete whether the model says that it was done, rather than cut short
    static Read read(String text, boolean complete) throws UnreadableException {
        if (text.length() > LONGEST) {
            throw new UnreadableException("the answer is longer than " + LONGEST + " characters");
        }
        return new NearJson(text, complete).read();
    }

    private Read read() throws UnreadableException {
        JsonNode value = strict(text);
        if (value != null) {
            return new Read(checked(value), text, List.of());
        }
        text = withoutThoughts(text);
        Found found = only();
        note(text.substring(0, found.start), text.substring(found.end));
        if (!found.strict) {
            repairs.add(Repair.SYNTAX);
        }
        if (found.closed) {
            repairs.add(Repair.CLOSED);
        }
        return new Read(checked(found.value), written(found.value), repairs.stream().sorted().toList());
    }

    private static @Nullable JsonNode strict(String slice) {
        try (JsonParser parser = STRICT.createParser(slice)) {
            JsonNode value = STRICT.readTree(parser);
            return value == null || value.isMissingNode() || parser.nextToken() != null ? null : value;
        } catch (IOException e) {
            return null;
        }
    }

    private String withoutThoughts(String all) {
        String stripped = all.strip();
        int end = stripped.indexOf(THOUGHTS_END);
        if (!stripped.startsWith(THOUGHTS_BEGIN) || end < 0) {
            return stripped;
        }
        repairs.add(Repair.THOUGHTS);
        return stripped.substring(end + THOUGHTS_END.length()).strip();
    }

    /// @param start where it begins in the text, and `end` where the rest begins
    private record Found(JsonNode value, int start, int end, boolean strict, boolean closed) {}

    /// The only object or array of the text.
    private Found only() throws UnreadableException {
        Found found = null;
        int at = 0;
        while (at < text.length()) {
            if (!mayBegin(at)) {
                at++;
                continue;
            }
            if (found != null) {
                throw new UnreadableException("there is more than one JSON value in the answer");
            }
            found = valueAt(at);
            at = found.end;
        }
        if (found == null) {
            throw new UnreadableException(text.isEmpty() ? "the answer is empty" : "there is no JSON in the answer");
        }
        return found;
    }

    /// Brackets in the midst of words are no JSON.
    private boolean mayBegin(int at) {
        char bracket = text.charAt(at);
        int next = at + 1;
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            next++;
        }
        char first = next < text.length() ? text.charAt(next) : '"';
        return switch (bracket) {
            case '{' -> "\"'}/".indexOf(first) >= 0;
            case '[' -> "\"'{[]/-0123456789tfn".indexOf(first) >= 0;
            default -> false;
        };
    }

    private Found valueAt(int start) throws UnreadableException {
        String rest = text.substring(start);
        // the mark that ends a block of code, for a value that does not end before it
        String slice = rest.endsWith(FENCE) ? rest.substring(0, rest.length() - FENCE.length()).strip() : rest;
        Found found = parsed(STRICT, slice, start, true);
        if (found == null) {
            found = parsed(LENIENT, slice, start, false);
        }
        if (found != null) {
            return found;
        }
        return closed(slice, start);
    }

    private static @Nullable Found parsed(JsonMapper mapper, String slice, int start, boolean strict)
            throws UnreadableException {
        try (JsonParser parser = mapper.createParser(slice)) {
            JsonNode value = mapper.readTree(parser);
            int length = (int) parser.currentLocation().getCharOffset();
            return new Found(value, start, start + length, strict, false);
        } catch (JsonEOFException e) {
            return null;
        } catch (JsonProcessingException e) {
            if (strict || atEnd(e, slice)) {
                return null;
            }
            throw new UnreadableException("the JSON is broken" + said(e));
        } catch (IOException e) {
            throw new UnreadableException("the JSON is broken");
        }
    }

    private static boolean atEnd(JsonProcessingException e, String slice) {
        return e.getLocation() != null && e.getLocation().getCharOffset() >= slice.length();
    }

    /// Without a piece of the answer, which the library would quote.
    private static String said(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        if (message.startsWith("Duplicate")) {
            return ": an object has a member twice";
        }
        if (message.contains("nesting depth")) {
            return ": it is nested more than " + DEEPEST + " deep";
        }
        return e.getLocation() == null
                ? ""
                : ": line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
    }

    /// Brackets that are missing at the end, and nothing else. Where a model was cut short, or broke off within a value or
    /// before another, nobody knows what is missing.
    private Found closed(String body, int start) throws UnreadableException {
        String brackets = complete ? Brackets.missing(body) : "";
        JsonNode value = brackets.isEmpty() ? null : strict(body + brackets);
        if (value != null) {
            return new Found(value, start, start + body.length(), true, true);
        }
        Found found = brackets.isEmpty() ? null : parsed(LENIENT, body + brackets, start, false);
        if (found == null) {
            throw new UnreadableException("the JSON breaks off before its end");
        }
        return new Found(found.value, start, start + body.length(), false, true);
    }

    private void note(String before, String behind) {
        String around = before + " " + behind;
        if (around.contains(FENCE)) {
            repairs.add(Repair.CODE_FENCE);
        }
        if (!around.replaceAll("(?i)" + FENCE + "(jsonc?5?)?", "").isBlank()) {
            repairs.add(Repair.SURROUNDING_TEXT);
        }
    }

    private static JsonNode checked(JsonNode value) throws UnreadableException {
        if (value.isBigDecimal() && Math.abs((long) value.decimalValue().scale()) > LARGEST_EXPONENT) {
            throw new UnreadableException("a number is out of any range");
        }
        for (JsonNode each : value) {
            checked(each);
        }
        return value;
    }

    private static String written(JsonNode value) throws UnreadableException {
        try {
            return STRICT.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UnreadableException("the JSON can't be written");
        }
    }
}
