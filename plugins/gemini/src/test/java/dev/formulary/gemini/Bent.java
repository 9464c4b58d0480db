package dev.formulary.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Answers that are JSON, but not the JSON that they should be: members are missing, twice there, or of another kind.
final class Bent {
    private static final List<String> ODD = List.of("null", "true", "-1", "0", "9007199254740993", "1e308", "-0.0",
            "99999999999999999999999", "\"\"", "\"STOP\"", "\"SAFETY\"", "\"IMAGE\"", "\"\\u0000\"", "{}", "[]",
            "[[]]", "{\"\":{}}", "{\"functionCall\":{\"name\":\"f\"}}", "{\"text\":\"x\",\"thought\":true}",
            "{\"name\":\"f\",\"args\":[]}", "[{\"modality\":\"AUDIO\",\"tokenCount\":2147483647}]");

    private final Random random;
    private final List<JsonNode> pool = new ArrayList<>();

    Bent(Random random) {
        this.random = random;
        Recording.all().forEach(recording -> recording.frames().forEach(frame -> nodes(GeminiCase.json(frame), pool)));
        ODD.forEach(each -> pool.add(GeminiCase.json(each)));
    }

    /// Bends one of the frames.
    List<String> of(Recording recording) {
        var frames = new ArrayList<>(recording.frames());
        int which = random.nextInt(frames.size());
        JsonNode frame = GeminiCase.json(frames.get(which));
        for (int n = random.nextInt(3); n >= 0; n--) {
            var nodes = new ArrayList<JsonNode>();
            nodes(frame, nodes);
            bend(nodes.get(random.nextInt(nodes.size())));
        }
        frames.set(which, frame.toString());
        return frames;
    }

    private void bend(JsonNode node) {
        JsonNode other = pool.get(random.nextInt(pool.size())).deepCopy();
        if (node instanceof ArrayNode array) {
            int at = random.nextInt(array.size() + 1);
            if (random.nextBoolean() && at < array.size()) {
                array.set(at, other);
            } else {
                array.insert(at, other);
            }
        } else if (node instanceof ObjectNode object && !object.isEmpty()) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, other);
            }
        }
    }

    private static void nodes(JsonNode node, List<JsonNode> into) {
        into.add(node);
        node.forEach(child -> nodes(child, into));
    }
}
