package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import java.util.ArrayList;
import java.util.List;

/// How a model is asked again whose answer does not have the form that was asked for: it gets its answer back with what is wrong
/// with it. Immutable.
public final class Correction {
    private static final String WRONG = "Your answer above can't be used, because it does not follow the JSON schema:\n";
    private static final String RIGHT = "\nAnswer once more, with nothing but one JSON value that follows the schema. Correct"
            + " what is wrong and keep the rest. Invent nothing: what you do not know is left out where the schema allows it.";

    private final Order order;
    private final String said;
    private final List<String> faults;

    private Correction(Order order, String said, List<String> faults) {
        this.order = order;
        this.said = said;
        this.faults = List.copyOf(faults);
    }

    /// The order to ask that model once more, and no other.
    ///
    /// @param said what it answered; may be empty
    /// @param saidTokens how much that was
    /// @param faults what is wrong
    public static Order of(Order order, Candidate model, String said, int saidTokens, List<String> faults) {
        var correction = new Correction(order, said, faults);
        return new Order(order.call(), order.context(), order.request(), order.plan().of(List.of(model)),
                order.presence(), order.receivedNanos(), order.stuck(), new TakeOver("", correction::requestFor),
                order.saidTokens() + saidTokens).traced(order.trace());
    }

    private ChatRequest requestFor(Candidate candidate) {
        ChatRequest asked = order.formFor(candidate);
        var messages = new ArrayList<>(asked.messages());
        // some vendors refuse a turn without words
        if (!said.isBlank()) {
            messages.add(Message.text(Role.ASSISTANT, said));
        }
        var wrong = new StringBuilder(WRONG);
        faults.forEach(fault -> wrong.append("- ").append(fault).append('\n'));
        messages.add(Message.text(Role.USER, wrong.append(RIGHT).toString()));
        return new ChatRequest(asked.model(), messages, asked.tools(), asked.toolChoice(), asked.sampling(),
                asked.format(), asked.stream(), asked.includeUsage(), asked.extra(), null, asked.options());
    }
}
