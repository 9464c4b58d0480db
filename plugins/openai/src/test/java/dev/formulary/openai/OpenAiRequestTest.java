package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Opaque;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.wire.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OpenAiRequestTest extends OpenAiCase {

    private String sent(ChatRequest request) throws Exception {
        try (var provider = provider()) {
            all(provider.chat(request, attempt()));
        }
        return vendor.last(CHAT).text();
    }

    private static void assertJson(String actual, String expected) throws IOException {
        JsonNode wanted = Json.TREES.readTree(expected);
        assertThat(Json.TREES.readTree(actual)).isEqualTo(wanted);
    }

    @Test
    void authenticatesAndNamesTheCall() throws Exception {
        try (var provider = provider(
                Map.of("organization", "org-1", "project", "p-1", "headers", Map.of("X-A", "b")))) {
            all(provider.chat(ask(false), attempt()));
        }
        assertThat(vendor.last(CHAT).headers()).containsEntry("authorization", "Bearer " + KEY)
                .containsEntry("openai-organization", "org-1").containsEntry("openai-project", "p-1")
                .containsEntry("x-a", "b").containsEntry("content-type", "application/json")
                .containsEntry("x-client-request-id", "test-call");
    }

    @Test
    void leavesTheCallersBytesAsTheyAreButForWhatPolicySays() throws Exception {
        String body = "{ \"model\" : \"auto\", \"messages\":[{\"role\":\"user\",\"content\":\"\\u00e4 }\\\"\"}],"
                + "\"temperature\":1,\"x_unknown\":[1.50,{\"a\":null}], \"stream\":true,\"stream_options\":{\"include_usage\":true}}";
        assertThat(sent(askNatively(body, false, new Sampling(0.25, 0.5, 99, null, null, List.of()))))
                .isEqualTo("{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e4 }\\\"\"}],"
                        + "\"temperature\":0.25,\"x_unknown\":[1.50,{\"a\":null}],\"top_p\":0.5,\"max_tokens\":99}");
    }

    @Test
    void asksForTheCountInEveryStreamAndKeepsTheOtherOptions() throws Exception {
        assertThat(sent(askNatively("{\"model\":\"m\"}", true, Sampling.DEFAULT)))
                .isEqualTo("{\"model\":\"gpt-test\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
        assertThat(sent(askNatively("{\"stream_options\":{\"x\":1,\"include_usage\":false},\"model\":\"m\"}", true,
                Sampling.DEFAULT))).contains("{\"x\":1,\"include_usage\":true}");
        assertThat(sent(askNatively("{\"stream_options\":7,\"model\":\"m\"}", true, Sampling.DEFAULT)))
                .contains("\"stream_options\":{\"include_usage\":true}");
    }

    @Test
    void limitsTheAnswerByTheNameThatTheCallerUsed() throws Exception {
        var limit = new Sampling(null, null, 5, null, null, List.of());
        assertThat(sent(askNatively("{\"max_completion_tokens\":50}", false, limit)))
                .contains("\"max_completion_tokens\":5").doesNotContain("max_tokens");
        assertThat(sent(askNatively("{\"max_tokens\":50}", false, limit))).contains("\"max_tokens\":5")
                .doesNotContain("completion");
        try (var provider = provider(Map.of("max-tokens-member", "max_completion_tokens"))) {
            all(provider.chat(askNatively("{\"max_tokens\":50}", false, limit), attempt()));
        }
        assertThat(vendor.last(CHAT).text()).contains("\"max_completion_tokens\":5").doesNotContain("max_tokens\"");
    }

    @Test
    void writesAllThatTheNeutralRequestSays() throws Exception {
        var schema = new LinkedHashMap<String, @Nullable Object>();
        schema.put("type", "object");
        schema.put("default", null);
        var request = new ChatRequest("gpt-test", List.of(
                Message.text(Role.SYSTEM, "Be kind."),
                new Message(Role.USER, List.of(new Text("What is this?"), new Image("image/png", "QUJD", false),
                        new Image("", "https://example.org/a.png", true)), List.of(), null, "ann"),
                new Message(Role.ASSISTANT, List.of(), List.of(new ToolCall("call_1", "look", "")), null, null),
                new Message(Role.TOOL, List.of(new Text("a "), new Text("cat")), List.of(), "call_1", "look")),
                List.of(new Tool("look", "Looks.", schema), new Tool("wait", null, Map.of())), "=look",
                new Sampling(0.5, 0.9, 64, 42L, 4096, List.of("END")), new Format.Schema("cat", schema, true), true,
                true, Map.of("keep_alive", "5m"), null);
        assertJson(sent(request), """
            {"model":"gpt-test","messages":[
              {"role":"system","content":"Be kind."},
              {"role":"user","name":"ann","content":[{"type":"text","text":"What is this?"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}},
                {"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]},
              {"role":"assistant","content":null,"tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"look","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"a cat"}],
             "temperature":0.5,"top_p":0.9,"max_tokens":64,"seed":42,"stop":["END"],
             "tools":[{"type":"function","function":{"name":"look","description":"Looks.",
                "parameters":{"type":"object","default":null}}},
               {"type":"function","function":{"name":"wait","parameters":{}}}],
             "tool_choice":{"type":"function","function":{"name":"look"}},
             "response_format":{"type":"json_schema","json_schema":{"name":"cat",
                "schema":{"type":"object","default":null},"strict":true}},
             "stream":true,"stream_options":{"include_usage":true}}""");
    }

    @Test
    void writesNothingThatWasNotSaid() throws Exception {
        assertJson(sent(ask(false)), "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        var json = new ChatRequest("gpt-test", List.of(Message.text(Role.USER, "Hi")),
                List.of(new Tool("t", null, Map.of())), "required", Sampling.DEFAULT, new Format.Json(), false, false,
                Map.of(), null);
        assertThat(sent(json)).contains("\"response_format\":{\"type\":\"json_object\"}")
                .contains("\"tool_choice\":\"required\"");
    }

    @Test
    void refusesPartsThatItCanNotSay() {
        var sound = new Message(Role.USER, List.of(new Opaque("audio")), List.of(), null, null);
        var request = new ChatRequest("gpt-test", List.of(sound), List.of(), null, Sampling.DEFAULT, new Format.Free(),
                false, false, Map.of(), null);
        assertThat(failure(() -> provider().chat(request, attempt())).category())
                .isEqualTo(FailureCategory.UNSUPPORTED);
        assertThat(vendor.requests()).isEmpty();
    }
}
