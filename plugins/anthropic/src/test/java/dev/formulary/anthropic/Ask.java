package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.ChatRequest.ToolCall;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request of a caller, and what becomes of it.
final class Ask {
    /// A model that takes sampling parameters, thinks with a budget and knows schemas.
    static final String CLASSIC = "claude-opus-4-5";
    /// A model that takes no sampling parameters and decides itself how long it thinks.
    static final String MODERN = "claude-opus-5";
    /// A model upon which no tool can be forced, and which always thinks.
    static final String NEWEST = "claude-opus-5-5";
    /// A model of another server.
    static final String FOREIGN = "qwen3-8b";

    private final Map<String, Object> settings = new HashMap<>(Map.of("api-key", "sk-ant-1234567890"));
    private final List<Message> messages = new ArrayList<>();
    private final ThoughtMemory memory;
    private String model = CLASSIC;
    private List<Tool> tools = List.of();
    private @Nullable String toolChoice;
    private Sampling sampling = Sampling.DEFAULT;
    private Format format = new Format.Free();
    private Options options = Options.NONE;
    private Map<String, @Nullable Object> extra = Map.of();
    private @Nullable WireBody source;
    private boolean stream;

    private Ask(ThoughtMemory memory) {
        this.memory = memory;
    }

    /// "Hi", and nothing else.
    static Ask hi() {
        return said().user("Hi");
    }

    static Ask said() {
        return new Ask(Recorded.memory());
    }

    static Ask remembering(ThoughtMemory memory) {
        return new Ask(memory);
    }

    Ask user(String text) {
        return message(Message.text(Role.USER, text));
    }

    Ask user(Part... parts) {
        return message(new Message(Role.USER, List.of(parts), List.of(), null, null));
    }

    Ask system(String text) {
        return message(Message.text(Role.SYSTEM, text));
    }

    Ask assistant(String text, ToolCall... calls) {
        return message(new Message(Role.ASSISTANT, text.isEmpty() ? List.of() : List.of(new ChatRequest.Text(text)),
                List.of(calls), null, null));
    }

    Ask assistant(List<Part> parts, ToolCall... calls) {
        return message(new Message(Role.ASSISTANT, parts, List.of(calls), null, null));
    }

    Ask result(@Nullable String id, @Nullable String name, String text) {
        return message(new Message(Role.TOOL, List.of(new ChatRequest.Text(text)), List.of(), id, name));
    }

    Ask message(Message message) {
        messages.add(message);
        return this;
    }

    Ask model(String id) {
        model = id;
        return this;
    }

    Ask tool(String... names) {
        return tools(List.of(names).stream().map(name -> new Tool(name, "does " + name, Map.of("type", "object")))
                .toArray(Tool[]::new));
    }

    Ask tools(Tool... given) {
        tools = List.of(given);
        return this;
    }

    Ask choice(String choice) {
        toolChoice = choice;
        return this;
    }

    Ask sampling(@Nullable Double temperature, @Nullable Double topP, @Nullable Integer maxTokens) {
        sampling = new Sampling(temperature, topP, maxTokens, sampling.seed(), sampling.contextTokens(),
                sampling.stop());
        return this;
    }

    Ask maxTokens(int limit) {
        return sampling(sampling.temperature(), sampling.topP(), limit);
    }

    Ask sampling(Sampling given) {
        sampling = given;
        return this;
    }

    Ask stop(String... texts) {
        return sampling(new Sampling(null, null, null, null, null, List.of(texts)));
    }

    Ask format(Format given) {
        format = given;
        return this;
    }

    Ask schema(String json, boolean strict) {
        return format(new Format.Schema("person", map(json), strict));
    }

    Ask options(Options given) {
        options = given;
        return this;
    }

    Ask effort(Effort effort) {
        return options(new Options(null, null, null, null, null, effort, null, null, null, Set.of()));
    }

    Ask oneCallAtATime(boolean parallel) {
        return options(new Options(null, null, null, null, null, null, parallel, null, null, Set.of()));
    }

    Ask extra(Map<String, @Nullable Object> members) {
        extra = members;
        return this;
    }

    Ask stream() {
        stream = true;
        return this;
    }

    Ask set(String setting, Object value) {
        settings.put(setting, value);
        return this;
    }

    /// The caller's own bytes.
    Ask body(String json) {
        try {
            source = Frame.of(json.getBytes(StandardCharsets.UTF_8)).body();
            return this;
        } catch (ProviderException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> map(String json) {
        try {
            return Json.TREES.readValue(json, Map.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ChatRequest request() {
        return new ChatRequest(model, messages, tools, toolChoice, sampling, format, stream, stream, extra, source,
                options);
    }

    Asked asked() throws ProviderException {
        AnthropicSettings read = AnthropicSettings.of("cloud", settings);
        return new MessagesBody(read, new ModelList(read), memory).of(request());
    }

    /// What is sent.
    ObjectNode sent() throws ProviderException {
        return (ObjectNode) json(asked().body());
    }

    /// A member of what is sent, as JSON; empty when it is not there.
    String sent(String pointer) throws ProviderException {
        JsonNode found = sent().at(pointer);
        return found.isMissingNode() ? "" : found.toString();
    }

    Set<String> ignored() throws ProviderException {
        return asked().ignored();
    }

    static JsonNode json(byte[] bytes) {
        try {
            return Json.TREES.readTree(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
