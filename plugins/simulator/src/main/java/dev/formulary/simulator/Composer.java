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
        var events = new ArrayList<ReplyEvent>();
        ChatRequest.Tool tool = toolToCall(request);
        Reason reason = tool == null ? write(events, text(request, model), request.sampling()) : call(events, tool);
        int completionTokens = Math.max(1, events.size());
        events.add(new ReplyEvent.Finish(reason));
        events.add(new ReplyEvent.Accounting(Usage.of(promptTokens, completionTokens)));
        return events;
    }

    private static int checkedTokens(ChatRequest request, ModelCard model) throws ProviderException {
        int tokens = 0;
        for (Message message : request.messages()) {
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
        if (choice == null || request.tools().isEmpty() || choice.equals("auto") || choice.equals("none")) {
            return null;
        }
        if (!choice.startsWith("=")) {
            return request.tools().getFirst();
        }
        return request.tools().stream().filter(tool -> tool.name().equals(choice.substring(1))).findFirst()
                .orElseThrow(() -> new ProviderException(FailureCategory.INVALID_REQUEST,
                        "the tool to call is not one of the tools", 400, null, null));
    }

    private static Reason call(List<ReplyEvent> events, ChatRequest.Tool tool) {
        String arguments = JsonSample.of(tool.parameters());
        int half = arguments.length() / 2;
        events.add(new ReplyEvent.ToolCall(0, "call_simulated_0", tool.name(), ""));
        events.add(new ReplyEvent.ToolCall(0, null, null, arguments.substring(0, half)));
        events.add(new ReplyEvent.ToolCall(0, null, null, arguments.substring(half)));
        return Reason.TOOL_CALLS;
    }

    private String text(ChatRequest request, ModelCard model) {
        return switch (request.format()) {
            case ChatRequest.Format.Free _ -> words(request, model);
            case ChatRequest.Format.Schema schema -> JsonSample.of(schema.schema());
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
    private static Reason write(List<ReplyEvent> events, String text, ChatRequest.Sampling sampling) {
        String said = untilStop(text, sampling.stop());
        int most = sampling.maxTokens() == null ? Integer.MAX_VALUE : sampling.maxTokens();
        int start = 0;
        while (start < said.length()) {
            if (events.size() == most) {
                return Reason.LENGTH;
            }
            int end = said.indexOf(' ', start) + 1;
            end = end == 0 ? said.length() : end;
            events.add(new ReplyEvent.Text(said.substring(start, end)));
            start = end;
        }
        return Reason.STOP;
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
