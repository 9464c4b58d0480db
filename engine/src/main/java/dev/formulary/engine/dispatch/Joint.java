package dev.formulary.engine.dispatch;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;

/// Takes the answer of a model that goes on with another's and passes on what belongs to the whole: without what it repeats,
/// and without what it thinks before it goes on. Not thread-safe.
final class Joint {
    private final Seam seam;
    private final Set<String> ignored = new LinkedHashSet<>(2);

    Joint(Seam seam) {
        this.seam = seam;
    }

    /// @param out gets what the caller gets
    /// @throws ProviderException when the model does not go on
    void pass(ReplyEvent event, Queue<ReplyEvent> out) throws ProviderException {
        switch (event) {
            case ReplyEvent.Text(String piece) -> words(seam.accept(piece), out);
            case ReplyEvent.ToolCall _,ReplyEvent.Finish _ -> {
                words(seam.end(), out);
                out.add(event);
            }
            case ReplyEvent.Refusal _ ->
                throw new ProviderException(FailureCategory.UNSUPPORTED, "it declines to go on");
            case ReplyEvent.Ignored(String parameter) -> ignored.add(parameter);
            case ReplyEvent.Native(var _, var meaning) -> {
                for (ReplyEvent each : meaning) {
                    pass(each, out);
                }
            }
            case ReplyEvent.Signature signature when signature.toolCall() != ReplyEvent.Signature.THOUGHTS ->
                out.add(event);
            case ReplyEvent.Thinking _,ReplyEvent.Signature _,ReplyEvent.Logprobs _,ReplyEvent.Accounting _ -> {
                // of no use behind another model's words
            }
        }
    }

    private void words(String text, Queue<ReplyEvent> out) throws ProviderException {
        if (seam.anew()) {
            throw new ProviderException(FailureCategory.UNSUPPORTED, "it began the answer anew instead of going on");
        }
        if (!text.isEmpty()) {
            out.add(new ReplyEvent.Text(text));
        }
    }

    /// What the caller asked for and this model's provider left out.
    Set<String> ignored() {
        return ignored;
    }
}
