package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.WireBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the body of `POST /v1/chat/completions`. Source: the OpenAI API reference, specification 2.3.0.
final class OpenAiRequest {
    private static final Set<String> KNOWN = Set.of("model", "messages", "tools", "tool_choice", "temperature", "top_p",
            "max_tokens", "max_completion_tokens", "seed", "stop", "response_format", "stream", "stream_options",
            "metadata", "n", "top_k", "min_p", "frequency_penalty", "presence_penalty", "logprobs", "top_logprobs",
            "reasoning_effort", "parallel_tool_calls", "user", "safety_identifier");
    /// Members that make the answer another one: sound in place of words, a search before it, tools in the old form.
    private static final Set<String> ESSENTIAL = Set.of("audio", "functions", "function_call", "web_search_options");

    private static final int MOST_ALTERNATIVES = 20;

    private OpenAiRequest() {}

    static Inquiry read(byte[] body) throws MalformedBodyException {
        Json.Members members = Json.members(WireBody.OPENAI_CHAT, body);
        String model = MemberReader.text(members.get("model"), "model");
        List<Message> messages = OpenAiMessages.read(members.get("messages"));
        Integer answers = MemberReader.count(members.get("n"), "n", 1);
        if (answers != null && answers > 1) {
            throw new MalformedBodyException("unsupported_parameter",
                    "'n' must be 1: ask once for each answer that you want", "n");
        }
        boolean stream = MemberReader.flag(members.get("stream"), "stream", false);
        boolean usage = MemberReader.flag(members.get("stream_options").path("include_usage"),
                "stream_options.include_usage", false);
        var request = new ChatRequest(model, messages, tools(members.get("tools")),
                toolChoice(members.get("tool_choice")), sampling(members), format(members.get("response_format")),
                stream, usage, MemberReader.rest(members, KNOWN), members.source(), options(members));
        return new Inquiry(request, MemberReader.metadata(members.get("metadata")), false);
    }

    static List<Tool> tools(JsonNode value) throws MalformedBodyException {
        if (isAbsent(value)) {
            return List.of();
        }
        List<Tool> all = new ArrayList<>();
        for (JsonNode each : MemberReader.array(value, "tools")) {
            String at = "tools[" + all.size() + "].function";
            JsonNode function = each.path("function");
            all.add(new Tool(MemberReader.text(function.path("name"), at + ".name"),
                    MemberReader.textOrNull(function.path("description")),
                    MemberReader.object(function.path("parameters"), at + ".parameters"),
                    function.path("strict").asBoolean()));
        }
        return all;
    }

    private static @Nullable String toolChoice(JsonNode value) throws MalformedBodyException {
        if (isAbsent(value)) {
            return null;
        }
        if (value.isTextual()) {
            return switch (value.textValue()) {
                case "auto", "none", "required" -> value.textValue();
                default -> throw MemberReader.wrong("tool_choice", "auto, none, required, or an object");
            };
        }
        JsonNode name = value.path("function").path("name");
        return name.isTextual() ? "=" + name.textValue() : "auto";
    }

    private static Sampling sampling(Json.Members members) throws MalformedBodyException {
        Integer most = MemberReader.count(members.get("max_completion_tokens"), "max_completion_tokens", 1);
        if (most == null) {
            most = MemberReader.count(members.get("max_tokens"), "max_tokens", 1);
        }
        return new Sampling(MemberReader.number(members.get("temperature"), "temperature", 0, 2),
                MemberReader.number(members.get("top_p"), "top_p", 0, 1), most,
                MemberReader.whole(members.get("seed"), "seed"), null, MemberReader.stops(members.get("stop")));
    }

    private static Options options(Json.Members members) throws MalformedBodyException {
        JsonNode user = members.get("safety_identifier").isTextual()
                ? members.get("safety_identifier")
                : members.get("user");
        return new Options(MemberReader.count(members.get("top_k"), "top_k", 1),
                MemberReader.number(members.get("min_p"), "min_p", 0, 1),
                MemberReader.number(members.get("frequency_penalty"), "frequency_penalty", -2, 2),
                MemberReader.number(members.get("presence_penalty"), "presence_penalty", -2, 2),
                logprobs(members.get("logprobs"), members.get("top_logprobs")),
                effort(members.get("reasoning_effort"), "reasoning_effort"),
                isAbsent(members.get("parallel_tool_calls"))
                        ? null
                        : MemberReader.flag(members.get("parallel_tool_calls"), "parallel_tool_calls", true),
                MemberReader.textOrNull(user), null, ESSENTIAL);
    }

    /// How many alternatives to each token are asked for; null when no probabilities are.
    static @Nullable Integer logprobs(JsonNode wanted, JsonNode most) throws MalformedBodyException {
        Integer alternatives = MemberReader.count(most, "top_logprobs", 0);
        if (alternatives != null && alternatives > MOST_ALTERNATIVES) {
            throw MemberReader.wrong("top_logprobs", "a whole number from 0 to " + MOST_ALTERNATIVES);
        }
        if (!MemberReader.flag(wanted, "logprobs", false)) {
            return null;
        }
        return alternatives == null ? Integer.valueOf(0) : alternatives;
    }

    static @Nullable Effort effort(JsonNode value, String at) throws MalformedBodyException {
        if (isAbsent(value)) {
            return null;
        }
        return switch (value.asText()) {
            case "none" -> Effort.NONE;
            case "minimal" -> Effort.MINIMAL;
            case "low" -> Effort.LOW;
            case "medium" -> Effort.MEDIUM;
            case "high" -> Effort.HIGH;
            case "xhigh", "max" -> Effort.MAX;
            default -> throw MemberReader.wrong(at, "none, minimal, low, medium, high, xhigh or max");
        };
    }

    private static Format format(JsonNode value) throws MalformedBodyException {
        return switch (value.path("type").asText("text")) {
            case "text" -> new Format.Free();
            case "json_object" -> new Format.Json();
            case "json_schema" -> {
                JsonNode schema = value.path("json_schema");
                yield new Format.Schema(MemberReader.text(schema.path("name"), "response_format.json_schema.name"),
                        MemberReader.object(schema.path("schema"), "response_format.json_schema.schema"),
                        schema.path("strict").asBoolean());
            }
            default -> throw MemberReader.wrong("response_format.type", "text, json_object or json_schema");
        };
    }
}
