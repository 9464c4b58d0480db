package dev.formulary.simulator;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What a caller asks for and an answer by heart can't follow, so that the caller is told.
///
/// A seed is heeded: the same request gets the same answer, whichever its seed. What the simulator's own seed chooses is when
/// calls fail and how long they take.
final class Unheeded {
    private final List<ReplyEvent> told;

    private Unheeded(List<ReplyEvent> told) {
        this.told = told;
    }

    /// @return an event for each, in a fixed order; empty where all is heeded
    /// @throws ProviderException when the answer would be another one than was asked for
    static List<ReplyEvent> of(ChatRequest request) throws ProviderException {
        var unheeded = new Unheeded(new ArrayList<>(request.ignoring(Set.of())));
        unheeded.sampling(request.sampling());
        unheeded.options(request.options());
        unheeded.tell("name", request.messages().stream().anyMatch(message -> message.name() != null));
        return List.copyOf(unheeded.told);
    }

    private void sampling(Sampling sampling) {
        tell("temperature", sampling.temperature() != null);
        tell("top_p", sampling.topP() != null);
        tell("num_ctx", sampling.contextTokens() != null);
    }

    private void options(Options options) {
        tell("top_k", options.topK() != null);
        tell("min_p", options.minP() != null);
        tell("frequency_penalty", options.frequencyPenalty() != null);
        tell("presence_penalty", options.presencePenalty() != null);
        tell("user", options.endUser() != null);
        tell("keep_alive", options.keepAlive() != null);
    }

    private void tell(String name, boolean asked) {
        if (asked) {
            told.add(new ReplyEvent.Ignored(name));
        }
    }
}
