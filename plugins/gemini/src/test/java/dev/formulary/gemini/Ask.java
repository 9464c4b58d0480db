package dev.formulary.gemini;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request put together piece by piece.
final class Ask {
    private final List<Message> messages = new ArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    private final Map<String, @Nullable Object> extra = new HashMap<>();
    private String model = GeminiCase.MODEL;
    private @Nullable String toolChoice;
    private Sampling sampling = Sampling.DEFAULT;
    private Format format = new Format.Free();
    private Options options = Options.NONE;

    static Ask hi() {
        return new Ask().user("Hi");
    }

    Ask model(String id) {
        model = id;
        return this;
    }

    Ask message(Role role, Part... parts) {
        messages.add(new Message(role, List.of(parts), List.of(), null, null));
        return this;
    }

    Ask message(Message message) {
        messages.add(message);
        return this;
    }

    Ask system(String text) {
        return message(Role.SYSTEM, new ChatRequest.Text(text));
    }

    Ask user(String text) {
        return message(Role.USER, new ChatRequest.Text(text));
    }

    Ask assistant(String text) {
        return message(Role.ASSISTANT, new ChatRequest.Text(text));
    }

    Ask calls(ToolCall... calls) {
        messages.add(new Message(Role.ASSISTANT, List.of(), List.of(calls), null, null));
        return this;
    }

    Ask result(@Nullable String callId, String text) {
        messages.add(new Message(Role.TOOL, List.of(new ChatRequest.Text(text)), List.of(), callId, null));
        return this;
    }

    Ask tool(String name) {
        return tool(new Tool(name, null, Map.of()));
    }

    Ask tool(Tool tool) {
        tools.add(tool);
        return this;
    }

    Ask choice(String choice) {
        toolChoice = choice;
        return this;
    }

    Ask sampling(Sampling asked) {
        sampling = asked;
        return this;
    }

    Ask seed(long seed) {
        return sampling(new Sampling(null, null, null, seed, null, List.of()));
    }

    Ask stop(String... texts) {
        return sampling(new Sampling(null, null, null, null, null, List.of(texts)));
    }

    Ask format(Format asked) {
        format = asked;
        return this;
    }

    Ask options(Options asked) {
        options = asked;
        return this;
    }

    Ask effort(Effort effort) {
        return options(new Options(null, null, null, null, null, effort, null, null, null, Set.of()));
    }

    Ask logprobs(int alternatives) {
        return options(new Options(null, null, null, null, alternatives, null, null, null, null, Set.of()));
    }

    Ask parallel(boolean allowed) {
        return options(new Options(null, null, null, null, null, null, allowed, null, null, Set.of()));
    }

    Ask minP(double least) {
        return options(new Options(null, least, null, null, null, null, null, null, null, Set.of()));
    }

    Ask penalties(double frequency, double presence) {
        return options(new Options(null, null, frequency, presence, null, null, null, null, null, Set.of()));
    }

    Ask topK(int most) {
        return options(new Options(most, null, null, null, null, null, null, null, null, Set.of()));
    }

    Ask endUser(String name) {
        return options(new Options(null, null, null, null, null, null, null, name, null, Set.of()));
    }

    Ask keepAlive(Duration time) {
        return options(new Options(null, null, null, null, null, null, null, null, time, Set.of()));
    }

    /// A member that the gateway does not know.
    ///
    /// @param essential whether the answer would be another one without it
    Ask extra(String name, Object value, boolean essential) {
        extra.put(name, value);
        return options(new Options(null, null, null, null, null, null, null, null, null,
                essential ? Set.of(name) : Set.of()));
    }

    ChatRequest whole() {
        return request(false);
    }

    ChatRequest streamed() {
        return request(true);
    }

    private ChatRequest request(boolean stream) {
        return new ChatRequest(model, messages, tools, toolChoice, sampling, format, stream, stream, extra, null,
                options);
    }
}
