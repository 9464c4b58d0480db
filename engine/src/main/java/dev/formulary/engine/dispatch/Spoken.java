package dev.formulary.engine.dispatch;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ReplyEvent;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/// What a caller has been told so far, and whether another model could go on from there. Only plain words can be gone on
/// with: half a tool call, half a JSON value, probabilities and signed thoughts can't be put together from two models. Not
/// thread-safe.
final class Spoken {
    /// A longer answer is not worth its memory, in characters.
    static final int MOST = 1 << 18;

    private final StringBuilder text = new StringBuilder();
    private @Nullable String obstacle;
    private boolean inWords;

    Spoken(ChatRequest asked) {
        if (!(asked.format() instanceof ChatRequest.Format.Free)) {
            obstacle = "it has to be JSON";
        } else if (asked.options().topLogprobs() != null) {
            obstacle = "its tokens' probabilities were asked for";
        } else if (!Collections.disjoint(asked.options().essential(), asked.extra().keySet())) {
            obstacle = "the call asks for what only its first model's provider understands";
        }
    }

    /// Takes what goes to the caller.
    void add(ReplyEvent event) {
        switch (event) {
            case ReplyEvent.Text(String piece) -> words(piece);
            case ReplyEvent.Thinking(String piece) -> inWords &= piece.isEmpty();
            case ReplyEvent.ToolCall _ -> stop("a tool call had begun");
            case ReplyEvent.Refusal _ -> stop("the model had begun to decline");
            case ReplyEvent.Logprobs _ -> stop("its tokens' probabilities were told");
            case ReplyEvent.Finish _ -> stop("the model had said that it was complete");
            case ReplyEvent.Signature signature -> inWords &= signature.toolCall() != ReplyEvent.Signature.THOUGHTS;
            case ReplyEvent.Ignored _,ReplyEvent.Accounting _ -> {
                // no part of the answer
            }
            case ReplyEvent.Native(var _, var meaning) -> meaning.forEach(this::add);
        }
    }

    private void words(String piece) {
        if (obstacle != null) {
            return;
        }
        text.append(piece);
        inWords |= !piece.isEmpty();
        if (text.length() > MOST) {
            stop("it was very long");
        }
    }

    private void stop(String why) {
        if (obstacle == null) {
            obstacle = why;
            text.setLength(0);
            text.trimToSize();
        }
    }

    /// Why no other model can go on; null when one can.
    @Nullable
    String obstacle() {
        return obstacle != null || inWords ? obstacle : "it broke off outside its words";
    }

    String text() {
        return text.toString();
    }
}
