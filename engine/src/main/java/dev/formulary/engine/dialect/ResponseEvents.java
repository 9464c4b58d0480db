package dev.formulary.engine.dialect;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.engine.dialect.ResponseItem.Message;
import dev.formulary.engine.dialect.ResponseItem.Reasoning;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Numbers and collects the events of a stream of `/v1/responses`. Not thread-safe.
final class ResponseEvents {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    private int number;

    /// An event of the answer.
    void add(String type, Consumer<ObjectNode> members) {
        ObjectNode event = Json.MAPPER.createObjectNode().put("type", type).put("sequence_number", number++);
        members.accept(event);
        raw(written(type, event));
    }

    /// An event of one of its items.
    void add(String type, ResponseItem item, Consumer<ObjectNode> members) {
        add(type, event -> members.accept(event.put("item_id", item.id).put("output_index", item.index)));
    }

    /// Thoughts begin or end.
    void part(Reasoning thoughts, String what, String words) {
        String type = thoughts.summary ? "response.reasoning_summary_part." : "response.content_part.";
        add(type + what, thoughts, event -> event.put(index(thoughts), 0).set("part", thoughts.part(words)));
    }

    /// Thoughts grow, or are there.
    void thought(Reasoning thoughts, String what, String words) {
        String type = thoughts.summary ? "response.reasoning_summary_text." : "response.reasoning_text.";
        add(type + what, thoughts,
                event -> event.put(index(thoughts), 0).put(what.equals("delta") ? what : "text", words));
    }

    private static String index(Reasoning thoughts) {
        return thoughts.summary ? "summary_index" : "content_index";
    }

    void ended(Reasoning thoughts) {
        String words = thoughts.text.toString();
        thought(thoughts, "done", words);
        part(thoughts, "done", words);
    }

    void ended(Message message) {
        if (message.present(true)) {
            add("response.output_text.done", message, event -> event.put("content_index", message.at(true))
                    .put("text", message.text.toString()).set("logprobs", Message.logprobs(message.tokens)));
            add("response.content_part.done", message, event -> event.put("content_index", message.at(true))
                    .set("part", message.words()));
        }
        if (message.present(false)) {
            add("response.refusal.done", message, event -> event.put("content_index", message.at(false))
                    .put("refusal", message.refusal.toString()));
            add("response.content_part.done", message, event -> event.put("content_index", message.at(false))
                    .set("part", message.refused()));
        }
    }

    void raw(byte[] bytes) {
        out.writeBytes(bytes);
    }

    /// What was added since the last time; null when nothing was.
    byte @Nullable [] taken() {
        return out.size() == 0 ? null : all();
    }

    /// What was added since the last time.
    byte[] all() {
        byte[] all = out.toByteArray();
        out.reset();
        return all;
    }

    static byte[] written(String type, ObjectNode event) {
        var bytes = new ByteArrayOutputStream(256);
        bytes.writeBytes(("event: " + type + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(Json.bytes(json -> Json.MAPPER.writeTree(json, event)));
        bytes.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }
}
