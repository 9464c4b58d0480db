package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.WireBody;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the body of `POST /v1/messages`. Source: the API reference and the official client 1.14; sampling parameters that it
/// no longer has are read as servers and older clients have them.
final class AnthropicRequest {
    private static final Set<String> KNOWN = Set.of("model", "max_tokens", "messages", "system", "tools", "tool_choice",
            "stop_sequences", "stream", "temperature", "top_p", "top_k", "thinking", "output_config", "output_format",
            "metadata", "service_tier", "cache_control");
    /// What makes the answer another one: tools of the vendor's, files and programs that it keeps, the country where it is
    /// made, and the places that bear out what it says.
    private static final Set<String> ESSENTIAL = Set.of("container", "mcp_servers", "inference_geo", "citations");
    /// The vendor's smallest budget of thoughts, in tokens.
    private static final int LEAST_BUDGET = 1024;

    private final Json.Members members;
    private final AnthropicBlocks blocks = new AnthropicBlocks();
    private final Map<String, @Nullable Object> extra;
    private final Set<String> essential = new HashSet<>(ESSENTIAL);

    private AnthropicRequest(Json.Members members) {
        this.members = members;
        this.extra = MemberReader.rest(members, KNOWN);
        extra.values().removeIf(Objects::isNull);
    }

    static Inquiry read(byte[] body, boolean needsLimit) throws MalformedBodyException {
        return new AnthropicRequest(Json.members(WireBody.ANTHROPIC_MESSAGES, body)).read(needsLimit);
    }

    private Inquiry read(boolean needsLimit) throws MalformedBodyException {
        String model = MemberReader.text(members.get("model"), "model");
        if (needsLimit && isAbsent(members.get("max_tokens"))) {
            throw new MalformedBodyException("missing_required_parameter",
                    "max_tokens: Field required; say how many tokens the answer may have at most", "max_tokens");
        }
        List<Message> messages = AnthropicTurns.read(members.get("system"), members.get("messages"), blocks);
        List<Tool> tools = tools(members.get("tools"));
        Effort effort = effort(members.get("thinking"), members.get("output_config").path("effort"));
        beside();
        var request = new ChatRequest(model, messages, tools, toolChoice(members.get("tool_choice")), sampling(),
                format(), MemberReader.flag(members.get("stream"), "stream", false), true, extra,
                AnthropicSource.of(members), options(effort));
        return new Inquiry(request, MemberReader.metadata(members.get("metadata")), false);
    }

    private void beside() {
        extra.putAll(blocks.asked());
        if (!isAbsent(members.get("cache_control"))) {
            extra.put("cache_control", true);
        }
        String tier = members.get("service_tier").asText("auto");
        if (!tier.equals("auto")) {
            // other vendors have tiers of other names
            extra.put("service_tier." + tier, tier);
        }
    }

    private List<Tool> tools(JsonNode value) throws MalformedBodyException {
        if (isAbsent(value)) {
            return List.of();
        }
        List<Tool> all = new ArrayList<>();
        int number = 0;
        for (JsonNode each : MemberReader.array(value, "tools")) {
            String at = "tools[" + number++ + "]";
            blocks.note(each);
            String type = each.path("type").asText("custom");
            if (!type.equals("custom")) {
                // its vendor runs it, or taught it to its models
                extra.put(type, true);
                essential.add(type);
                continue;
            }
            if (!each.path("input_schema").isObject()) {
                throw MemberReader.wrong(at + ".input_schema", "a JSON schema, which is an object");
            }
            all.add(new Tool(MemberReader.text(each.path("name"), at + ".name"),
                    MemberReader.textOrNull(each.path("description")),
                    MemberReader.object(each.path("input_schema"), at + ".input_schema"),
                    each.path("strict").asBoolean()));
        }
        return all;
    }

    private static @Nullable String toolChoice(JsonNode value) throws MalformedBodyException {
        if (isAbsent(value)) {
            return null;
        }
        return switch (value.path("type").asText()) {
            // as when nothing is said
            case "auto" -> null;
            case "none" -> "none";
            case "any" -> "required";
            case "tool" -> "=" + MemberReader.text(value.path("name"), "tool_choice.name");
            default -> throw MemberReader.wrong("tool_choice.type", "auto, any, tool or none");
        };
    }

    private Sampling sampling() throws MalformedBodyException {
        List<String> stop = new ArrayList<>();
        if (!isAbsent(members.get("stop_sequences"))) {
            for (JsonNode each : MemberReader.array(members.get("stop_sequences"), "stop_sequences")) {
                stop.add(MemberReader.text(each, "stop_sequences"));
            }
        }
        return new Sampling(MemberReader.number(members.get("temperature"), "temperature", 0, 1),
                MemberReader.number(unlessDefault("top_p"), "top_p", 0, 1),
                MemberReader.count(members.get("max_tokens"), "max_tokens", 1), null, null, stop);
    }

    /// As with the vendor, -1 says nothing; some clients send it always.
    private JsonNode unlessDefault(String name) {
        JsonNode value = members.get(name);
        return value.isNumber() && value.doubleValue() == -1 ? MissingNode.getInstance() : value;
    }

    private Options options(@Nullable Effort effort) throws MalformedBodyException {
        Integer topK = MemberReader.count(unlessDefault("top_k"), "top_k", 0);
        boolean one = MemberReader.flag(members.get("tool_choice").path("disable_parallel_tool_use"),
                "tool_choice.disable_parallel_tool_use", false);
        return new Options(topK == null || topK == 0 ? null : topK, null, null, null, null, effort, one ? false : null,
                MemberReader.textOrNull(members.get("metadata").path("user_id")), null, essential);
    }

    private @Nullable Effort effort(JsonNode thinking, JsonNode said) throws MalformedBodyException {
        Effort effort = OpenAiRequest.effort(said, "output_config.effort");
        if (isAbsent(thinking)) {
            return effort;
        }
        return switch (thinking.path("type").asText()) {
            case "disabled" -> Effort.NONE;
            case "adaptive" -> effort == null ? Effort.MEDIUM : effort;
            case "enabled" -> budget(thinking.path("budget_tokens"));
            default -> {
                extra.put("thinking", true);
                yield effort;
            }
        };
    }

    /// As the provider of this format turns an effort into tokens, the other way round.
    private static Effort budget(JsonNode value) throws MalformedBodyException {
        Integer tokens = MemberReader.count(value, "thinking.budget_tokens", LEAST_BUDGET);
        if (tokens == null) {
            throw MemberReader.wrong("thinking.budget_tokens", "a whole number of at least " + LEAST_BUDGET);
        }
        if (tokens < 2 * LEAST_BUDGET) {
            return Effort.MINIMAL;
        }
        if (tokens < 8 * LEAST_BUDGET) {
            return Effort.LOW;
        }
        if (tokens < 16 * LEAST_BUDGET) {
            return Effort.MEDIUM;
        }
        return tokens < 32 * LEAST_BUDGET ? Effort.HIGH : Effort.MAX;
    }

    private Format format() throws MalformedBodyException {
        JsonNode format = members.get("output_config").path("format");
        String at = "output_config.format";
        if (isAbsent(format)) {
            format = members.get("output_format");
            at = "output_format";
        }
        if (isAbsent(format)) {
            return new Format.Free();
        }
        if (!format.path("type").asText().equals("json_schema") || !format.path("schema").isObject()) {
            throw MemberReader.wrong(at, "{\"type\": \"json_schema\", \"schema\": {…}}");
        }
        return new Format.Schema("answer", MemberReader.object(format.path("schema"), at + ".schema"), true);
    }
}
