package dev.formulary.gemini;

import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Logprobs;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes what an answer says as lines, one for each event.
final class Said {
    private Said() {}

    interface Question {
        ReplyStream ask() throws ProviderException, InterruptedException;
    }

    /// Asks, and reads to the end or to the failure.
    static List<String> by(Question question) {
        var lines = new ArrayList<String>();
        try (ReplyStream stream = question.ask()) {
            for (ReplyEvent event = stream.next(); event != null; event = stream.next()) {
                lines.add(line(event));
            }
        } catch (ProviderException e) {
            lines.add("fails " + e.category() + " " + e.getMessage());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return lines;
    }

    static String line(ReplyEvent event) {
        return switch (event) {
            case ReplyEvent.Text(String text) -> "text " + plain(text);
            case ReplyEvent.Thinking(String text) -> "thinking " + plain(text);
            case ReplyEvent.ToolCall call -> "call " + call.index() + " " + id(call.id()) + " " + call.name() + " "
                    + call.arguments();
            case ReplyEvent.Signature(String value, int call) -> "signature " + call + " " + value;
            case Logprobs(List<Logprobs.Token> tokens) ->
                "logprobs " + String.join(" ", tokens.stream().map(Said::token).toList());
            case ReplyEvent.Finish(ReplyEvent.Finish.Reason reason) -> "finish " + reason;
            case ReplyEvent.Accounting(Usage usage, long _) ->
                "usage " + usage.promptTokens() + " " + usage.completionTokens()
                        + named(" cached ", usage.cachedTokens()) + named(" thinking ", usage.thinkingTokens())
                        + named(" image ", usage.imageTokens()) + named(" audio-in ", usage.audioInputTokens())
                        + named(" audio-out ", usage.audioOutputTokens());
            case ReplyEvent.Ignored(String name) -> "ignored " + name;
            case ReplyEvent.Refusal _,ReplyEvent.Native _ -> throw new AssertionError(event);
        };
    }

    private static String named(String name, int count) {
        return count == 0 ? "" : name + count;
    }

    private static String id(@Nullable String id) {
        return id == null ? "-" : id.matches("call_[A-Za-z0-9]{24}") ? "call_*" : id;
    }

    private static String plain(String text) {
        return text.replace("\r", "\\r").replace("\n", "\\n");
    }

    private static String token(Logprobs.Token token) {
        String itself = token.text() + ":" + token.logprob();
        return token.alternatives().isEmpty()
                ? itself
                : itself + "[" + String.join(",", token.alternatives().stream().map(Said::token).toList()) + "]";
    }
}
