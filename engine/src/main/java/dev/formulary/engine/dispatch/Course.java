package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The way of one call through its plan: who is asked next, as the plan and the failures so far have it. Serves one call, on
/// its own thread.
final class Course {
    private final Order order;
    private final Retries retries;
    private final List<Tried> tried;
    private final Deque<Step> steps = new ArrayDeque<>(4);
    private final Map<String, Integer> repeated = new HashMap<>(0);
    private ProviderException last = new ProviderException(FailureCategory.SERVER, "the plan holds no model");
    private @Nullable Duration retryAfter;
    private @Nullable Candidate onceMore;
    private @Nullable Duration onceMoreAsked;
    private boolean stopped;

    /// A model to ask.
    ///
    /// @param waits whether the call waits when its provider is busy
    /// @param pause how long to wait before
    record Step(Candidate candidate, boolean waits, Duration pause) {}

    /// @param tried where each attempt is written that has failed
    Course(Order order, Retries retries, List<Tried> tried) {
        this.order = order;
        this.retries = retries;
        this.tried = tried;
        boolean queues = order.plan().queue() != null;
        order.plan().attempts().forEach(candidate -> steps.add(new Step(candidate, queues, Duration.ZERO)));
    }

    /// Who is asked now; null when nobody is.
    @Nullable
    Step next() {
        Step step = steps.poll();
        Candidate again = onceMore;
        if (step != null || again == null || stopped) {
            return step;
        }
        onceMore = null;
        return repeated.isEmpty() ? repeat(again, true, onceMoreAsked) : null;
    }

    /// Its provider is busy: it comes again at the end, and is waited for then.
    void busy(Step step) {
        steps.add(new Step(step.candidate(), true, Duration.ZERO));
    }

    /// Models that have not been asked, the next one first.
    boolean hasOthers() {
        return !steps.isEmpty();
    }

    Candidate following() {
        return steps.getFirst().candidate();
    }

    /// The next one is asked beside the present one.
    void joined() {
        steps.removeFirst();
    }

    /// An attempt has failed.
    void failed(Step step, ProviderException why, int before) {
        last = why;
        Duration asked = why.retryAfter().orElse(null);
        retryAfter = sooner(retryAfter, asked);
        Tried how = tried.size() > before ? tried.getLast() : null;
        FailureClass kind = how == null || how.kind() == null ? FailureClass.of(why.category()) : how.kind();
        Reaction said = order.plan().reactions().get(kind);
        Reaction reaction = said == null ? kind.usual() : said;
        if (reaction == Reaction.STOP || order.late()) {
            stopped = true;
            steps.clear();
            return;
        }
        Candidate candidate = how == null ? step.candidate() : named(how.candidate(), step);
        if (kind == FailureClass.CONTEXT_OVERFLOW) {
            passOver(candidate.card().contextTokens());
        } else if (reaction == Reaction.RETRY) {
            Step again = repeat(candidate, step.waits(), asked);
            if (again != null) {
                steps.addFirst(again);
            }
        } else if (said == null && kind.onceMore()) {
            onceMore = candidate;
            onceMoreAsked = asked;
        }
    }

    private @Nullable Step repeat(Candidate candidate, boolean waits, @Nullable Duration asked) {
        int nth = repeated.getOrDefault(candidate.id(), 0) + 1;
        Duration pause = retries.take(nth, order.left(), asked);
        if (pause == null) {
            return null;
        }
        repeated.put(candidate.id(), nth);
        return new Step(candidate, waits, pause);
    }

    /// With a hedge it may have been another one than that of the step.
    private Candidate named(String id, Step step) {
        return order.plan().attempts().stream().filter(each -> each.id().equals(id)).findFirst()
                .orElse(step.candidate());
    }

    /// What did not fit into a context does not fit into one that is no larger. One whose size nobody knows may be larger.
    private void passOver(int tooSmall) {
        steps.removeIf(step -> {
            int room = step.candidate().card().contextTokens();
            boolean narrow = room > 0 && room <= tooSmall;
            if (narrow) {
                tried.add(new Tried(step.candidate().id(), FailureCategory.CONTEXT_OVERFLOW,
                        "its context of " + room + " tokens is no larger than the one that was too small", 0,
                        FailureClass.HELD_BACK));
            }
            return narrow;
        });
    }

    private static @Nullable Duration sooner(@Nullable Duration known, @Nullable Duration asked) {
        return asked == null || (known != null && known.compareTo(asked) < 0) ? known : asked;
    }

    /// What the caller is told when nobody is left to be asked.
    DispatchException failure() {
        return new DispatchException(last.category(), String.valueOf(last.getMessage()), tried, retryAfter);
    }
}
