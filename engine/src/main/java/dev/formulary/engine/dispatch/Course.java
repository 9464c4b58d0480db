package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.LimitReachedException;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
    private final AttemptListener listener;
    private final List<Tried> tried;
    private final Switching switching;
    private final Deque<Step> steps = new ArrayDeque<>(4);
    private final Map<String, Integer> repeated = new HashMap<>(0);
    private ProviderException last = new ProviderException(FailureCategory.SERVER, "the plan holds no model");
    private @Nullable Duration retryAfter;
    private @Nullable Candidate onceMore;
    private @Nullable Duration onceMoreAsked;
    private @Nullable Candidate held;
    private Duration heldFor = Duration.ZERO;
    private boolean stopped;
    private boolean sparedToo;
    private boolean asked;
    private long restedNanos;

    /// A model to ask.
    ///
    /// @param waits whether the call waits when its provider is busy
    /// @param pause how long to wait before
    record Step(Candidate candidate, boolean waits, Duration pause) {}

    /// @param tried where each attempt is written that has failed
    /// @param switching knows what failed before, if anything did
    Course(Order order, Retries retries, AttemptListener listener, List<Tried> tried, Switching switching) {
        this.order = order;
        this.retries = retries;
        this.listener = listener;
        this.tried = tried;
        this.switching = switching;
        boolean queues = order.plan().queue() != null;
        order.plan().attempts().forEach(candidate -> steps.add(new Step(candidate, queues, Duration.ZERO)));
    }

    /// Who is asked now; null when nobody is.
    @Nullable
    Step next() {
        Step step = steps.poll();
        if (step == null && !sparedToo && !stopped) {
            sparedToo = true;
            order.plan().spared().forEach(candidate -> steps.add(new Step(candidate, false, Duration.ZERO)));
            step = steps.poll();
        }
        return step;
    }

    /// Whether one is asked a second time, now that all others have been asked, or one that only a limit kept from being asked:
    /// [#next] gives it.
    boolean onceMore() {
        Candidate again = held == null ? onceMore : held;
        Duration asked = held == null ? onceMoreAsked : heldFor;
        Step step = again == null || stopped || !repeated.isEmpty() ? null : repeat(again, true, asked);
        held = null;
        onceMore = null;
        if (step != null) {
            steps.add(step);
        }
        return step != null;
    }

    /// The models that were not asked, as something of ours kept the call away from them; none where nobody else may be asked.
    List<Candidate> unasked() {
        if (stopped || order.late()) {
            return List.of();
        }
        var all = new ArrayList<>(order.plan().all());
        all.removeIf(each -> tried.stream().anyMatch(
                one -> one.candidate().equals(each.id()) && one.kind() != FailureClass.HELD_BACK));
        return all;
    }

    /// Whether nobody is left to be asked but those whose providers are busy, so that whoever is free first is the one to ask.
    boolean onlyBusyOnes(Step step) {
        return order.plan().queue() == null && step.waits() && step.pause().isZero() && !steps.isEmpty()
                && steps.stream().allMatch(each -> each.waits() && each.pause().isZero());
    }

    /// All that are busy, that one first.
    List<Candidate> busyOnes(Step step) {
        var all = new ArrayList<Candidate>();
        all.add(step.candidate());
        steps.forEach(each -> all.add(each.candidate()));
        return all;
    }

    /// One of them is asked in the place of another.
    Step instead(Step step, Candidate chosen) {
        if (chosen.equals(step.candidate())) {
            return step;
        }
        steps.removeIf(each -> each.candidate().equals(chosen));
        steps.addFirst(step);
        return new Step(chosen, true, Duration.ZERO);
    }

    /// None of them had a turn.
    void noneOfThem() {
        steps.clear();
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

    /// One of two attempts has failed, and the other is still waited for.
    void lost(List<Tried> attempts) {
        switching.failed(attempts, System.nanoTime());
    }

    /// An attempt has answered.
    void answered(Opened opened) {
        switching.answered(opened.firstByteNanos(), listener);
    }

    /// An attempt has failed, or both of a race.
    ///
    /// @param before how many had failed before
    void failed(Step step, ProviderException why, int before) {
        Duration asked = why.retryAfter().orElse(null);
        List<Tried> fresh = tried.subList(before, tried.size());
        if (stops(why, fresh)) {
            return;
        }
        Candidate candidate = fresh.isEmpty() ? step.candidate() : named(fresh.getLast().candidate(), step);
        if (why.getCause() instanceof LimitReachedException && asked != null
                && (held == null || asked.compareTo(heldFor) < 0)) {
            held = candidate;
            heldFor = asked;
        }
        FailureClass kind = fresh.isEmpty() ? FailureClass.of(why.category()) : kind(fresh.getLast(), why);
        goOn(candidate, kind, step.waits(), asked);
    }

    /// Takes note of a failure.
    ///
    /// @param fresh how the attempts went
    /// @return whether nobody else may be asked
    boolean stops(ProviderException why, List<Tried> fresh) {
        boolean wasAsked = fresh.isEmpty() || fresh.stream().anyMatch(each -> each.kind() != FailureClass.HELD_BACK);
        if (wasAsked || !asked) {
            last = why;
        }
        asked |= wasAsked;
        retryAfter = sooner(retryAfter, why.retryAfter().orElse(null));
        switching.failed(fresh, System.nanoTime());
        if (order.late() || fresh.stream().anyMatch(each -> reaction(kind(each, why)) == Reaction.STOP)) {
            stopped = true;
            steps.clear();
        }
        return stopped;
    }

    private static FailureClass kind(Tried how, ProviderException why) {
        FailureClass kind = how.kind();
        return kind == null ? FailureClass.of(why.category()) : kind;
    }

    private Reaction reaction(FailureClass kind) {
        return order.plan().reaction(kind);
    }

    private void goOn(Candidate candidate, FailureClass kind, boolean waits, @Nullable Duration asked) {
        if (kind == FailureClass.CONTEXT_OVERFLOW) {
            passOver(candidate.card().contextTokens());
        } else if (reaction(kind) == Reaction.RETRY) {
            Step again = repeat(candidate, waits, asked);
            if (again != null) {
                steps.addFirst(again);
            }
        } else if (kind.onceMore() && !order.plan().reactions().containsKey(kind)) {
            onceMore = candidate;
            onceMoreAsked = kind == FailureClass.THROTTLED && asked == null ? Permit.SHORT_WAIT : asked;
        }
    }

    /// How long the call has rested between attempts, in nanoseconds.
    long restedNanos() {
        return restedNanos;
    }

    private @Nullable Step repeat(Candidate candidate, boolean waits, @Nullable Duration asked) {
        int nth = repeated.getOrDefault(candidate.id(), 0) + 1;
        Duration pause = retries.pause(nth, order.left(), asked);
        if (pause == null) {
            return null;
        }
        boolean allowed = retries.take();
        listener.repeated(candidate, allowed);
        if (!allowed) {
            return null;
        }
        repeated.put(candidate.id(), nth);
        restedNanos += pause.toNanos();
        return new Step(candidate, waits, pause);
    }

    /// With a hedge it may have been another one than that of the step.
    private Candidate named(String id, Step step) {
        return order.plan().all().stream().filter(each -> each.id().equals(id)).findFirst()
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
        return new DispatchException(last, tried, retryAfter);
    }
}
