package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the body of `POST /v1/responses`. Source: the OpenAI API reference, specification 2.3.0.
final class ResponsesRequest {
    /// The name of the format, as in [dev.formulary.spi.WireBody#format].
    static final String FORMAT = "openai-responses";
    private static final Set<String> KNOWN = Set.of("model", "input", "instructions", "previous_response_id",
            "conversation", "background", "prompt", "tools", "tool_choice", "parallel_tool_calls", "max_output_tokens",
            "max_tool_calls", "reasoning", "text", "include", "truncation", "temperature", "top_p", "top_logprobs",
            "metadata", "store", "stream", "stream_options", "user", "safety_identifier", "seed", "stop", "top_k",
            "min_p", "frequency_penalty", "presence_penalty");
    private static final List<String> INCLUDABLE = List.of("reasoning.encrypted_content",
            "message.output_text.logprobs", "message.input_image.image_url", "file_search_call.results",
            "web_search_call.results", "web_search_call.action.sources", "computer_call_output.output.image_url",
            "code_interpreter_call.outputs");
    /// Where members of chat completions have moved to.
    private static final Map<String, String> MOVED = Map.of("messages", "input", "max_tokens", "max_output_tokens",
            "max_completion_tokens", "max_output_tokens", "response_format", "text.format", "reasoning_effort",
            "reasoning.effort", "logprobs", "include");
    private static final int MOST_ALTERNATIVES = 20;
    private static final int LONGEST_ID = 128;
    private static final int LONGEST_SHOWN = 40;

    private final Json.Members members;

    private ResponsesRequest(Json.Members members) {
        this.members = members;
    }

    /// @param modelNeeded false where a body may name none
    static Inquiry read(byte[] body, boolean modelNeeded) throws MalformedBodyException {
        return new ResponsesRequest(Json.members(FORMAT, body)).read(modelNeeded);
    }

    private Inquiry read(boolean modelNeeded) throws MalformedBodyException {
        refuseWhatNobodyHereDoes();
        String model = modelNeeded || !isAbsent(get("model")) ? MemberReader.text(get("model"), "model") : "auto";
        String previous = previous();
        ArrayNode items = ResponseItems.of(get("input"), !previous.isEmpty());
        JsonNode reasoning = object("reasoning");
        var settings = new ResponseSettings(ResponseEcho.of(members.values()), items, previous,
                MemberReader.flag(get("store"), "store", true),
                !isAbsent(reasoning.path("summary")) || !isAbsent(reasoning.path("generate_summary")),
                members.source().bytes().length);
        ResponseTools tools = ResponseTools.read(get("tools"), get("tool_choice"));
        var request = new ChatRequest(model, messages(items), tools.tools(), tools.choice(), sampling(), format(),
                MemberReader.flag(get("stream"), "stream", false), true, extra(), members.source(), options());
        return new Inquiry(request, MemberReader.metadata(get("metadata")), false, settings, null);
    }

    private String previous() throws MalformedBodyException {
        JsonNode value = get("previous_response_id");
        String id = isAbsent(value) ? "" : MemberReader.text(value, "previous_response_id");
        if (id.length() > LONGEST_ID) {
            throw MemberReader.wrong("previous_response_id", "the 'id' of an answer, as in resp_…");
        }
        return id;
    }

    private JsonNode get(String name) {
        return members.get(name);
    }

    private JsonNode object(String name) throws MalformedBodyException {
        JsonNode value = get(name);
        if (!isAbsent(value) && !value.isObject()) {
            throw MemberReader.wrong(name, "an object");
        }
        return value;
    }

    private List<Message> messages(ArrayNode items) throws MalformedBodyException {
        List<Message> all = new ArrayList<>();
        JsonNode instructions = get("instructions");
        if (!isAbsent(instructions)) {
            if (!instructions.isTextual()) {
                throw MemberReader.wrong("instructions", "a string");
            }
            if (!instructions.textValue().isEmpty()) {
                all.add(Message.text(Role.SYSTEM, instructions.textValue()));
            }
        }
        all.addAll(ResponseItems.messages(items));
        return all;
    }

    private void refuseWhatNobodyHereDoes() throws MalformedBodyException {
        if (get("background").asBoolean()) {
            throw unsupported("background", "answers are given at once or, with the header 'Prefer: respond-async', "
                    + "can be fetched at /v1/answers/ID where the call has to wait");
        }
        if (!isAbsent(get("conversation"))) {
            throw unsupported("conversation", "no conversations are kept here: name the answer before in "
                    + "'previous_response_id', or send what was said in 'input'");
        }
        if (!isAbsent(get("prompt"))) {
            throw unsupported("prompt", "no prompts are kept here: send its text in 'instructions' and 'input'");
        }
        Integer answers = MemberReader.count(get("n"), "n", 1);
        if (answers != null && answers > 1) {
            throw unsupported("n", "ask once for each answer that you want");
        }
        for (Map.Entry<String, String> moved : MOVED.entrySet()) {
            if (!isAbsent(get(moved.getKey()))) {
                throw unsupported(moved.getKey(), "in /v1/responses that is '" + moved.getValue() + "'");
            }
        }
    }

    /// A word of the caller's own, for a message.
    static String shown(String word) {
        return word.length() > LONGEST_SHOWN ? word.substring(0, LONGEST_SHOWN) + "…" : word;
    }

    static MalformedBodyException unsupported(String param, String why) {
        return new MalformedBodyException("unsupported_parameter", "'" + param + "' is not supported: " + why, param);
    }

    /// What the gateway has no part in: providers pass it on, or say that they leave it out.
    private Map<String, @Nullable Object> extra() throws MalformedBodyException {
        Map<String, @Nullable Object> extra = MemberReader.rest(members, KNOWN);
        extra.remove("n");
        MOVED.keySet().forEach(extra::remove);
        extra.values().removeIf(java.util.Objects::isNull);
        JsonNode verbosity = get("text").path("verbosity");
        if (!isAbsent(verbosity)) {
            if (!Set.of("low", "medium", "high").contains(verbosity.asText())) {
                throw MemberReader.wrong("text.verbosity", "low, medium or high");
            }
            extra.put("verbosity", verbosity.textValue());
        }
        switch (get("truncation").asText("disabled")) {
            case "disabled" -> {
                // as it is
            }
            // an input that is too long is told rather than shortened
            case "auto" -> extra.put("truncation", "auto");
            default -> throw MemberReader.wrong("truncation", "auto or disabled");
        }
        return extra;
    }

    private Sampling sampling() throws MalformedBodyException {
        return new Sampling(MemberReader.number(get("temperature"), "temperature", 0, 2),
                MemberReader.number(get("top_p"), "top_p", 0, 1),
                MemberReader.count(get("max_output_tokens"), "max_output_tokens", 1),
                MemberReader.whole(get("seed"), "seed"), null, MemberReader.stops(get("stop")));
    }

    private Options options() throws MalformedBodyException {
        JsonNode user = get("safety_identifier").isTextual() ? get("safety_identifier") : get("user");
        return new Options(MemberReader.count(get("top_k"), "top_k", 1),
                MemberReader.number(get("min_p"), "min_p", 0, 1),
                MemberReader.number(get("frequency_penalty"), "frequency_penalty", -2, 2),
                MemberReader.number(get("presence_penalty"), "presence_penalty", -2, 2), logprobs(),
                OpenAiRequest.effort(object("reasoning").path("effort"), "reasoning.effort"),
                isAbsent(get("parallel_tool_calls"))
                        ? null
                        : MemberReader.flag(get("parallel_tool_calls"), "parallel_tool_calls", true),
                MemberReader.textOrNull(user), null, Set.of());
    }

    /// How many alternatives to each token are asked for; null when no probabilities are.
    private @Nullable Integer logprobs() throws MalformedBodyException {
        Integer alternatives = MemberReader.count(get("top_logprobs"), "top_logprobs", 0);
        if (alternatives != null && alternatives > MOST_ALTERNATIVES) {
            throw MemberReader.wrong("top_logprobs", "a whole number from 0 to " + MOST_ALTERNATIVES);
        }
        boolean wanted = alternatives != null && alternatives > 0;
        if (!isAbsent(get("include"))) {
            for (JsonNode each : MemberReader.array(get("include"), "include")) {
                if (!INCLUDABLE.contains(each.asText())) {
                    throw MemberReader.wrong("include", "a list of " + String.join(", ", INCLUDABLE));
                }
                wanted |= each.asText().equals("message.output_text.logprobs");
            }
        }
        if (!wanted) {
            return null;
        }
        return alternatives == null ? Integer.valueOf(0) : alternatives;
    }

    private Format format() throws MalformedBodyException {
        JsonNode format = object("text").path("format");
        return switch (format.path("type").asText("text")) {
            case "text" -> new Format.Free();
            case "json_object" -> new Format.Json();
            case "json_schema" -> new Format.Schema(MemberReader.text(format.path("name"), "text.format.name"),
                    MemberReader.object(format.path("schema"), "text.format.schema"),
                    format.path("strict").asBoolean());
            default -> throw MemberReader.wrong("text.format.type", "text, json_object or json_schema");
        };
    }
}
