package dev.formulary.dist;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import dev.formulary.testkit.VendorServer.Request;
import dev.formulary.testkit.VendorWire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A vendor of chats whose answers go by the words that it is asked last. It calls a tool for each of the cities whose weather it
/// is asked for, writes JSON where it has no tools, looks at pictures, is busy every other time that it is told so, breaks off
/// and tells long stories slowly.
final class ChatScript implements VendorReply {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int TINY = 16;

    private final AtomicInteger throttled = new AtomicInteger();

    private record Said(String thought, List<String> words, ArrayNode calls, String finish) {
        static Said words(String finish, String... words) {
            return new Said("", List.of(words), JSON.createArrayNode(), finish);
        }
    }

    @Override
    public void write(Request request, VendorWire wire) throws IOException, InterruptedException {
        JsonNode body = JSON.readTree(request.text());
        String asked = asked(body);
        switch (asked) {
            case "too long" ->
                VendorReply.json(400, "{\"error\":{\"message\":\"This model's maximum context length is 8192"
                        + " tokens\",\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"}}")
                        .write(request, wire);
            case "break off" ->
                VendorReply.events(Ending.CUT, chunk(delta("role", "assistant").put("content", "Hel"), null))
                        .write(request, wire);
            case "a long story" -> story(wire);
            default -> {
                boolean busy = asked.equals("throttled") && throttled.getAndIncrement() % 2 == 0;
                (busy ? VendorReply.throttled("1") : reply(body, said(asked, body))).write(request, wire);
            }
        }
    }

    /// The last words; a picture may be a message of its own behind them.
    private static String asked(JsonNode body) {
        String words = "";
        for (JsonNode message : body.path("messages")) {
            JsonNode content = message.path("content");
            String text = content.isTextual() ? content.asText() : content.findPath("text").asText();
            words = message.path("role").asText().equals("tool") ? "results" : text.isBlank() ? words : text;
        }
        return words;
    }

    private static Said said(String asked, JsonNode body) {
        if (asked.contains("weather")) {
            return body.path("tools").isEmpty() || body.has("response_format")
                    ? Said.words("stop", "{\"city\":", "\"Bern\"}")
                    : new Said("", List.of(), calls(asked, body), "tool_calls");
        }
        return switch (asked) {
            case "results" -> Said.words("stop", "Sun ", "in both.");
            case "What is it?" -> Said.words("stop", body.toString().contains("image_url") ? "A dot." : "Nothing.");
            case "I have a dog." -> Said.words("stop", "A dog.");
            case "Its name?" -> Said.words("stop", "Rex.");
            default -> limit(body) <= TINY
                    ? Said.words("length", "Hel")
                    : new Said(body.has("reasoning_effort") ? "They greet." : "", List.of("Hello ", "there."),
                            JSON.createArrayNode(), "stop");
        };
    }

    private static int limit(JsonNode body) {
        return body.path("max_completion_tokens").asInt(body.path("max_tokens").asInt(Integer.MAX_VALUE));
    }

    private static ArrayNode calls(String asked, JsonNode body) {
        String first = body.at("/tools/0/function/name").asText();
        String tool = body.at("/tool_choice/function/name").asText(first);
        ArrayNode calls = JSON.createArrayNode();
        for (String city : Stream.of("Bern", "Rome").filter(asked::contains).toList()) {
            ObjectNode call = calls.addObject().put("index", calls.size() - 1).put("id", "call_" + calls.size())
                    .put("type", "function");
            call.putObject("function").put("name", tool).put("arguments", "{\"city\":\"" + city + "\"}");
        }
        return calls;
    }

    private static VendorReply reply(JsonNode body, Said said) {
        return body.path("stream").asBoolean() ? stream(said) : whole(said);
    }

    private static VendorReply whole(Said said) {
        ObjectNode message = JSON.createObjectNode().put("role", "assistant");
        message.put("content", said.words.isEmpty() ? null : String.join("", said.words));
        if (!said.thought.isEmpty()) {
            message.put("reasoning_content", said.thought);
        }
        if (!said.calls.isEmpty()) {
            message.set("tool_calls", said.calls);
        }
        ObjectNode answer = JSON.createObjectNode().put("id", "v").put("object", "chat.completion").put("created", 1)
                .put("model", "gpt-test");
        answer.putArray("choices").addObject().put("index", 0).put("finish_reason", said.finish).set("message",
                message);
        return VendorReply.json(200, usage(answer).toString());
    }

    private static VendorReply stream(Said said) {
        var chunks = new ArrayList<>(List.of(chunk(delta("role", "assistant").put("content", ""), null)));
        if (!said.thought.isEmpty()) {
            chunks.add(chunk(delta("reasoning_content", said.thought), null));
        }
        said.words.forEach(word -> chunks.add(chunk(delta("content", word), null)));
        said.calls.forEach(call -> {
            ObjectNode delta = JSON.createObjectNode();
            delta.putArray("tool_calls").add(call);
            chunks.add(chunk(delta, null));
        });
        chunks.add(chunk(JSON.createObjectNode(), said.finish));
        ObjectNode last = JSON.createObjectNode().put("id", "v").put("object", "chat.completion.chunk")
                .put("created", 1)
                .put("model", "gpt-test");
        last.putArray("choices");
        chunks.add(usage(last).toString());
        chunks.add("[DONE]");
        return VendorReply.events(Ending.COMPLETE, chunks.toArray(String[]::new));
    }

    private static void story(VendorWire wire) throws IOException, InterruptedException {
        wire.head("text/event-stream");
        for (int i = 0; i < 400; i++) {
            wire.chunk("data: " + chunk(delta("role", "assistant").put("content", "word "), null) + "\n\n");
            wire.pause(5);
        }
        wire.end();
    }

    private static ObjectNode delta(String name, String text) {
        return JSON.createObjectNode().put(name, text);
    }

    private static String chunk(ObjectNode delta, @Nullable String finish) {
        ObjectNode chunk = JSON.createObjectNode().put("id", "v").put("object", "chat.completion.chunk")
                .put("created", 1)
                .put("model", "gpt-test");
        chunk.putArray("choices").addObject().put("index", 0).put("finish_reason", finish).set("delta", delta);
        return chunk.toString();
    }

    private static ObjectNode usage(ObjectNode answer) {
        answer.putObject("usage").put("prompt_tokens", 7).put("completion_tokens", 5).put("total_tokens", 12);
        return answer;
    }
}
