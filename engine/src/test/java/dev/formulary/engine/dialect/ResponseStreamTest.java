package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.Wire.HEAD;
import static dev.formulary.engine.dialect.Wire.finish;
import static dev.formulary.engine.dialect.Wire.text;
import static dev.formulary.engine.dialect.Wire.tool;
import static dev.formulary.engine.dialect.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyEvent.Logprobs;
import dev.formulary.spi.ReplyEvent.Signature;
import dev.formulary.spi.Usage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResponseStreamTest {
    private static final Usage USAGE = Usage.of(3, 5);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T10:00:09Z"));
    private static final OpenAiResponses DIALECT = OpenAiResponses.at(CLOCK);

    private static ReplyHead asked(String members) {
        try {
            return new ReplyHead(HEAD.id(), HEAD.model(), HEAD.created(),
                    DIALECT.read(utf8("{\"model\":\"m\",\"input\":\"hi\"" + members + "}")).settings(), true);
        } catch (MalformedBodyException e) {
            throw new AssertionError(e);
        }
    }

    /// The events, after a look at their form: a name, data of the same type, numbers in order, and the end.
    private static List<JsonNode> events(String stream) {
        List<JsonNode> all = new ArrayList<>();
        for (String event : stream.substring(0, stream.length() - 2).split("\n\n", -1)) {
            if (event.equals("data: [DONE]")) {
                assertThat(stream).endsWith(event + "\n\n");
                continue;
            }
            String[] lines = event.split("\n", -1);
            assertThat(lines).hasSize(2);
            JsonNode data = Wire.json(lines[1].substring("data: ".length()));
            assertThat(lines[0]).isEqualTo("event: " + data.path("type").asText());
            assertThat(data.path("sequence_number").asInt(-1)).isEqualTo(all.size());
            all.add(data);
        }
        return all;
    }

    private static List<JsonNode> streamed(ReplyHead head, ReplyEvent... events) {
        return events(Wire.written(DIALECT.stream(head, true), List.of(events), USAGE));
    }

    private static List<String> types(List<JsonNode> events) {
        return events.stream().map(each -> each.path("type").asText().replace("response.", "")).toList();
    }

    private static JsonNode last(List<JsonNode> events) {
        return events.getLast().path("response");
    }

    @Test
    void wordsComeInTheOrderThatClientsExpect() {
        List<JsonNode> events = streamed(asked(""), new ReplyEvent.Text("Hel"), new ReplyEvent.Text("lo"),
                finish(Reason.STOP));
        assertThat(types(events)).containsExactly("created", "in_progress", "output_item.added", "content_part.added",
                "output_text.delta", "output_text.delta", "output_text.done", "content_part.done", "output_item.done",
                "completed");
        assertThat(events.get(2).path("item")).isEqualTo(Wire.json("{\"id\":\"msg_01CALL_0\",\"type\":\"message\","
                + "\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}"));
        assertThat(events.get(4)).isEqualTo(Wire.json("{\"type\":\"response.output_text.delta\",\"sequence_number\":4,"
                + "\"item_id\":\"msg_01CALL_0\",\"output_index\":0,\"content_index\":0,\"delta\":\"Hel\","
                + "\"logprobs\":[]}"));
        assertThat(events.get(8).at("/item/content/0/text").asText()).isEqualTo("Hello");
    }

    @Test
    void theAnswerHasEveryMemberThatClientsWithTypedModelsRead() {
        JsonNode response = last(streamed(asked(""), new ReplyEvent.Text("Hi"), finish(Reason.STOP)));
        assertThat(response).isEqualTo(Wire.json("""
            {"id":"resp_01CALL","object":"response","created_at":1795255200,"status":"completed",
             "completed_at":1795255209,"error":null,"incomplete_details":null,"model":"sim/fast",
             "output":[{"id":"msg_01CALL_0","type":"message","status":"completed","role":"assistant",
               "content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]}],
             "background":false,"instructions":null,"max_output_tokens":null,"max_tool_calls":null,
             "parallel_tool_calls":true,"previous_response_id":null,"prompt_cache_key":null,
             "prompt_cache_retention":null,"reasoning":{"effort":null,"summary":null},"safety_identifier":null,
             "service_tier":"default","temperature":1.0,"text":{"format":{"type":"text"},"verbosity":"medium"},
             "tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":1.0,"frequency_penalty":0,"presence_penalty":0,
             "truncation":"disabled","user":null,"metadata":{},"store":true,
             "usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},
               "output_tokens":5,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":8}}"""));
    }

    @Test
    void theAnswerRepeatsWhatTheQuestionSaid() {
        JsonNode response = last(streamed(asked("""
            ,"instructions":"Be brief.","temperature":0.2,"top_p":0.5,"max_output_tokens":9,"store":false,
            "tools":[{"type":"function","name":"a","parameters":{"type":"object"}}],"tool_choice":"none",
            "parallel_tool_calls":false,"reasoning":{"effort":"low"},"metadata":{"a":"b"},"top_logprobs":2,
            "text":{"format":{"type":"json_object"}},"previous_response_id":"resp_0","truncation":"auto"
            """), new ReplyEvent.Text("{}"), finish(Reason.STOP)));
        assertThat(response.path("instructions").asText()).isEqualTo("Be brief.");
        assertThat(response.path("temperature").asDouble()).isEqualTo(0.2);
        assertThat(response.path("max_output_tokens").asInt()).isEqualTo(9);
        assertThat(response.path("store").asBoolean(true)).isFalse();
        assertThat(response.path("tools")).isEqualTo(Wire.json("[{\"type\":\"function\",\"name\":\"a\","
                + "\"description\":null,\"parameters\":{\"type\":\"object\"},\"strict\":false}]"));
        assertThat(response.at("/reasoning/effort").asText()).isEqualTo("low");
        assertThat(response.at("/metadata/a").asText()).isEqualTo("b");
        assertThat(response.at("/text/format/type").asText()).isEqualTo("json_object");
        assertThat(response.path("previous_response_id").asText()).isEqualTo("resp_0");
        // what is not done is not said to be
        assertThat(response.path("truncation").asText()).isEqualTo("disabled");
    }

    @Test
    void parallelCallsHaveItemsOfTheirOwnAndNoCallIsWithoutArguments() {
        List<JsonNode> events = streamed(asked(""), tool(0, "c1", "a", ""), tool(0, null, null, "{\"x\""),
                tool(0, null, null, ":1}"), tool(1, "", "b", ""), finish(Reason.STOP));
        assertThat(types(events)).containsExactly("created", "in_progress", "output_item.added",
                "function_call_arguments.delta", "function_call_arguments.delta", "function_call_arguments.done",
                "output_item.done", "output_item.added", "function_call_arguments.delta",
                "function_call_arguments.done", "output_item.done", "completed");
        assertThat(events.get(2).path("item")).isEqualTo(Wire.json("{\"id\":\"fc_01CALL_0\",\"type\":\"function_call\","
                + "\"status\":\"in_progress\",\"arguments\":\"\",\"call_id\":\"c1\",\"name\":\"a\"}"));
        assertThat(events.get(5).path("arguments").asText()).isEqualTo("{\"x\":1}");
        assertThat(events.get(5).path("name").asText()).isEqualTo("a");
        JsonNode second = last(events).at("/output/1");
        assertThat(second.path("arguments").asText()).isEqualTo("{}");
        assertThat(second.path("call_id").asText()).isEqualTo("call_01CALL_1");
    }

    @Test
    void piecesOfSeveralCallsMayComeInTurn() {
        List<JsonNode> events = streamed(asked(""), tool(0, "c1", "a", "{\"x\""), tool(1, "c2", "b", "{\"y\""),
                tool(0, null, null, ":1}"), tool(1, null, null, ":2}"), finish(Reason.TOOL_CALLS));
        JsonNode output = last(events).path("output");
        assertThat(output.at("/0/arguments").asText()).isEqualTo("{\"x\":1}");
        assertThat(output.at("/1/arguments").asText()).isEqualTo("{\"y\":2}");
        assertThat(types(events)).filteredOn("output_item.done"::equals).hasSize(2);
    }

    @Test
    void thoughtsAreASummaryForWhoAskedForOneAndElseWhatTheyAre() {
        ReplyEvent[] said = {new ReplyEvent.Thinking("Let me "), new ReplyEvent.Thinking("see"),
                new Signature("anthropic:sig", Signature.THOUGHTS), new ReplyEvent.Text("Hi"), finish(Reason.STOP)};
        List<JsonNode> summary = streamed(asked(",\"reasoning\":{\"summary\":\"auto\"}"), said);
        assertThat(types(summary)).startsWith("created", "in_progress", "output_item.added",
                "reasoning_summary_part.added", "reasoning_summary_text.delta", "reasoning_summary_text.delta",
                "reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done", "output_item.added");
        assertThat(last(summary).at("/output/0")).isEqualTo(Wire.json("{\"id\":\"rs_01CALL_0\",\"type\":\"reasoning\","
                + "\"status\":\"completed\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"Let me see\"}],"
                + "\"encrypted_content\":\"anthropic:sig\"}"));

        List<JsonNode> plain = streamed(asked(""), said);
        assertThat(types(plain)).startsWith("created", "in_progress", "output_item.added", "content_part.added",
                "reasoning_text.delta", "reasoning_text.delta", "reasoning_text.done", "content_part.done");
        assertThat(last(plain).at("/output/0/content/0")).isEqualTo(
                Wire.json("{\"type\":\"reasoning_text\",\"text\":\"Let me see\"}"));
        assertThat(last(plain).at("/output/1/id").asText()).isEqualTo("msg_01CALL_1");
    }

    @Test
    void whatAVendorSignedOfCallsIsCarriedWhereClientsKeepIt() {
        JsonNode output = last(streamed(asked(""), tool(0, "c1", "a", "{}"), new Signature("gemini:abc", 0),
                finish(Reason.STOP))).path("output");
        assertThat(output).hasSize(2);
        assertThat(output.at("/1/type").asText()).isEqualTo("reasoning");
        assertThat(SignedCalls.in(output)).isEqualTo(Map.of("c1", "gemini:abc"));
    }

    @Test
    void aRefusalIsAPartOfItsOwn() {
        List<JsonNode> events = streamed(asked(""), new ReplyEvent.Text("Well. "), new ReplyEvent.Refusal("I "),
                new ReplyEvent.Refusal("can't."), finish(Reason.STOP));
        assertThat(types(events)).containsSubsequence("output_text.delta", "content_part.added", "refusal.delta",
                "refusal.delta", "refusal.done", "content_part.done", "output_item.done");
        assertThat(last(events).at("/output/0/content/1")).isEqualTo(
                Wire.json("{\"type\":\"refusal\",\"refusal\":\"I can't.\"}"));
        JsonNode only = last(streamed(asked(""), new ReplyEvent.Refusal("No."), finish(Reason.STOP)));
        assertThat(only.at("/output/0/content")).isEqualTo(Wire.json("[{\"type\":\"refusal\",\"refusal\":\"No.\"}]"));
    }

    @Test
    void probabilitiesFollowTheirWords() {
        var token = new Logprobs.Token("Hi", -0.5, List.of(72, 105),
                List.of(new Logprobs.Token("Ho", -1.5, null, List.of())));
        List<JsonNode> events = streamed(asked(""), new ReplyEvent.Text("Hi"), new Logprobs(List.of(token)),
                finish(Reason.STOP));
        JsonNode shown = Wire.json("[{\"token\":\"Hi\",\"logprob\":-0.5,\"bytes\":[72,105],\"top_logprobs\":"
                + "[{\"token\":\"Ho\",\"logprob\":-1.5,\"bytes\":[]}]}]");
        assertThat(events.get(5).path("logprobs")).isEqualTo(shown);
        assertThat(last(events).at("/output/0/content/0/logprobs")).isEqualTo(shown);
    }

    @Test
    void whatIsCutShortIsIncompleteAndSaysWhy() {
        List<JsonNode> events = streamed(asked(""), new ReplyEvent.Text("Hel"), finish(Reason.LENGTH));
        assertThat(types(events)).endsWith("output_item.done", "incomplete");
        assertThat(last(events).path("status").asText()).isEqualTo("incomplete");
        assertThat(last(events).at("/incomplete_details/reason").asText()).isEqualTo("max_output_tokens");
        assertThat(last(events).at("/output/0/status").asText()).isEqualTo("incomplete");
        assertThat(last(events).path("completed_at").isNull()).isTrue();
        assertThat(last(streamed(asked(""), finish(Reason.CONTENT_FILTER))).at("/incomplete_details/reason").asText())
                .isEqualTo("content_filter");
    }

    @Test
    void anAnswerOfNoWordsStillHasAMessage() {
        assertThat(last(streamed(asked(""), finish(Reason.STOP))).at("/output/0/content/0/text").isTextual()).isTrue();
    }

    @Test
    void whereItBreaksOffAnErrorComesAndThenTheFailedAnswerAndNoEnd() {
        StreamWriter writer = DIALECT.stream(asked(""), true);
        String begun = Wire.written(writer, List.of(new ReplyEvent.Text("Hel")), null);
        String broken = text(writer.failure(new Refusal(502, "stream_interrupted", "it broke off", null, null)));
        List<JsonNode> events = events(begun + broken);
        assertThat(types(events)).endsWith("output_text.delta", "error", "failed");
        JsonNode error = events.get(events.size() - 2);
        assertThat(error.path("code").asText()).isEqualTo("stream_interrupted");
        assertThat(error.at("/error/message").asText()).isEqualTo("it broke off");
        assertThat(last(events).path("status").asText()).isEqualTo("failed");
        assertThat(last(events).at("/error/code").asText()).isEqualTo("server_error");
        assertThat(last(events).at("/output/0/content/0/text").asText()).isEqualTo("Hel");
        assertThat(broken).doesNotContain("[DONE]");
        assertThat(writer.whole()).isNull();
    }

    @Test
    void whatIsKnownOnlyLaterStandsInTheLastAnswer() {
        StreamWriter writer = DIALECT.stream(asked(""), true);
        writer.later(new LateFacts(List.of("b/m"), List.of("seed")));
        String sent = Wire.written(writer, List.of(new ReplyEvent.Text("Hi"), finish(Reason.STOP)), USAGE);
        assertThat(last(events(sent)).path("formulary")).isEqualTo(
                Wire.json("{\"continued_by\":[\"b/m\"],\"ignored\":[\"seed\"]}"));
    }

    @Test
    void anErrorBeforeTheStreamHasBegunIsAnEventToo() {
        byte[] error = DIALECT.error(new Refusal(429, "rate_limit_exceeded", "too many", null, null));
        assertThat(events(text(DIALECT.inStream(error))).getFirst().at("/error/type").asText())
                .isEqualTo("rate_limit_error");
        assertThat(text(DIALECT.comment("waiting"))).isEqualTo(": waiting\n\n");
    }

    @Test
    void errorsAreTheFormatsOwn() {
        assertThat(DIALECT.adapted(new Refusal(404, "model_not_found", "x", "model", null)).status()).isEqualTo(400);
        assertThat(DIALECT.adapted(Refusal.badRequest("context_length_exceeded", "x", "messages")).param())
                .isEqualTo("input");
        assertThat(DIALECT.adapted(new Refusal(503, "x", "y", null, null)).status()).isEqualTo(503);
    }

    /// However the pieces are torn: what clients put together from them is what the end says, and what an answer in one piece
    /// says.
    @Test
    void tearingChangesNothing() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            String thoughts = "I think: \uD83C\uDF15 é ";
            String words = "It is \"sunny\" \uD83D\uDE00 \\ in Zürich.\n";
            List<ReplyEvent> pieces = new ArrayList<>();
            var whole = new CollectedReply();
            tear(random, thoughts).forEach(each -> pieces.add(new ReplyEvent.Thinking(each)));
            tear(random, words).forEach(each -> pieces.add(new ReplyEvent.Text(each)));
            for (int call = 0; call < random.nextInt(4); call++) {
                pieces.add(tool(call, "c" + call, "f", ""));
                for (String each : tear(random, "{\"city\":{\"name\":\"Bern " + call + "\"}}")) {
                    pieces.add(tool(call, null, null, each));
                }
            }
            pieces.add(finish(Reason.STOP));
            pieces.forEach(whole::add);
            whole.add(new ReplyEvent.Accounting(USAGE));
            ReplyHead head = asked(random.nextBoolean() ? ",\"reasoning\":{\"summary\":\"auto\"}" : "");
            List<JsonNode> events = streamed(head, pieces.toArray(ReplyEvent[]::new));
            assertThat(last(events)).as("seed %s", seed).isEqualTo(Wire.json(DIALECT.whole(head, whole)));
            assertThat(joined(events, "output_text.delta")).isEqualTo(words);
            assertThat(joined(events, "reasoning_summary_text.delta") + joined(events, "reasoning_text.delta"))
                    .isEqualTo(thoughts);
        }
    }

    private static String joined(List<JsonNode> events, String type) {
        var all = new StringBuilder();
        events.stream().filter(each -> each.path("type").asText().equals("response." + type))
                .forEach(each -> all.append(each.path("delta").asText()));
        return all.toString();
    }

    private static List<String> tear(Random random, String text) {
        List<String> all = new ArrayList<>();
        int[] points = text.codePoints().toArray();
        int from = 0;
        while (from < points.length) {
            int to = Math.min(points.length, from + random.nextInt(6));
            all.add(new String(points, from, to - from));
            from = to;
        }
        return all;
    }
}
