package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.WireBody;
import dev.formulary.wire.Json;
import dev.formulary.wire.Members;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The caller's own bytes with few members replaced: those that policy or the vendor's dialect wants otherwise.
final class SplicedBody {
    private static final String USAGE_ASKED = "{\"include_usage\":true}";

    private final ChatRequest request;
    private final WireBody source;
    private final Dialect dialect;
    private final List<String> limits;
    private final Parameters parameters;
    private final Map<String, String> changes = new LinkedHashMap<>();

    /// @param limits what the limit of the answer may be called, the preferred name first
    SplicedBody(ChatRequest request, WireBody source, Dialect dialect, List<String> limits, Parameters parameters) {
        this.request = request;
        this.source = source;
        this.dialect = dialect;
        this.limits = limits;
        this.parameters = parameters;
    }

    byte[] write() throws ProviderException {
        refuseUncarried();
        changes.put("model", Json.quote(request.model()));
        stream();
        for (String name : parameters.dropped()) {
            changes.put(name, "");
        }
        parameters.members().forEach(this::parameter);
        messages();
        return source.with(changes);
    }

    /// Members that make the answer another one, and that the vendor would pass over in silence.
    private void refuseUncarried() throws ProviderException {
        for (String name : request.options().essential()) {
            if (request.extra().containsKey(name) && !dialect.verbatim().contains(name)) {
                throw new ProviderException(FailureCategory.UNSUPPORTED,
                        "a server of the dialect '" + dialect.name() + "' can't carry '" + name + "'");
            }
        }
        new PartWriter(dialect).check(request.messages());
    }

    private void stream() {
        if (request.stream()) {
            changes.put("stream", "true");
            changes.put("stream_options", streamOptions());
        } else {
            changes.put("stream", "");
            changes.put("stream_options", "");
        }
    }

    private String streamOptions() {
        return Members.value(source, "stream_options") instanceof ObjectNode options
                ? options.put("include_usage", true).toString()
                : USAGE_ASKED;
    }

    private void parameter(String name, String json) {
        if (limits.contains(name)) {
            limit(json);
        } else if (name.equals("user") && source.has("safety_identifier")) {
            changes.put("safety_identifier", json);
        } else if (name.equals("reasoning_effort") && sameEffort()) {
            // the caller's own word
            changes.remove(name);
        } else if (!leftAlone(name)) {
            changes.put(name, json);
        }
    }

    /// What says the same in more detail, or was said by a caller who knows the vendor.
    private boolean leftAlone(String name) {
        return switch (name) {
            case "response_format" -> source.has(name) && (dialect.can(Feature.JSON_OBJECT) || !asksForSomeJson());
            case "tool_choice" -> source.has(name);
            case "stop" -> sameStop();
            case "top_logprobs" -> !source.has(name) && Integer.valueOf(0).equals(request.options().topLogprobs());
            default -> source.has(name) && (dialect.insist().containsKey(name) || isOfEffort(name));
        };
    }

    private boolean sameStop() {
        JsonNode own = Members.value(source, "stop");
        return own != null && (own.isTextual()
                ? List.of(own.textValue())
                : own.valueStream().map(JsonNode::asText).toList()).equals(request.sampling().stop());
    }

    private boolean asksForSomeJson() {
        return request.format() instanceof ChatRequest.Format.Json;
    }

    private boolean isOfEffort(String name) {
        Effort effort = request.options().effort();
        return effort != null && !name.equals("reasoning_effort")
                && dialect.efforts().getOrDefault(effort, Map.of()).containsKey(name);
    }

    private boolean sameEffort() {
        Effort asked = request.options().effort();
        JsonNode own = Members.value(source, "reasoning_effort");
        String word = own == null ? "" : own.asText("");
        boolean most = word.equals("xhigh") || word.equals("max");
        boolean known = dialect.name().equals("openai") || !most;
        return known && asked != null && (most ? "max" : word).equals(asked.name().toLowerCase(Locale.ROOT));
    }

    /// Both names are understood nearly everywhere; where they are, the caller's stands.
    private void limit(String json) {
        String member = limits.stream().filter(source::has).findFirst().orElse(limits.getFirst());
        changes.put("max_completion_tokens", "");
        changes.put("max_tokens", "");
        changes.put(member, json);
    }

    private void messages() {
        if (mustAdapt() && Members.value(source, "messages") instanceof ArrayNode messages) {
            for (JsonNode message : messages) {
                if (message instanceof ObjectNode object) {
                    adapt(object);
                }
            }
            changes.put("messages", messages.toString());
        }
    }

    private boolean mustAdapt() {
        for (Message message : request.messages()) {
            boolean named = message.name() != null && !dialect.can(Feature.MESSAGE_NAME);
            if (named || thinks(message)) {
                return true;
            }
        }
        return !dialect.can(Feature.DEVELOPER) && source.has("messages") && says("\"developer\"");
    }

    private static boolean thinks(Message message) {
        for (ChatRequest.Part part : message.parts()) {
            if (part instanceof ChatRequest.Thought) {
                return true;
            }
        }
        for (ChatRequest.ToolCall call : message.toolCalls()) {
            if (call.signature() != null) {
                return true;
            }
        }
        return false;
    }

    private void adapt(ObjectNode message) {
        String role = message.path("role").asText();
        if (role.equals("developer") && !dialect.can(Feature.DEVELOPER)) {
            message.put("role", "system");
        }
        if (!dialect.can(Feature.MESSAGE_NAME) && message.remove("name") != null && !role.equals("tool")) {
            parameters.ignore("name");
        }
        if (role.equals("assistant") && !ThoughtMembers.move(message, dialect)) {
            parameters.ignore("reasoning_content");
        }
        sign(message);
        message.path("tool_calls").forEach(this::sign);
    }

    /// Takes out what another provider has signed, and off what the gateway put before it.
    private void sign(JsonNode signed) {
        if (!(signed.path("extra_content").path("google") instanceof ObjectNode google)) {
            return;
        }
        String plain = Signatures.plain(google.path("thought_signature").asText(null));
        if (plain == null || !dialect.can(Feature.EXTRA_CONTENT)) {
            ((ObjectNode) signed).remove("extra_content");
        } else {
            google.put("thought_signature", plain);
        }
    }

    private boolean says(String word) {
        byte[] bytes = source.bytes();
        int last = bytes.length - word.length();
        for (int at = 0; at <= last; at++) {
            int same = 0;
            while (same < word.length() && bytes[at + same] == word.charAt(same)) {
                same++;
            }
            if (same == word.length()) {
                return true;
            }
        }
        return false;
    }
}
