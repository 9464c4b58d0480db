package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How another model is asked to go on with an answer that broke off: it gets the conversation with what was said of the
/// answer, and goes on with that where it is known to ([#PREFILL]), or else is told to. Immutable.
final class Continuation {
    /// The label of models that go on with the conversation's last turn where that is the assistant's, rather than to answer
    /// it.
    static final String PREFILL = "prefill";

    /// A model that begins with the last word shows where its text belongs: nobody else can say whether a word was complete.
    private static final String INSTRUCTION = "Your answer above was cut off in the middle by a technical fault. Write the"
            + " rest of it now: begin with the last word above, which may be incomplete, and go on from there in the same"
            + " language, tone and form as if nothing had happened. Repeat nothing else, do not greet anew, and do not"
            + " mention the interruption.";

    private final Order order;
    private final String said;

    private Continuation(Order order, String said) {
        this.order = order;
        this.said = said;
    }

    /// The order to go on.
    ///
    /// @param said what the caller has of the answer
    /// @param saidTokens how much that is
    /// @param first the model that began
    /// @param failed models that failed for this call, by `provider/model`
    /// @return null where no model of the plan is left that may
    static @Nullable Order of(Order order, String said, int saidTokens, Candidate first, Set<String> failed) {
        Integer most = order.maxTokens();
        int left = most == null ? 0 : Math.max(1, most - saidTokens);
        List<Candidate> able = order.plan().all().stream().filter(each -> !failed.contains(each.id())
                && each.safety() >= first.safety() && hasRoom(each, order, (long) saidTokens + left)).toList();
        if (able.isEmpty()) {
            return null;
        }
        var continuation = new Continuation(order, said);
        return new Order(order.call(), order.context(), most == null ? order.request() : limited(order.request(), left),
                order.plan().of(able), order.presence(), order.receivedNanos(), order.stuck(),
                new TakeOver("", continuation::requestFor),
                saidTokens).traced(order.trace());
    }

    /// Whether that model goes on by itself.
    static boolean prefills(Candidate candidate) {
        return candidate.labelled(PREFILL);
    }

    private static boolean hasRoom(Candidate candidate, Order order, long more) {
        int room = candidate.card().contextTokens();
        return room <= 0 || order.context().promptTokens() + more <= room;
    }

    private static ChatRequest limited(ChatRequest asked, int maxTokens) {
        Sampling like = asked.sampling();
        return asked.with(asked.model(), new Sampling(like.temperature(), like.topP(), maxTokens, like.seed(),
                like.contextTokens(), like.stop()));
    }

    /// Not in the caller's own bytes, for what is to be gone on with is not in them.
    private ChatRequest requestFor(Candidate candidate) {
        ChatRequest asked = order.formFor(candidate);
        boolean prefills = prefills(candidate);
        var messages = new ArrayList<>(asked.messages());
        // some vendors refuse a beginning that ends in a blank
        String begun = prefills ? said.stripTrailing() : said;
        Message last = messages.getLast();
        if (last.role() == Role.ASSISTANT && last.toolCalls().isEmpty()) {
            messages.removeLast();
            begun = last.plainText() + begun;
        }
        messages.add(Message.text(Role.ASSISTANT, begun));
        if (!prefills) {
            messages.add(Message.text(Role.USER, INSTRUCTION));
        }
        return new ChatRequest(asked.model(), messages, asked.tools(), asked.toolChoice(), asked.sampling(),
                asked.format(), asked.stream(), asked.includeUsage(), asked.extra(), null, asked.options());
    }
}
