package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.admission.Turn;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ProviderException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Asks models for one token of an answer. Such a chat goes the way of any attempt: it takes a place at the provider, counts
/// for the breaker, and counts against limits and budgets as a call of the tenant [#TENANT]; beside that, all of them together
/// have a budget of their own. The most that one may cost is held back before. Thread-safe; blocks the calling thread.
public final class ChatProbe {
    /// Whom its money is booked for.
    public static final String TENANT = "formulary:probe";
    /// Why none is asked any more.
    public static final String USED_UP = "probe.budget is used up";
    /// More than a vendor is likely to count, so that no more is spent than was held back.
    static final int PROMPT_TOKENS = 64;
    static final int ANSWER_TOKENS = 16;
    private static final int PATIENCE_MS = 30_000;
    private static final int DEADLINE_MS = 35_000;
    /// A model that ignores how little is wanted is let go of.
    private static final int MOST_EVENTS = 16;

    private final Attempts attempts;
    private final Lanes lanes;
    private final Residence residence;
    private final Budgets cap;
    private final Clock clock;
    private final DeadlineWatch watch = new DeadlineWatch();
    private final AtomicLong count = new AtomicLong();

    /// @param cap what all of them together may cost
    /// @param listener hears what vendors say of their limits; the attempts themselves are none of a call
    public ChatProbe(ProviderDirectory directory, Breakers breakers, Lanes lanes, Budgets budgets, Limits limits,
            Budgets cap, AttemptListener listener, Clock clock) {
        this.lanes = lanes;
        this.cap = cap;
        this.clock = clock;
        residence = new Residence(directory);
        attempts = new Attempts(directory, breakers, lanes, budgets, limits, new OfProbes(listener), watch);
    }

    /// What became of it.
    ///
    /// @param spared why the model was not asked, or null when it was
    /// @param failure why it failed, or null when it answered or was not asked
    /// @param costMicros what it cost, in micro-dollars
    record Result(@Nullable String spared, @Nullable FailureClass failure, long costMicros) {
        static Result spared(String why) {
            return new Result(why, null, 0);
        }
    }

    /// Looks for plug-ins that do not keep their time. Called on a tick.
    void tick(long now) {
        watch.tick(now);
    }

    /// Asks a model, unless something speaks against it.
    Result ask(Candidate candidate) throws InterruptedException {
        String obstacle = obstacle(candidate);
        if (obstacle != null) {
            return Result.spared(obstacle);
        }
        Order order = order(candidate);
        Optional<Budgets.Reservation> money = cap.reserve(order.call(), candidate, PROMPT_TOKENS, ANSWER_TOKENS);
        if (money.isEmpty()) {
            return Result.spared(USED_UP);
        }
        Result result = Result.spared("the provider is busy");
        try {
            Turn turn = lanes.of(candidate.provider()).enter();
            if (turn != null) {
                result = ask(order, candidate, turn, money.get());
            }
            return result;
        } finally {
            money.get().settle(result.costMicros());
        }
    }

    private @Nullable String obstacle(Candidate candidate) throws InterruptedException {
        if (!candidate.can(Capability.CHAT)) {
            return "it has no chat";
        }
        if (candidate.costMicros(1, 1) < 0) {
            return "its price is not known, so no budget could bound what that costs";
        }
        return residence.wouldLoadHere(candidate) ? "it would have to be loaded into this machine's memory" : null;
    }

    private Result ask(Order order, Candidate candidate, Turn turn, Budgets.Reservation money)
            throws InterruptedException {
        var tried = new ArrayList<Tried>(1);
        Opened opened = null;
        try {
            opened = attempts.begin(order, candidate, turn, tried,
                    permit -> permit.attempt().watched(() -> {
                        if (permit.abandon(RunningAttempt.overdue("does not come back"))) {
                            money.settle(money.most());
                        }
                    }),
                    null);
            for (int i = 0; i < MOST_EVENTS && opened.next() != null; i++) {
                // what it says is of no interest
            }
            opened.enough();
            return new Result(null, null, cost(opened));
        } catch (ProviderException e) {
            Tried how = opened == null ? tried.getLast() : opened.tried().getLast();
            FailureClass kind = how.kind();
            return kind == FailureClass.HELD_BACK
                    ? Result.spared(String.valueOf(e.getMessage()))
                    : new Result(null, kind == null ? FailureClass.of(e.category()) : kind, cost(opened));
        } finally {
            if (opened != null) {
                opened.close();
            }
        }
    }

    private static long cost(@Nullable Opened opened) {
        return opened == null ? 0 : Math.max(0, opened.costMicros());
    }

    private Order order(Candidate candidate) {
        var call = new Call("probe-" + count.incrementAndGet(), Dialect.OPENAI_CHAT, "probe", TENANT, "",
                candidate.id(), false, Priority.BATCH, null, true, clock.instant(), DEADLINE_MS);
        var request = new ChatRequest(candidate.model(),
                List.of(ChatRequest.Message.text(ChatRequest.Role.USER, "ping")), List.of(), null,
                new ChatRequest.Sampling(null, null, 1, null, null, List.of()), new ChatRequest.Format.Free(), true,
                true, Map.of(), null);
        var plan = new Plan(List.of(candidate),
                Map.of(Parameter.FIRST_BYTE_MS, new Plan.Limit(PATIENCE_MS, Double.NaN)), 0);
        return new Order(call, context(), request, plan, Presence.CONSTANT, System.nanoTime(), _ -> {});
    }

    private static Context context() {
        Context none = Context.unspecified();
        return new Context(none.need(), none.risk(), none.emotion(), none.ageBand(), none.privacy(), none.task(), false,
                false, true, "", "", PROMPT_TOKENS, ANSWER_TOKENS, Set.of(Capability.CHAT), false, Map.of());
    }

    /// Probes are no calls: nobody counts them as such.
    record OfProbes(AttemptListener calls) implements AttemptListener {
        @Override
        public void waited(Candidate candidate, Priority priority, long nanos) {
            // a probe does not wait
        }

        @Override
        public Account account(Call call, Candidate candidate, long most) {
            return calls.account(call, candidate, most);
        }

        @Override
        public void begun(Candidate candidate) {
            // is no call
        }

        @Override
        public void firstByte(Candidate candidate, long nanos) {
            // so short an answer says little about others
        }

        @Override
        public void ended(Candidate candidate, @Nullable FailureClass failure, long nanos) {
            // whoever probes knows
        }

        @Override
        public void repeated(Candidate candidate, boolean allowed) {
            // a probe is not repeated
        }

        @Override
        public void switched(FailureClass why, long nanos) {
            // a probe has one model only
        }

        @Override
        public void throttled(Candidate candidate, Duration retryAfter) {
            calls.throttled(candidate, retryAfter);
        }
    }
}
