package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Opaque;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Provider;
import dev.formulary.testkit.VendorReply;
import dev.formulary.wire.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OllamaRequestTest extends OllamaCase {

    private JsonNode sent(ChatRequest request) throws Exception {
        return sent(provider(), request);
    }

    private JsonNode sent(Provider provider, ChatRequest request) throws Exception {
        all(provider.chat(request, attempt()));
        return Json.TREES.readTree(vendor.last(CHAT).text());
    }

    private static ChatRequest of(List<Message> messages, Sampling sampling, @Nullable String choice, Tool... tools) {
        return new ChatRequest("llama-test:latest", messages, List.of(tools), choice, sampling, new Format.Free(),
                false, false, Map.of(), null);
    }

    private static Message user(Part... parts) {
        return new Message(Role.USER, List.of(parts), List.of(), null, null);
    }

    @Test
    void authenticatesWhereAKeyIsGiven() throws Exception {
        all(provider().chat(ask(false), attempt()));
        assertThat(vendor.last(CHAT).headers()).containsEntry("authorization", "Bearer " + KEY);
        all(provider(Map.of("api-key", "")).chat(ask(false), attempt()));
        assertThat(vendor.last(CHAT).headers()).doesNotContainKey("authorization");
    }

    @Test
    void writesAllThatTheNeutralRequestSays() throws Exception {
        var schema = Map.<String, @Nullable Object>of("type", "object");
        var request = new ChatRequest("llama-test:latest", List.of(
                Message.text(Role.SYSTEM, "Be kind."),
                user(new Text("What is "), new Image("image/png", "QUJD", false), new Text("this?"),
                        new Image("image/png", "REVG", false)),
                new Message(Role.ASSISTANT, List.of(), List.of(new ToolCall("c1", "look", "{\"a\":1}"),
                        new ToolCall("", "wait", "")), null, null),
                new Message(Role.TOOL, List.of(new Text("a cat")), List.of(), "c1", null),
                new Message(Role.TOOL, List.of(new Text("done")), List.of(), null, null),
                new Message(Role.TOOL, List.of(new Text("?")), List.of(), "c9", null)),
                List.of(new Tool("look", "Looks.", schema), new Tool("wait", null, Map.of())), "auto",
                new Sampling(0.5, 0.9, 64, 42L, 4096, List.of("END")), new Format.Schema("cat", schema, true), true,
                true, Map.of("user", "ann"), null);
        assertThat(sent(provider(Map.of("keep-alive", "30m")), request)).isEqualTo(Json.TREES.readTree("""
            {"model":"llama-test:latest","messages":[
              {"role":"system","content":"Be kind."},
              {"role":"user","content":"What is this?","images":["QUJD","REVG"]},
              {"role":"assistant","content":"","tool_calls":[
                {"id":"c1","function":{"name":"look","arguments":{"a":1}}},
                {"function":{"name":"wait","arguments":{}}}]},
              {"role":"tool","content":"a cat","tool_name":"look","tool_call_id":"c1"},
              {"role":"tool","content":"done","tool_name":"wait"},
              {"role":"tool","content":"?","tool_call_id":"c9"}],
             "tools":[{"type":"function","function":{"name":"look","description":"Looks.",
                "parameters":{"type":"object"}}},{"type":"function","function":{"name":"wait","parameters":{}}}],
             "format":{"type":"object"},
             "options":{"num_ctx":4096,"temperature":0.5,"top_p":0.9,"num_predict":64,"seed":42,"stop":["END"]},
             "keep_alive":"30m","truncate":false,"stream":true}"""));
    }

    @Test
    void asksForJsonAndLeavesToolsOutWhenNoneMayBeCalled() throws Exception {
        var request = new ChatRequest("m", List.of(Message.text(Role.USER, "Hi")),
                List.of(new Tool("t", null, Map.of())), "none", Sampling.DEFAULT, new Format.Json(), false, false,
                Map.of(), null);
        JsonNode body = sent(request);
        assertThat(body.path("format").asText()).isEqualTo("json");
        assertThat(body.has("tools")).isFalse();
        assertThat(body.path("stream").asBoolean(true)).isFalse();
    }

    @Test
    void refusesWhatOllamaCanNotDo() {
        var tool = new Tool("t", null, Map.of());
        var hi = List.of(Message.text(Role.USER, "Hi"));
        for (ChatRequest request : List.of(of(hi, Sampling.DEFAULT, "required", tool),
                of(hi, Sampling.DEFAULT, "=t", tool),
                of(List.of(user(new Image("", "https://example.org/a.png", true))), Sampling.DEFAULT, null),
                of(List.of(user(new Opaque("audio"))), Sampling.DEFAULT, null))) {
            assertThat(failure(() -> provider().chat(request, attempt())).category())
                    .isEqualTo(FailureCategory.UNSUPPORTED);
        }
        for (String arguments : List.of("[1]", "{")) {
            var call = new Message(Role.ASSISTANT, List.of(), List.of(new ToolCall("c", "t", arguments)), null, null);
            assertThat(failure(() -> provider().chat(of(List.of(call), Sampling.DEFAULT, null), attempt())).category())
                    .isEqualTo(FailureCategory.INVALID_REQUEST);
        }
        assertThat(vendor.requests()).isEmpty();
    }

    @Test
    void leavesTheCallersBytesAsTheyAreButForWhatPolicySays() throws Exception {
        String body = "{\"model\":\"auto\", \"messages\":[{\"role\":\"user\",\"content\":\"\\u00e4\"}],\"think\":\"low\","
                + "\"options\":{\"num_ctx\":512,\"top_k\":3,\"temperature\":1},\"truncate\":true,\"keep_alive\":0}";
        all(provider(Map.of("keep-alive", "5m")).chat(
                askNatively(body, false, new Sampling(0.25, 0.5, 99, null, null, List.of())), attempt()));
        assertThat(vendor.last(CHAT).text()).isEqualTo("{\"model\":\"llama-test:latest\","
                + "\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e4\"}],\"think\":\"low\","
                + "\"options\":{\"num_ctx\":512,\"top_k\":3,\"temperature\":0.25,\"top_p\":0.5,\"num_predict\":99},"
                + "\"truncate\":true,\"keep_alive\":0,\"stream\":false}");
        all(provider(Map.of("keep-alive", "5m")).chat(askNatively("{\"options\":null}", true, Sampling.DEFAULT),
                attempt()));
        assertThat(vendor.last(CHAT).text()).isEqualTo("{\"options\":{\"num_ctx\":2048},"
                + "\"model\":\"llama-test:latest\",\"stream\":true,\"truncate\":false,\"keep_alive\":\"5m\"}");
        all(provider().chat(askNatively("{\"options\":{\"num_ctx\":1}}", true,
                new Sampling(null, null, null, null, 6000, List.of())), attempt()));
        assertThat(vendor.last(CHAT).text()).contains("\"num_ctx\":6000");
    }

    private int context(Provider provider, int characters, Sampling sampling) throws Exception {
        JsonNode body = sent(provider, of(List.of(Message.text(Role.USER, "x".repeat(characters))), sampling, null,
                new Tool("t", null, Map.of())));
        return body.path("options").path("num_ctx").asInt();
    }

    @Test
    void reservesAsMuchContextAsThePromptNeedsAndTheModelCan() throws Exception {
        var provider = provider();
        provider.models();
        assertThat(context(provider, 10, Sampling.DEFAULT)).isEqualTo(2048);
        assertThat(context(provider, 6_000, Sampling.DEFAULT)).isEqualTo(4096);
        assertThat(context(provider, 10, Sampling.DEFAULT)).as("not loaded anew for less").isEqualTo(4096);
        assertThat(context(provider, 600_000, Sampling.DEFAULT)).as("as much as the model can").isEqualTo(8192);
        var asked = new Sampling(null, null, null, null, 3000, List.of());
        assertThat(context(provider, 10, asked)).isEqualTo(3000);
        assertThat(context(provider(Map.of("num-ctx-max", 1000)), 10, asked)).isEqualTo(1000);
        assertThat(context(provider(), 10, new Sampling(null, null, 9_000, null, null, List.of()))).isEqualTo(16384);
    }

    @Test
    void countsPicturesCallsAndOtherScripts() throws Exception {
        var call = new Message(Role.ASSISTANT, List.of(), List.of(new ToolCall("c", "t", "{\"a\":\"" + "b".repeat(6000)
                + "\"}")), null, null);
        JsonNode body = sent(
                of(List.of(user(new Image("image/png", "QUJD", false), new Text("\u6f22\u00e4".repeat(900))),
                        call), Sampling.DEFAULT, null));
        assertThat(body.path("options").path("num_ctx").asInt()).isEqualTo(8192);
    }

    @Test
    void forgetsModelsThatAreGone() throws Exception {
        var provider = provider();
        assertThat(context(provider, 6_000, Sampling.DEFAULT)).isEqualTo(4096);
        vendor.always("/api/tags", VendorReply.ollamaTags("other"));
        provider.models();
        assertThat(context(provider, 10, Sampling.DEFAULT)).isEqualTo(2048);
    }
}
