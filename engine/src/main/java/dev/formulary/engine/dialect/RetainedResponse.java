package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An answer of `/v1/responses` that is kept with the whole conversation before it, so that it can be fetched and followed
/// whatever becomes of those before. Immutable.
public final class RetainedResponse {
    private static final String INPUT = "input";
    private static final String ID = "id";
    private static final Pattern OF_OURS = Pattern.compile("[a-z]+_([0-9A-Z]{26})(?:_.*)?");
    private static final Map<String, String> KINDS = new TreeMap<>(Map.of("message", "msg", "function_call", "fc",
            "function_call_output", "fco", "reasoning", "rs"));

    private final JsonNode kept;
    private final long bytes;

    private RetainedResponse(JsonNode kept, long bytes) {
        this.kept = kept;
        this.bytes = bytes;
    }

    /// Finds what is kept.
    @FunctionalInterface
    public interface Shelf {
        /// The answer with that id, `resp_…`; null when there is none (any more).
        @Nullable
        RetainedResponse find(String id);
    }

    /// What is to be kept of an answer.
    ///
    /// @param call the id of the call
    /// @param response the object `response`
    public static byte[] write(ResponseSettings settings, String call, byte[] response) {
        ObjectNode kept = Json.MAPPER.createObjectNode();
        kept.set(INPUT, named(settings.items(), call));
        kept.set("response", tree(response));
        return bytes(kept);
    }

    /// Reads what [#write] wrote.
    public static RetainedResponse read(byte[] written) {
        return new RetainedResponse(tree(written), written.length);
    }

    /// Items that came without an id and in the short form get what the format says for them.
    private static ArrayNode named(ArrayNode items, String call) {
        ArrayNode all = Json.MAPPER.createArrayNode();
        for (JsonNode item : items) {
            ObjectNode named = item.deepCopy();
            String type = item.path("type").asText("message");
            named.put("type", type);
            if (!item.hasNonNull(ID)) {
                named.put(ID, KINDS.getOrDefault(type, "item") + "_" + call + "_in" + all.size());
            }
            if (type.equals("message") && item.path("content").isTextual()) {
                boolean said = item.path("role").asText().equals("assistant");
                named.putArray("content").addObject().put("type", said ? "output_text" : "input_text").put("text",
                        item.path("content").textValue());
            }
            all.add(named);
        }
        return all;
    }

    /// The object `response`.
    public byte[] response() {
        return bytes(kept.path("response"));
    }

    /// The answer to `GET /v1/responses/{id}/input_items`: what the answer was given to, all of it.
    ///
    /// @param limit how many
    /// @param ascending the oldest first
    /// @param after an item's id, behind which to begin; null for the beginning
    public byte[] inputItems(int limit, boolean ascending, @Nullable String after) {
        List<JsonNode> all = new ArrayList<>();
        kept.path(INPUT).forEach(all::add);
        List<JsonNode> ordered = ascending ? all : all.reversed();
        int from = 0;
        while (after != null && from < ordered.size() && !ordered.get(from).path(ID).asText().equals(after)) {
            from++;
        }
        from = after == null ? 0 : Math.min(ordered.size(), from + 1);
        List<JsonNode> page = ordered.subList(from, Math.min(ordered.size(), from + limit));
        ObjectNode list = Json.MAPPER.createObjectNode().put("object", "list");
        list.putArray("data").addAll(page);
        list.put("first_id", page.isEmpty() ? null : page.getFirst().path(ID).asText());
        list.put("last_id", page.isEmpty() ? null : page.getLast().path(ID).asText());
        list.put("has_more", from + page.size() < ordered.size());
        return bytes(list);
    }

    /// What was said up to here, the answer too.
    private ArrayNode conversation() {
        ArrayNode all = Json.MAPPER.createArrayNode();
        all.addAll((ArrayNode) kept.path(INPUT));
        kept.path("response").path("output").forEach(all::add);
        return all;
    }

    private @Nullable JsonNode item(String id) {
        for (JsonNode item : conversation()) {
            if (item.path(ID).asText().equals(id)) {
                return item;
            }
        }
        return null;
    }

    /// A call with what was said before it, and with the items in place of which it only names them.
    ///
    /// @throws MalformedBodyException when something that it names is not kept (any more)
    public static Inquiry followed(Inquiry asked, ResponseSettings settings, Shelf shelf)
            throws MalformedBodyException {
        ArrayNode items = Json.MAPPER.createArrayNode();
        long bytes = settings.bytes();
        if (!settings.previous().isEmpty()) {
            RetainedResponse previous = shelf.find(settings.previous());
            if (previous == null) {
                throw new MalformedBodyException("previous_response_not_found", "Previous response with id '"
                        + settings.previous() + "' not found.", "previous_response_id");
            }
            items.addAll(previous.conversation());
            bytes += previous.bytes;
        }
        boolean references = false;
        for (JsonNode item : settings.items()) {
            boolean reference = item.path("type").asText().equals("item_reference");
            references |= reference;
            items.add(reference ? referenced(item.path(ID).asText(), shelf) : item);
        }
        if (settings.previous().isEmpty() && !references) {
            return asked;
        }
        var all = new ResponseSettings(settings.echo(), items, settings.previous(), settings.store(),
                settings.summary(), bytes);
        return asked.asking(withMessages(asked.request(), items)).with(all);
    }

    private static JsonNode referenced(String id, Shelf shelf) throws MalformedBodyException {
        Matcher ours = OF_OURS.matcher(id);
        RetainedResponse response = ours.matches() ? shelf.find("resp_" + ours.group(1)) : null;
        JsonNode item = response == null ? null : response.item(id);
        if (item == null) {
            throw new MalformedBodyException("item_not_found",
                    "Item with id '" + ResponsesRequest.shown(id) + "' not found: send the item"
                            + " itself where its answer was not stored",
                    INPUT);
        }
        return item;
    }

    /// Instructions are those of the call; those of earlier calls do not go on.
    private static ChatRequest withMessages(ChatRequest asked, ArrayNode items) throws MalformedBodyException {
        List<Message> messages = new ArrayList<>();
        List<Message> own = asked.messages();
        boolean instructed = asked.source() != null && SystemText.value(asked.source(), "instructions").isTextual();
        if (instructed && !own.isEmpty() && own.getFirst().role() == Role.SYSTEM) {
            messages.add(own.getFirst());
        }
        messages.addAll(ResponseItems.messages(items));
        return new ChatRequest(asked.model(), messages, asked.tools(), asked.toolChoice(), asked.sampling(),
                asked.format(), asked.stream(), asked.includeUsage(), asked.extra(), asked.source(), asked.options());
    }

    /// The frames of an answer that was given before, for another call that is asked the same: with ids of its own.
    ///
    /// @param call the id of that other call
    public static List<byte[]> again(List<byte[]> frames, String call) {
        Matcher before = Pattern.compile("\"id\":\"resp_([0-9A-Z]{26})\"").matcher(
                frames.isEmpty() ? "" : new String(frames.getFirst(), StandardCharsets.UTF_8));
        if (!before.find()) {
            return frames;
        }
        String known = before.group(1);
        return frames.stream().map(frame -> new String(frame, StandardCharsets.UTF_8).replace(known, call)
                .getBytes(StandardCharsets.UTF_8)).toList();
    }

    /// The object `response` in the frames of an answer; null when they have none.
    public static byte @Nullable [] lastOf(List<byte[]> frames, boolean stream) {
        if (!stream) {
            return frames.getFirst();
        }
        String last = new String(frames.getLast(), StandardCharsets.UTF_8);
        for (String line : last.lines().toList().reversed()) {
            if (line.startsWith("data: {")) {
                JsonNode response = tree(line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8))
                        .path("response");
                return response.isObject() ? bytes(response) : null;
            }
        }
        return null;
    }

    private static byte[] bytes(JsonNode node) {
        return Json.bytes(out -> Json.MAPPER.writeTree(out, node));
    }

    private static JsonNode tree(byte[] json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException("it was written here", e);
        }
    }
}
