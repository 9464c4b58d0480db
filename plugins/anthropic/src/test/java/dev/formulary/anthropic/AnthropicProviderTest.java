package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.formulary.spi.Capability;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.testkit.Answer;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.VendorReply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What goes over the wire.
class AnthropicProviderTest extends MessagesCase {

    @Test
    void theKeyGoesIntoItsOwnHeader() throws Exception {
        vendor.always(MESSAGES, recordedWhole("hello"));

        Answer answer = Answer
                .read(provider(Map.of("beta", List.of("a-2026", "b-2026"), "headers", Map.of("x-team", "red7")))
                        .chat(ask(false), TestAttempt.patient()));

        assertThat(answer.text()).startsWith("Grüße");
        assertThat(vendor.last(MESSAGES).headers()).containsEntry("x-api-key", KEY)
                .containsEntry("anthropic-version", "2023-06-01").containsEntry("anthropic-beta", "a-2026,b-2026")
                .containsEntry("content-type", "application/json").containsEntry("x-team", "red7")
                .doesNotContainKey("authorization");
    }

    @Test
    void withoutAKeyNoneIsSent() throws Exception {
        vendor.always(MESSAGES, recorded("hello"));

        Answer answer = Answer.read(provider(Map.of("api-key", "", "base-url", vendor.baseUrl() + "/v1/"))
                .chat(ask(true), TestAttempt.patient()));

        assertThat(answer.text()).startsWith("Grüße");
        assertThat(vendor.last(MESSAGES).headers()).doesNotContainKey("x-api-key")
                .containsEntry("accept", "text/event-stream");
    }

    @Test
    void whatIsLeftOutIsToldFirst() throws Exception {
        vendor.next(MESSAGES, recorded("hello"), recordedWhole("hello"));
        for (boolean stream : new boolean[]{true, false}) {
            var ask = Ask.hi().sampling(1.5, null, null);
            var answer = Answer.read(provider().chat((stream ? ask.stream() : ask).request(), TestAttempt.patient()));
            assertThat(answer.events().getFirst()).isEqualTo(new ReplyEvent.Ignored("temperature"));
        }
    }

    @Test
    void callersOfTheSameFormatGetFrames() throws Exception {
        vendor.always(MESSAGES, recorded("tools"));
        var ask = Ask.hi().body("{\"model\":\"x\",\"max_tokens\":9,\"messages\":[],\"container\":\"c\"}").stream();

        var events = Recorded.all(provider().chat(ask.request(), TestAttempt.patient()));

        assertThat(events).allMatch(ReplyEvent.Native.class::isInstance);
        assertThat(vendor.last(MESSAGES).text()).contains("\"container\":\"c\"", "\"stream\":true");
    }

    @Test
    void aServerThatCantStreamIsUnderstood() throws Exception {
        vendor.next(MESSAGES, recordedWhole("tools"),
                VendorReply.json(200, " {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"no\"}}"));

        assertThat(Answer.read(provider().chat(ask(true), TestAttempt.patient())).finishes())
                .containsExactly(ReplyEvent.Finish.Reason.TOOL_CALLS);
        assertThat(failure(() -> provider().chat(ask(true), TestAttempt.patient())).category())
                .isIn(FailureCategory.SERVER, FailureCategory.CUT);
    }

    @Test
    void thoughtsAreRememberedFromOneCallToTheNext() throws Exception {
        vendor.always(MESSAGES, recorded("interleaved"));
        var provider = provider();
        Answer.read(provider.chat(ask(true), TestAttempt.patient()));

        var next = Ask.hi().tool("get_weather")
                .assistant("Looking.", new dev.formulary.spi.ChatRequest.ToolCall("toolu_02B", "get_weather", "{}"))
                .result("toolu_02B", null, "snow").stream();
        Answer.read(provider.chat(next.request(), TestAttempt.patient()));

        assertThat(vendor.last(MESSAGES).text()).contains("\"signature\":\"c2lnMg==\"");
    }

    @Test
    void allPagesOfModelsAreRead() throws Exception {
        vendor.always(MODELS, VendorReply.json(200,
                """
                    {"data":[{"type":"model","id":"claude-opus-5","display_name":"Opus 5","created_at":"2026-05-01T00:00:00Z",
                      "lifecycle":"active","line":"opus","max_input_tokens":1000000,"max_tokens":100000,"capabilities":{
                      "image_input":{"supported":true},"structured_outputs":{"supported":true},
                      "effort":{"supported":true,"low":{"supported":true},"high":{"supported":true},"max":{"supported":false}},
                      "thinking":{"supported":true,"types":{"adaptive":{"supported":true},"disabled":{"supported":false}}}}},
                     {"id":"claude-old","lifecycle":"retired"}],"has_more":true,"first_id":"claude-opus-5","last_id":"a b"}"""));
        vendor.always(MODELS + "&after_id=a+b", VendorReply.json(200,
                "{\"data\":[{\"id\":\"claude-haiku-4-5\"},{\"id\":\"claude-opus-5\"}],\"has_more\":false,\"last_id\":\"z\"}"));
        var provider = provider(Map.of("models", List.of("extra"), "local", false));

        List<ModelCard> cards = provider.models();

        assertThat(cards).extracting(ModelCard::id).containsExactly("claude-opus-5", "claude-haiku-4-5", "extra");
        ModelCard first = cards.getFirst();
        assertThat(first.contextTokens()).isEqualTo(1_000_000);
        assertThat(first.capabilities()).containsExactlyInAnyOrder(Capability.CHAT, Capability.TOOLS, Capability.JSON,
                Capability.VISION, Capability.THINKING);
        assertThat(first.attributes()).containsEntry("display-name", "Opus 5").containsEntry("max-tokens", "100000")
                .containsEntry("line", "opus");
        assertThat(first.inputPrice()).isEqualTo(ModelCard.UNKNOWN);
        assertThat(cards.getLast().capabilities()).containsExactlyInAnyOrder(Capability.CHAT, Capability.TOOLS,
                Capability.JSON);
    }

    @Test
    void theVendorsListIsBelievedMoreThanTheTable() throws Exception {
        vendor.always(MODELS, VendorReply.json(200, """
            {"data":[{"id":"claude-opus-4-5","max_tokens":1234,"capabilities":{"thinking":{"supported":false},
             "structured_outputs":{"supported":false},"image_input":{"supported":false}}}]}"""));
        vendor.always(MESSAGES, recordedWhole("hello"));
        var provider = provider();
        assertThat(provider.models().getFirst().capabilities()).doesNotContain(Capability.THINKING, Capability.VISION);
        var ask = Ask.hi().effort(dev.formulary.spi.ChatRequest.Effort.HIGH);

        Answer answer = Answer.read(provider.chat(ask.request(), TestAttempt.patient()));

        assertThat(answer.events()).contains(new ReplyEvent.Ignored("reasoning_effort"));
        assertThat(vendor.last(MESSAGES).text()).contains("\"max_tokens\":1234").doesNotContain("thinking");
    }

    @Test
    void aListThatTurnsInCirclesEnds() throws Exception {
        String page = "{\"data\":[{\"id\":\"m\"}],\"has_more\":true,\"last_id\":\"m\"}";
        vendor.always(MODELS, VendorReply.json(200, page)).always(MODELS + "&after_id=m", VendorReply.json(200, page));

        assertThat(provider().models()).hasSize(1);
        assertThat(vendor.requests()).hasSize(2);
    }

    @Test
    void configuredModelsNeedNoList() throws Exception {
        var silent = provider(Map.of("models", List.of("one", "two", "one"), "discover", false));
        assertThat(silent.models()).extracting(ModelCard::id).containsExactly("one", "two");
        assertThat(vendor.requests()).isEmpty();

        assertThat(provider(Map.of("models", List.of("one"))).models()).extracting(ModelCard::id)
                .containsExactly("one");
    }

    @Test
    void whyThereAreNoModelsIsSaid() {
        vendor.next(MODELS, VendorReply.json(401, "{}"), VendorReply.json(200, "{\"hello\":1}"),
                VendorReply.json(200, "<html>"), VendorReply.json(200, "{\"error\":\"oh\"}"),
                VendorReply.json(404, ""));
        var provider = provider();
        for (FailureCategory category : List.of(FailureCategory.AUTH, FailureCategory.CONFIGURATION,
                FailureCategory.MALFORMED, FailureCategory.SERVER, FailureCategory.UNKNOWN_MODEL)) {
            assertThat(failure(provider::models).category()).isEqualTo(category);
        }
    }

    @Test
    void aProbeCostsNothing() {
        vendor.next("/v1/models?limit=1", VendorReply.json(200, "{\"data\":[]}"), VendorReply.json(404, "{}"),
                VendorReply.json(404, "{}"), VendorReply.serverError());
        var provider = provider();
        assertThatCode(() -> provider.probe(TestAttempt.patient())).doesNotThrowAnyException();
        assertThat(failure(() -> provider.probe(TestAttempt.patient())).category())
                .isEqualTo(FailureCategory.UNKNOWN_MODEL);
        var silent = provider(Map.of("discover", false));
        assertThatCode(() -> silent.probe(TestAttempt.patient())).doesNotThrowAnyException();
        assertThat(failure(() -> silent.probe(TestAttempt.patient())).category()).isEqualTo(FailureCategory.SERVER);
    }
}
