package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.refusal;
import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.WireBody;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicRequestTest {
    private static final ChatDialect DIALECT = new AnthropicMessages();
    private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

    private static Inquiry inquiry(String members) throws MalformedBodyException {
        return DIALECT.read(utf8("{\"model\":\"auto\",\"max_tokens\":100," + members + "}"));
    }

    private static ChatRequest read(String members) throws MalformedBodyException {
        return inquiry(members.contains("\"messages\"") ? members : HI + "," + members).request();
    }

    private static List<Message> turns(String messages) throws MalformedBodyException {
        return read("\"messages\":[" + messages + "]").messages();
    }

    private static Message said(Role role, ChatRequest.Part... parts) {
        return new Message(role, List.of(parts), List.of(), null, null);
    }

    private static String source(ChatRequest request) {
        return new String(Objects.requireNonNull(request.source()).bytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void aPlainQuestionKeepsItsBytes() throws Exception {
        String body = "{ \"model\":\"sim/fast\", \"max_tokens\": 20,\n" + HI + ", \"system\":\"Be brief.\","
                + "\"stream\":true,\"stop_sequences\":[\"END\",\"X\"],\"temperature\":0.50,\"top_p\":0.9,\"top_k\":40 }";
        ChatRequest request = DIALECT.read(utf8(body)).request();

        assertThat(request.model()).isEqualTo("sim/fast");
        assertThat(request.messages()).containsExactly(Message.text(Role.SYSTEM, "Be brief."),
                Message.text(Role.USER, "Hi"));
        assertThat(request.sampling())
                .isEqualTo(new ChatRequest.Sampling(0.5, 0.9, 20, null, null, List.of("END", "X")));
        assertThat(request.options().topK()).isEqualTo(40);
        assertThat(request.stream()).isTrue();
        assertThat(request.includeUsage()).isTrue();
        assertThat(request.extra()).isEmpty();
        assertThat(Objects.requireNonNull(request.source()).format()).isEqualTo(WireBody.ANTHROPIC_MESSAGES);
        assertThat(source(request)).isEqualTo(body);
    }

    @Test
    void minusOneIsAsIfNothingWasSaid() throws Exception {
        ChatRequest request = read("\"top_p\":-1,\"top_k\":-1");
        assertThat(request.sampling().topP()).isNull();
        assertThat(request.options().topK()).isNull();
    }

    @Test
    void blocksOfTheSystemAreParagraphsAndMarksOfTheCacheAreTold() throws Exception {
        ChatRequest request = read("\"system\":[{\"type\":\"text\",\"text\":\"One.\"},{\"type\":\"text\","
                + "\"text\":\"Two.\",\"cache_control\":{\"type\":\"ephemeral\"}}]");

        assertThat(request.messages().getFirst().plainText()).isEqualTo("One.\n\nTwo.");
        assertThat(request.ignoring(Set.of())).containsExactly(new ReplyEvent.Ignored("cache_control"));
        assertThat(read("\"cache_control\":{\"type\":\"ephemeral\"}").extra()).containsKey("cache_control");
        assertThat(read("\"tools\":[{\"name\":\"t\",\"input_schema\":{},\"cache_control\":{\"type\":\"ephemeral\"}}]")
                .extra()).containsKey("cache_control");
        assertThat(read("\"cache_control\":null").extra()).isEmpty();
    }

    @Test
    void picturesAndDocumentsAreParts() throws Exception {
        assertThat(turns("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"See\"},"
                + "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iV\"}},"
                + "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://example.org/a.png\"}},"
                + "{\"type\":\"image\",\"source\":{\"type\":\"file\",\"file_id\":\"f\"}},"
                + "{\"type\":\"document\",\"title\":\"T\",\"source\":{\"type\":\"base64\","
                + "\"media_type\":\"application/pdf\",\"data\":\"JV\"}},"
                + "{\"type\":\"document\",\"source\":{\"type\":\"url\",\"url\":\"https://example.org/a.pdf\"}},"
                + "{\"type\":\"document\",\"title\":\"T\",\"context\":\"C\",\"source\":{\"type\":\"text\","
                + "\"media_type\":\"text/plain\",\"data\":\"words\"}},"
                + "{\"type\":\"document\",\"title\":\"T\",\"source\":{\"type\":\"content\",\"content\":\"inner\"}},"
                + "{\"type\":\"search_result\",\"source\":\"s\"}]}")).containsExactly(said(Role.USER, new Text("See"),
                        new ChatRequest.Image("image/png", "iV", false),
                        new ChatRequest.Image("", "https://example.org/a.png", true), new ChatRequest.Opaque("image"),
                        new ChatRequest.Document("application/pdf", "JV", false, "T"),
                        new ChatRequest.Document("", "https://example.org/a.pdf", true, null),
                        new Text("T\n\nC\n\nwords"), new Text("T\n\n"), new Text("inner"),
                        new ChatRequest.Opaque("search_result")));
    }

    @Test
    void resultsOfToolsAreTurnsOfTheirOwnInTheirPlaces() throws Exception {
        assertThat(turns("{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Look.\"},{\"type\":"
                + "\"tool_use\",\"id\":\"t1\",\"name\":\"weather\",\"input\":{\"city\":\"Bern\"}},"
                + "{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"now\"}]},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\",\"content\":\"sun\"},"
                + "{\"type\":\"tool_result\",\"tool_use_id\":\"t2\",\"content\":[{\"type\":\"text\",\"text\":\"9\"},"
                + "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iV\"}}]},"
                + "{\"type\":\"text\",\"text\":\"And?\"}]}")).containsExactly(
                        new Message(Role.ASSISTANT, List.of(new Text("Look.")),
                                List.of(new ToolCall("t1", "weather", "{\"city\":\"Bern\"}"),
                                        new ToolCall("t2", "now", "{}")),
                                null, null),
                        new Message(Role.TOOL, List.of(new Text("sun")), List.of(), "t1", null),
                        new Message(Role.TOOL,
                                List.of(new Text("9"), new ChatRequest.Image("image/png", "iV", false)), List.of(),
                                "t2", null),
                        said(Role.USER, new Text("And?")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"\"content\":\"no such city\"; Error: no such city",
            "\"content\":\"Error 404\"; Error 404", "\"content\":[]; Error"})
    void thatAToolFailedIsSaidInWords(String content, String words) throws Exception {
        List<Message> turns = turns("{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t1\","
                + "\"is_error\":true," + content + "}]}");
        assertThat(turns.getFirst().plainText()).isEqualTo(words);
    }

    @Test
    void thoughtsComeBackWithWhatWasSignedByWhomever() throws Exception {
        ChatRequest request = read("\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\","
                + "\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"EqQB+/=\"},"
                + "{\"type\":\"redacted_thinking\",\"data\":\"Em\"},"
                + "{\"type\":\"thinking\",\"thinking\":\"ha\",\"signature\":\"gemini:Cg\"},"
                + "{\"type\":\"thinking\",\"thinking\":\"oh\",\"signature\":\"\"},"
                + "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":{},\"signature\":\"gemini:Ch\"}]}]");
        Message said = request.messages().getLast();

        assertThat(said.parts()).containsExactly(new Thought("hm", "anthropic:EqQB+/="),
                new Thought("", "anthropic:blocks:[{\"type\":\"redacted_thinking\",\"data\":\"Em\"}]"),
                new Thought("ha", "gemini:Cg"), new Thought("oh", null));
        assertThat(said.toolCalls()).containsExactly(new ToolCall("t", "n", "{}", "gemini:Ch"));
        assertThat(source(request)).contains("EqQB+/=").contains("redacted_thinking").doesNotContain("gemini")
                .doesNotContain("\"oh\"").contains("{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":{}}");
    }

    @Test
    void aTurnOfNothingButForeignThoughtsDoesNotReachTheVendor() throws Exception {
        ChatRequest request = read("\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\","
                + "\"content\":[{\"type\":\"thinking\",\"thinking\":\"oh\",\"signature\":\"x:y\"}]},"
                + "{\"role\":\"user\",\"content\":\"So?\"}]");
        assertThat(request.messages()).hasSize(3);
        assertThat(source(request)).doesNotContain("assistant");
    }

    @Test
    void factsInMetadataAreOursAndTheUserIsTheVendors() throws Exception {
        Inquiry inquiry = inquiry(HI + ",\"metadata\":{\"user_id\":\"u1\",\"need\":\"crisis_intervention\"}");
        assertThat(inquiry.metadata()).containsOnly(Map.entry("user_id", "u1"),
                Map.entry("need", "crisis_intervention"));
        assertThat(inquiry.request().options().endUser()).isEqualTo("u1");
        assertThat(source(inquiry.request())).contains("\"metadata\":{\"user_id\":\"u1\"}").doesNotContain("crisis");
        assertThat(source(read("\"metadata\":{\"need\":\"conversation\"}"))).contains("\"metadata\":{}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "null", value = {"\"type\":\"auto\"; null; null",
            "\"type\":\"any\"; required; null", "\"type\":\"none\"; none; null",
            "\"type\":\"tool\",\"name\":\"w\"; =w; null",
            "\"type\":\"auto\",\"disable_parallel_tool_use\":true; null; false"})
    void choicesOfTools(String choice, @Nullable String wanted, @Nullable Boolean parallel) throws Exception {
        ChatRequest request = read(
                "\"tools\":[{\"type\":\"custom\",\"name\":\"w\",\"description\":\"d\",\"strict\":true,"
                        + "\"input_schema\":{\"type\":\"object\"}}],\"tool_choice\":{" + choice + "}");
        assertThat(request.tools()).containsExactly(new ChatRequest.Tool("w", "d", Map.of("type", "object"), true));
        assertThat(request.toolChoice()).isEqualTo(wanted);
        assertThat(request.options().parallelToolCalls()).isEqualTo(parallel);
    }

    @Test
    void whatOnlyTheVendorHasIsRefusedByOthersWithItsName() throws Exception {
        for (String members : List.of("\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]",
                "\"container\":{\"id\":\"c\"}", "\"mcp_servers\":[]", "\"inference_geo\":\"eu\"",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"document\",\"citations\":{\"enabled\":true},"
                        + "\"source\":{\"type\":\"text\",\"data\":\"d\"}}]}]")) {
            ChatRequest request = read(members);
            assertThatThrownBy(() -> request.ignoring(Set.of())).as(members)
                    .isInstanceOfSatisfying(ProviderException.class,
                            e -> assertThat(e.category()).isEqualTo(FailureCategory.UNSUPPORTED))
                    .hasMessageFindingMatch("web_search_20250305|container|mcp_servers|inference_geo|citations");
        }
        assertThat(read("\"container\":null,\"inference_geo\":null").ignoring(Set.of())).isEmpty();
        assertThat(read("\"service_tier\":\"auto\"").extra()).isEmpty();
        assertThat(read("\"service_tier\":\"standard_only\",\"speed\":\"fast\"").ignoring(Set.of("service_tier")))
                .containsExactlyInAnyOrder(new ReplyEvent.Ignored("service_tier.standard_only"),
                        new ReplyEvent.Ignored("speed"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "null", value = {
            "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}; MINIMAL",
            "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}; LOW",
            "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":8192}; MEDIUM",
            "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":16384}; HIGH",
            "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":32768}; MAX",
            "\"thinking\":{\"type\":\"adaptive\"}; MEDIUM", "\"thinking\":{\"type\":\"disabled\"}; NONE",
            "\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"xhigh\"}; MAX",
            "\"output_config\":{\"effort\":\"low\"}; LOW", "\"top_k\":0; null"})
    void efforts(String members, @Nullable Effort effort) throws Exception {
        assertThat(read(members).options().effort()).isEqualTo(effort);
    }

    @Test
    void thoughtsAreToldToWhomAskedForThem() throws Exception {
        String enabled = "\"thinking\":{\"type\": \"enabled\",\"budget_tokens\":2000";
        assertThat(DIALECT.tellsThoughts(read(enabled + "}"))).isTrue();
        assertThat(DIALECT.tellsThoughts(read("\"thinking\":{\"type\":\"adaptive\"}"))).isTrue();
        assertThat(DIALECT.tellsThoughts(read(enabled + ",\"display\":\"omitted\"}"))).isFalse();
        assertThat(DIALECT.tellsThoughts(read("\"thinking\":{\"type\":\"disabled\"}"))).isFalse();
        assertThat(DIALECT.tellsThoughts(read("\"output_config\":{\"effort\":\"low\"}"))).isFalse();
    }

    @Test
    void aSchemaHoldsTheAnswer() throws Exception {
        var schema = new Format.Schema("answer", Map.of("type", "object"), true);
        String format = "{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}";
        assertThat(read("\"output_config\":{\"format\":" + format + "}").format()).isEqualTo(schema);
        assertThat(read("\"output_format\":" + format).format()).isEqualTo(schema);
        assertThat(read("\"output_config\":{}").format()).isEqualTo(new Format.Free());
    }

    @Test
    void withoutALimitItIsRefusedAsTheVendorDoesUnlessItIsOnlyCounted() throws Exception {
        String body = "{\"model\":\"auto\"," + HI + "}";
        assertThat(refusal(DIALECT, body).message()).startsWith("max_tokens: Field required");
        assertThat(AnthropicMessages.counting().read(utf8(body)).request().sampling().maxTokens()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"\"messages\":[]; messages", "\"messages\":{}; messages",
            "\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]; messages[0].role",
            "\"messages\":[{\"role\":\"user\"}]; messages[0].content",
            "\"messages\":[{\"role\":\"user\",\"content\":5}]; messages[0].content",
            "\"messages\":[{\"role\":\"user\",\"content\":[{}]}]; messages[0].content[0].type",
            "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{}}]}]; messages[0].content[0].source.type",
            "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\"}]}]; messages[0].content[0].tool_use_id",
            "\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"b\",\"input\":\"c\"}]}]; messages[0].content[0].input",
            "\"system\":5; system",
            "\"system\":[{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"u\"}}]; system",
            "\"temperature\":1.5; temperature", "\"top_p\":2; top_p", "\"top_k\":-2; top_k", "\"stream\":1; stream",
            "\"stop_sequences\":\"x\"; stop_sequences", "\"tools\":[{\"name\":\"n\"}]; tools[0].input_schema",
            "\"tools\":[{\"input_schema\":{}}]; tools[0].name", "\"tool_choice\":{\"type\":\"all\"}; tool_choice.type",
            "\"tool_choice\":{\"type\":\"tool\"}; tool_choice.name",
            "\"thinking\":{\"type\":\"enabled\"}; thinking.budget_tokens",
            "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1000}; thinking.budget_tokens",
            "\"output_config\":{\"effort\":\"huge\"}; output_config.effort",
            "\"output_config\":{\"format\":{\"type\":\"json\"}}; output_config.format",
            "\"metadata\":[]; metadata"})
    void whatIsWrongIsNamedWithItsPlace(String members, String param) {
        String body = "{\"model\":\"auto\",\"max_tokens\":9," + (members.contains("\"messages\"") ? "" : HI + ",")
                + members + "}";
        assertThat(refusal(DIALECT, body).param()).isEqualTo(param);
    }

    @Test
    void aBodyThatCameWithoutSayingIsKnownByWhatOnlyItHas() throws Exception {
        for (String members : List.of("\"system\":\"s\"", "\"stop_sequences\":[]", "\"output_config\":{}",
                "\"tools\":[{\"name\":\"t\",\"input_schema\":{}}]",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\"}]}]",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{}}]}]")) {
            assertThat(Dialects.guess(utf8("{\"model\":\"m\"," + members + "}"))).as(members)
                    .isInstanceOf(AnthropicMessages.class);
        }
        for (String members : List.of("\"thinking\":{\"type\":\"enabled\"}", "\"top_k\":4", HI,
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}]",
                "\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":[]}]}]")) {
            assertThat(Dialects.guess(utf8("{\"model\":\"m\"," + members + "}"))).as(members)
                    .isInstanceOf(OpenAiChat.class);
        }
        assertThat(Dialects.guess(utf8("{\"system\":\"s\",\"options\":{}}"))).isInstanceOf(OllamaChat.class);
    }
}
