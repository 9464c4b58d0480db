package dev.formulary.simulator;

import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the answer to a request: one event a token, then why it stops, then the count.
final class Composer {
    private static final int LONGEST_ECHO = 400;

    private final @Nullable String configured;

    Composer(@Nullable String configured) {
        this.configured = configured;
    }

    /// @throws ProviderException when the model can't take the request
    List<ReplyEvent> compose(ChatRequest request, ModelCard model) throws ProviderException {
        int promptTokens = checkedTokens(request, model);
        List<ReplyEvent> events = new ArrayList<>();
        int thoughts = think(events, request.options().effort());
        int before = events.size();
        ChatRequest.Tool tool = toolToCall(request);
        Reason reason = tool == null ? write(events, text(request, model), request) : call(events, tool);
        int completionTokens = Math.max(1, tokensOf(events, before)) + thoughts;
        events.add(new ReplyEvent.Finish(reason));
        events.add(new ReplyEvent.Accounting(new Usage(promptTokens, completionTokens, 0, thoughts, false)));
        return events;
    }

    private static int tokensOf(List<ReplyEvent> events, int from) {
        return (int) events.stream().skip(from).filter(event -> !(event instanceof ReplyEvent.Logprobs)).count();
    }

    /// @return tokens thought
    private static int think(List<ReplyEvent> events, ChatRequest.@Nullable Effort effort) {
        if (effort == null || effort == ChatRequest.Effort.NONE) {
            return 0;
        }
        for (String word : List.of("Simulators ", "do ", "not ", "think.")) {
            events.add(new ReplyEvent.Thinking(word));
        }
        return 4;
    }

    /// What a model that declines says.
    static List<ReplyEvent> refusal() {
        return List.of(new ReplyEvent.Refusal("The simulator was told to decline."),
                new ReplyEvent.Finish(Reason.CONTENT_FILTER), new ReplyEvent.Accounting(Usage.of(1, 6)));
    }

    private static int checkedTokens(ChatRequest request, ModelCard model) throws ProviderException {
        int tokens = 0;
        for (Message message : request.messages()) {
            for (ChatRequest.ToolCall call : message.toolCalls()) {
                tokens += tokens(call.name()) + tokens(call.arguments());
            }
            for (ChatRequest.Part part : message.parts()) {
                tokens += switch (part) {
                    case ChatRequest.Text(String text) -> tokens(text);
                    case ChatRequest.Image _ when model.capabilities().contains(Capability.VISION) -> 256;
                    case ChatRequest.Image _ -> throw new ProviderException(FailureCategory.UNSUPPORTED,
                            "the simulator's model '" + model.id() + "' can't look at pictures");
                    case ChatRequest.Thought(String text, String _) -> tokens(text);
                    case ChatRequest.Audio _ -> throw new ProviderException(FailureCategory.UNSUPPORTED,
                            "the simulator can't listen");
                    case ChatRequest.Document _ -> throw new ProviderException(FailureCategory.UNSUPPORTED,
                            "the simulator can't read files");
                    case ChatRequest.Opaque(String type) -> throw new ProviderException(FailureCategory.UNSUPPORTED,
                            "the simulator can't read '" + type + "'");
                };
            }
        }
        if (tokens > model.contextTokens()) {
            throw new ProviderException(FailureCategory.CONTEXT_OVERFLOW, "the prompt has about " + tokens
                    + " tokens, and the simulator's model '" + model.id() + "' takes " + model.contextTokens(), 400,
                    null,
                    null);
        }
        return Math.max(1, tokens);
    }

    /// About as many as a real model would count.
    static int tokens(String text) {
        return (text.length() + 3) / 4;
    }

    private static ChatRequest.@Nullable Tool toolToCall(ChatRequest request) throws ProviderException {
        String choice = request.toolChoice();
        if (choice == null || choice.equals("auto") || choice.equals("none")) {
            return null;
        }
        if (request.tools().isEmpty()) {
            throw new ProviderException(FailureCategory.INVALID_REQUEST,
                    "a tool must be called, but there are no tools", 400, null, null);
        }
        if (!choice.startsWith("=")) {
            return request.tools().getFirst();
        }
        return request.tools().stream().filter(tool -> tool.name().equals(choice.substring(1))).findFirst()
                .orElseThrow(() -> new ProviderException(FailureCategory.INVALID_REQUEST,
                        "the tool to call is not one of the tools", 400, null, null));
    }

    private static Reason call(List<ReplyEvent> events, ChatRequest.Tool tool) throws ProviderException {
        String arguments = JsonSample.of(tool.parameters(), tool.strict());
        int half = arguments.length() / 2;
        events.add(new ReplyEvent.ToolCall(0, "call_simulated_0", tool.name(), ""));
        events.add(new ReplyEvent.ToolCall(0, null, null, arguments.substring(0, half)));
        events.add(new ReplyEvent.ToolCall(0, null, null, arguments.substring(half)));
        return Reason.TOOL_CALLS;
    }

    private String text(ChatRequest request, ModelCard model) throws ProviderException {
        return switch (request.format()) {
            case ChatRequest.Format.Free _ -> rest(words(request, model), request.messages().getLast());
            case ChatRequest.Format.Schema schema -> JsonSample.of(schema.schema(), schema.strict());
            case ChatRequest.Format.Json _ -> {
                var json = new StringBuilder("{\"simulated\":true,\"text\":");
                JsonSample.quote(json, words(request, model));
                yield json.append('}').toString();
            }
        };
    }

    private String words(ChatRequest request, ModelCard model) {
        String input = lastInput(request.messages());
        if (configured != null) {
            return configured.replace("{input}", input);
        }
        if (model.id().equals(Models.COUNSEL)) {
            return "This is Formulary's simulator, neither a model nor a counsellor. If somebody is in danger, call your"
                    + " local emergency number now. You said: " + input;
        }
        return "This is Formulary's simulator, not a model. You said: " + input;
    }

    /// Where the last turn is the assistant's own and begins as this answer does, only what is missing there.
    private static String rest(String whole, Message last) {
        String begun = last.role() == Role.ASSISTANT ? last.plainText() : "";
        return whole.startsWith(begun) ? whole.substring(begun.length()) : whole;
    }

    private static String lastInput(List<Message> messages) {
        for (Message message : messages.reversed()) {
            if (message.role() == Role.USER || message.role() == Role.TOOL) {
                return shorten(message.plainText());
            }
        }
        return shorten(messages.getLast().plainText());
    }

    private static String shorten(String text) {
        if (text.length() <= LONGEST_ECHO) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST_ECHO - 1)) ? LONGEST_ECHO - 1 : LONGEST_ECHO;
        return text.substring(0, end) + "…";
    }

    /// A token is a word with the blanks behind it.
    private static Reason write(List<ReplyEvent> events, String text, ChatRequest request) {
        String said = untilStop(text, request.sampling().stop());
        Integer limit = request.sampling().maxTokens();
        Integer alternatives = request.options().topLogprobs();
        int left = limit == null ? Integer.MAX_VALUE : limit;
        int start = 0;
        while (start < said.length()) {
            if (left-- == 0) {
                return Reason.LENGTH;
            }
            int end = said.indexOf(' ', start) + 1;
            end = end == 0 ? said.length() : end;
            String token = said.substring(start, end);
            events.add(new ReplyEvent.Text(token));
            if (alternatives != null) {
                events.add(new ReplyEvent.Logprobs(List.of(certain(token, alternatives))));
            }
            start = end;
        }
        return Reason.STOP;
    }

    /// It knows its answer by heart, so no other token is nearly as likely.
    private static ReplyEvent.Logprobs.Token certain(String token, int alternatives) {
        List<ReplyEvent.Logprobs.Token> others = new ArrayList<>();
        for (int i = 0; i < alternatives; i++) {
            others.add(i == 0
                    ? new ReplyEvent.Logprobs.Token(token, 0, null, List.of())
                    : new ReplyEvent.Logprobs.Token("other" + i, -100.0 - i, null, List.of()));
        }
        return new ReplyEvent.Logprobs.Token(token, 0, null, others);
    }

    private static String untilStop(String text, List<String> stops) {
        int end = text.length();
        for (String stop : stops) {
            int at = stop.isEmpty() ? -1 : text.indexOf(stop);
            end = at >= 0 && at < end ? at : end;
        }
        return text.substring(0, end);
    }
}
