package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An answer on its way to a caller. Where its model breaks off, another one of the plan goes on, if policy allows and what
/// was said can be gone on with; the caller sees one answer. Read by one thread; whoever has it reads it to the end or closes
/// it.
public final class LiveAnswer implements ReplyStream {
    private final Order order;
    private final Opener opener;
    private final List<Opened> parts = new ArrayList<>(1);
    private final List<Tried> inVain = new ArrayList<>(0);
    private final Set<String> ignored = new LinkedHashSet<>(0);
    private final Queue<ReplyEvent> out = new ArrayDeque<>(2);
    private final @Nullable Spoken spoken;
    private int left;
    private @Nullable Joint joint;

    /// Asks models.
    @FunctionalInterface
    interface Opener {
        /// An answer whose first content has come.
        ///
        /// @param why the class of what broke the answer off
        /// @param since the reading of [System#nanoTime] from which the caller waits for what comes next
        Opened open(Order order, FailureClass why, long since) throws DispatchException, InterruptedException;
    }

    LiveAnswer(Order order, Opened first, Opener opener) {
        this.order = order;
        this.opener = opener;
        parts.add(first);
        left = order.continuations();
        spoken = left > 0 ? new Spoken(order.request()) : null;
    }

    /// The answer of the model that began.
    public Opened first() {
        return parts.getFirst();
    }

    private Opened current() {
        return parts.getLast();
    }

    /// The models that went on after the one before had broken off, `provider/model`; mostly none.
    public List<String> continuedBy() {
        return parts.size() == 1
                ? List.of()
                : parts.stream().skip(1).map(part -> part.candidate().id()).toList();
    }

    /// What the caller asked for and a provider left out that went on with the answer.
    public Set<String> ignoredLater() {
        return ignored;
    }

    /// How it went so far.
    public Outcome.Stream stream() {
        return new Outcome.Stream(current().state(), continuedBy());
    }

    /// All that was tried, in order.
    public List<Tried> tried() {
        var all = new ArrayList<Tried>();
        parts.forEach(part -> all.addAll(part.tried()));
        all.addAll(inVain);
        return all;
    }

    /// Tokens of all models that gave a part of it.
    public Usage usage() {
        return parts.stream().map(Opened::usage).reduce(LiveAnswer::sum).orElse(Usage.NONE);
    }

    static Usage sum(Usage one, Usage two) {
        return new Usage(one.promptTokens() + two.promptTokens(), one.completionTokens() + two.completionTokens(),
                one.cachedTokens() + two.cachedTokens(), one.thinkingTokens() + two.thinkingTokens(),
                one.cacheWriteTokens() + two.cacheWriteTokens(),
                one.longCacheWriteTokens() + two.longCacheWriteTokens(), one.imageTokens() + two.imageTokens(),
                one.audioInputTokens() + two.audioInputTokens(), one.audioOutputTokens() + two.audioOutputTokens(),
                one.estimated() || two.estimated());
    }

    /// What all models together cost in micro-dollars; -1 when a price is unknown.
    public long costMicros() {
        long all = 0;
        for (Opened part : parts) {
            long cost = part.costMicros();
            if (cost < 0) {
                return -1;
            }
            all += cost;
        }
        return all;
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        while (true) {
            ReplyEvent ready = out.poll();
            if (ready != null) {
                return told(ready);
            }
            long asked = System.nanoTime();
            try {
                ReplyEvent event = current().next();
                if (event == null || joint == null) {
                    return told(event);
                }
                take(event, joint);
            } catch (ProviderException e) {
                goOn(e, asked);
            }
        }
    }

    private @Nullable ReplyEvent told(@Nullable ReplyEvent event) {
        if (spoken != null && event != null) {
            spoken.add(event);
        }
        return event;
    }

    private void take(ReplyEvent event, Joint between) throws ProviderException {
        try {
            between.pass(event, out);
        } catch (ProviderException e) {
            current().fail(e);
            throw e;
        }
        ignored.addAll(between.ignored());
    }

    /// @throws ProviderException when nobody can go on: why it broke off, and why that is its end
    private void goOn(ProviderException broken, long asked) throws ProviderException, InterruptedException {
        Spoken so = spoken;
        if (so == null || left == 0 || order.presence().gone() || !broken.category().retriable()) {
            throw broken;
        }
        FailureClass why = Failures.of(broken, true, order.late());
        if (order.plan().reaction(why) == Reaction.STOP) {
            throw ended(broken, "a rule says that nobody else is asked then");
        }
        String obstacle = so.obstacle();
        if (obstacle != null) {
            throw ended(broken, "no other model can go on, for " + obstacle);
        }
        Order next = Continuation.of(order, so.text(), usage().completionTokens(), first().candidate(), failed());
        if (next == null) {
            throw ended(broken, "there is no other model that may go on");
        }
        left--;
        long now = System.nanoTime();
        try {
            Opened part = opener.open(next, why, Switching.hung(why) ? asked : now);
            parts.add(part);
            joint = new Joint(new Seam(so.text(), !Continuation.prefills(part.candidate())));
        } catch (DispatchException e) {
            inVain.addAll(e.tried());
            if (e.category() == FailureCategory.CANCELLED) {
                throw new ProviderException(FailureCategory.CANCELLED, "the caller has gone");
            }
            throw ended(broken, "no other model went on: " + e.getMessage());
        }
    }

    /// One that lost a race has not failed.
    private Set<String> failed() {
        return tried().stream().filter(tried -> tried.failure() != null
                && tried.failure() != FailureCategory.CANCELLED).map(Tried::candidate).collect(Collectors.toSet());
    }

    private static ProviderException ended(ProviderException broken, String why) {
        return new ProviderException(broken.category(), broken.getMessage() + "; " + why);
    }

    /// Lets go of the vendor when the answer is not complete, and books what came.
    @Override
    public void close() {
        current().close();
    }
}
