package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Ignored;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorReply.Ending;
import dev.formulary.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The caller's own bytes, and how little of them changes on the way to which server.
class OpenAiSpliceTest extends OpenAiCase {
    private static final Message HI = Message.text(Role.USER, "Hi");

    private static Options options(@Nullable Integer topK, @Nullable Double penalty, @Nullable Integer logprobs,
            @Nullable Effort effort, @Nullable String user) {
        return new Options(topK, null, penalty, null, logprobs, effort, null, user, null, Set.of("audio"));
    }

    private static ChatRequest ask(String body, Sampling sampling, Options options, Format format,
            Map<String, @Nullable Object> extra, Message... messages) {
        ChatRequest plain = askNatively(body, true, sampling);
        return new ChatRequest("m", List.of(messages), List.of(), null, sampling, format, false, false, extra,
                plain.source(), options);
    }

    private static ChatRequest ask(String body, Sampling sampling, Options options) {
        return ask(body, sampling, options, new Format.Free(), Map.of(), HI);
    }

    private List<String> ignored = List.of();

    private String sent(String dialect, ChatRequest request) throws Exception {
        var events = new ArrayList<ReplyEvent>();
        try (var provider = provider(Map.of("dialect", dialect, "discover", false))) {
            events.addAll(all(provider.chat(request, attempt())));
        }
        ignored = events.stream().filter(Ignored.class::isInstance).map(Ignored.class::cast).map(Ignored::parameter)
                .toList();
        assertThat(events.subList(0, ignored.size())).as("told before anything else")
                .allMatch(Ignored.class::isInstance);
        return vendor.last(CHAT).text();
    }

    @Test
    void policyHasTheLastWord() throws Exception {
        String body = "{\"model\":\"x\",\"seed\":1,\"stop\":\"A\",\"frequency_penalty\":2,\"logprobs\":false,"
                + "\"reasoning_effort\":\"high\",\"user\":\"bob\",\"logit_bias\":{}}";
        String sent = sent("compatible", ask(body, new Sampling(null, null, null, 2L, null, List.of("A", "B")),
                options(null, 0.5, 3, Effort.LOW, "ann")));
        assertThat(sent).isEqualTo("{\"model\":\"m\",\"seed\":2,\"stop\":[\"A\",\"B\"],\"frequency_penalty\":0.5,"
                + "\"logprobs\":true,\"reasoning_effort\":\"low\",\"user\":\"ann\",\"logit_bias\":{},"
                + "\"top_logprobs\":3}");
        assertThat(ignored).isEmpty();
    }

    @Test
    void whatSaysTheSameStays() throws Exception {
        String body = "{\"model\":\"m\",\"stop\": \"A\",\"reasoning_effort\" :\"xhigh\",\"safety_identifier\":\"ann\","
                + "\"response_format\":{ \"type\":\"json_object\"}}";
        assertThat(sent("openai", ask(body, new Sampling(null, null, null, null, null, List.of("A")),
                options(null, null, null, Effort.MAX, "ann"), new Format.Json(), Map.of(), HI))).isEqualTo(body);
    }

    @Test
    void whatTheServerDoesNotKnowIsLeftOutAndTold() throws Exception {
        String body = "{\"model\":\"m\",\"seed\":1,\"top_k\":3,\"user\":\"ann\",\"frequency_penalty\":1}";
        assertThat(sent("deepseek", ask(body, new Sampling(null, null, null, 1L, null, List.of()),
                options(3, 1.0, null, null, "ann")))).isEqualTo("{\"model\":\"m\"}");
        assertThat(ignored).containsExactly("seed", "top_k", "frequency_penalty", "user");
        vendor.next(CHAT, VendorReply.events(Ending.COMPLETE,
                "{\"choices\":[{\"delta\":{\"content\":\"A\"},\"finish_reason\":\"stop\"}]}"));
        var stream = new ChatRequest("m", List.of(HI), List.of(), null, Sampling.DEFAULT, new Format.Free(), true, true,
                Map.of(), null, options(3, null, null, null, null));
        try (var provider = provider(Map.of("dialect", "openai"))) {
            assertThat(all(provider.chat(stream, attempt()))).startsWith(new Ignored("top_k"));
        }
    }

    @Test
    void aTierThatCostsMoreThanThePricesSayIsLeftOutAndTold() throws Exception {
        var nothing = options(null, null, null, null, null);
        for (String tier : List.of("auto", "default", "flex", "scale", "priority", "turbo")) {
            String body = "{\"model\":\"m\",\"service_tier\":\"" + tier + "\"}";
            boolean dearer = tier.equals("priority") || tier.equals("turbo");
            var request = ask(body, Sampling.DEFAULT, nothing, new Format.Free(), Map.of("service_tier", tier), HI);
            assertThat(sent("openai", request)).isEqualTo(dearer ? "{\"model\":\"m\"}" : body);
            assertThat(ignored).isEqualTo(dearer ? List.of("service_tier") : List.of());
            var other = new ChatRequest("m", List.of(HI), List.of(), null, Sampling.DEFAULT, new Format.Free(), false,
                    false, Map.of("service_tier", tier), null, nothing);
            assertThat(sent("openai", other).contains("service_tier")).isEqualTo(!dearer);
            assertThat(ignored).isEqualTo(dearer ? List.of("service_tier") : List.of());
        }
    }

    @Test
    void effortIsSaidInTheServersWords() throws Exception {
        String body = "{\"model\":\"m\",\"reasoning_effort\":\"none\"}";
        var none = options(null, null, null, Effort.NONE, null);
        assertThat(sent("vllm", ask(body, Sampling.DEFAULT, none)))
                .isEqualTo("{\"model\":\"m\",\"chat_template_kwargs\":{\"enable_thinking\":false}}");
        assertThat(sent("deepseek", ask(body, Sampling.DEFAULT, none)))
                .isEqualTo("{\"model\":\"m\",\"thinking\":{\"type\":\"disabled\"}}");
        assertThat(sent("openrouter", ask("{\"model\":\"m\",\"reasoning\":{\"max_tokens\":9}}", Sampling.DEFAULT,
                none))).contains("\"reasoning\":{\"max_tokens\":9}");
    }

    @Test
    void whatNobodyCanDoWithoutIsRefusedOrInsistedOn() throws Exception {
        String body = "{\"model\":\"m\",\"logprobs\":true,\"top_logprobs\":2}";
        var probable = ask(body, Sampling.DEFAULT, options(null, null, 2, null, null));
        assertThat(failure(() -> sent("groq", probable)).category()).isEqualTo(FailureCategory.UNSUPPORTED);
        assertThat(sent("openrouter", probable)).endsWith("\"provider\":{\"require_parameters\":true}}");
        var spoken = ask("{\"audio\":{}}", Sampling.DEFAULT, options(null, null, null, null, null), new Format.Free(),
                Map.of("audio", Map.of()), HI);
        assertThat(failure(() -> sent("vllm", spoken)).category()).isEqualTo(FailureCategory.UNSUPPORTED);
        assertThat(sent("openai", spoken)).contains("\"audio\":{}");
        var sound = new Message(Role.USER, List.of(new ChatRequest.Audio("audio/wav", "QQ==")), List.of(), null, null);
        var heard = ask("{\"messages\":[]}", Sampling.DEFAULT, options(null, null, null, null, null),
                new Format.Free(), Map.of(), sound);
        assertThat(failure(() -> sent("deepseek", heard)).category()).isEqualTo(FailureCategory.UNSUPPORTED);
    }

    @Test
    void jsonIsAskedForAsTheServerCan() throws Exception {
        assertThat(sent("lmstudio", ask("{\"response_format\":{\"type\":\"json_object\"}}", Sampling.DEFAULT,
                options(null, null, null, null, null), new Format.Json(), Map.of(), HI)))
                .contains("\"type\":\"json_schema\"").contains("{\"type\":\"object\"}");
    }

    private JsonNode messages(String dialect, String messages, Message... neutral) throws Exception {
        var request = ask("{\"messages\":" + messages + "}", Sampling.DEFAULT, options(null, null, null, null, null),
                new Format.Free(), Map.of(), neutral);
        return Json.TREES.readTree(sent(dialect, request)).path("messages");
    }

    @Test
    void messagesChangeOnlyWhereTheServerWouldBalk() throws Exception {
        String developer = "[{\"role\":\"developer\",\"content\":\"x\"},{\"role\":\"user\",\"name\":\"ann\",\"content\":\"Hi\"}]";
        var named = new Message(Role.USER, List.of(new Text("Hi")), List.of(), null, "ann");
        assertThat(messages("openai", developer, named)).hasToString(developer);
        assertThat(messages("vllm", developer, named)).hasToString(developer.replace("developer", "system"));
        assertThat(ignored).isEmpty();
        assertThat(messages("groq", developer, named).toString()).doesNotContain("ann");
        assertThat(ignored).containsExactly("name");
    }

    @Test
    void thoughtsGoWhereTheServerWantsThem() throws Exception {
        String mine = "[{\"role\":\"assistant\",\"content\":\"A\",\"reasoning_content\":\"hm\"}]";
        var thought = new Message(Role.ASSISTANT, List.of(new Thought("hm", null), new Text("A")), List.of(), null,
                null);
        for (String[] place : new String[][]{{"llama.cpp", "reasoning_content"}, {"groq", "reasoning"},
                {"openrouter", "reasoning"}}) {
            assertThat(messages(place[0], mine, thought).path(0).path(place[1]).asText()).as(place[0]).isEqualTo("hm");
        }
        assertThat(messages("openai", mine, thought).path(0).properties()).extracting(Map.Entry::getKey)
                .containsExactly("role", "content");
        assertThat(ignored).containsExactly("reasoning_content");
    }

    @Test
    void signaturesOfOthersAreTakenOutAndOursTakenApart() throws Exception {
        String entry = "{\"type\":\"reasoning.text\",\"format\":\"f\",\"index\":0,\"signature\":\"S\"}";
        String mine = "[{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"hm\",\"reasoning_details\":["
                + "{\"type\":\"reasoning.text\",\"signature\":\"anthropic:abc\",\"index\":0},"
                + "{\"type\":\"reasoning.text\",\"signature\":" + Json.quote("openai:[" + entry + "]") + "},"
                + "{\"type\":\"reasoning.encrypted\",\"data\":\"raw\"}],\"tool_calls\":["
                + "{\"id\":\"1\",\"extra_content\":{\"google\":{\"thought_signature\":\"gemini:zzz\"}}},"
                + "{\"id\":\"2\",\"extra_content\":{\"google\":{\"thought_signature\":\"openai:TT\"}}}]}]";
        var thought = new Message(Role.ASSISTANT, List.of(new Thought("hm", "anthropic:abc")),
                List.of(new ToolCall("1", "f", "{}", "gemini:zzz"), new ToolCall("2", "f", "{}", "openai:TT")), null,
                null);
        JsonNode routed = messages("openrouter", mine, thought).path(0);
        assertThat(routed.path("reasoning_details")).hasToString("[" + entry.replace("}", ",\"text\":\"hm\"}")
                + ",{\"type\":\"reasoning.encrypted\",\"data\":\"raw\"}]");
        JsonNode calls = messages("compatible", mine, thought).path(0).path("tool_calls");
        assertThat(calls).hasToString("[{\"id\":\"1\"},{\"id\":\"2\",\"extra_content\":{\"google\":"
                + "{\"thought_signature\":\"TT\"}}}]");
    }

    /// What comes from a vendor goes back to it as it came, through a client of another format.
    @Test
    void whatAVendorSignsComesBackToItUnchanged() throws Exception {
        String first = "{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"S\",\"format\":\"f\",\"index\":0}";
        String second = "{\"type\":\"reasoning.encrypted\",\"data\":\"D\",\"id\":\"c1\",\"index\":1}";
        vendor.next(CHAT, VendorReply.json(200, "{\"choices\":[{\"message\":{\"content\":\"A\",\"reasoning\":\"hm\","
                + "\"reasoning_details\":[" + first + "," + second + "]},\"finish_reason\":\"stop\"}]}"));
        var events = new ArrayList<ReplyEvent>();
        try (var provider = provider(Map.of("dialect", "openrouter"))) {
            events.addAll(all(provider.chat(ask(false), attempt())));
        }
        var thinking = (ReplyEvent.Thinking) events.getFirst();
        var signature = (ReplyEvent.Signature) events.get(1);
        List<Part> parts = List.of(new Thought(thinking.text(), signature.value()), new Text("A"));
        var again = new ChatRequest("m", List.of(new Message(Role.ASSISTANT, parts, List.of(), null, null), HI),
                List.of(), null, Sampling.DEFAULT, new Format.Free(), false, false, Map.of(), null);
        JsonNode details = Json.TREES.readTree(sent("openrouter", again)).path("messages").path(0)
                .path("reasoning_details");
        assertThat(details).isEqualTo(Json.TREES.readTree("[" + first + "," + second + "]"));
    }
}
