package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.Lane;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.telemetry.CallTrace;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Sampling;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What is to be dispatched.
///
/// @param request the question as the client asked it
/// @param receivedNanos the reading of [System#nanoTime] when the call came
/// @param stuck who tells the caller when the call's own thread can't
/// @param takeOver how models are asked that take over a session, or null where none does
/// @param saidTokens how many tokens of an answer are there already, which its next model reads too
/// @param vectors what is to be turned into vectors; null where words are asked for
/// @param trace where its attempts are told
public record Order(Call call, Context context, ChatRequest request, Plan plan, Presence presence, long receivedNanos,
        Stuck stuck, @Nullable TakeOver takeOver, int saidTokens, @Nullable VectorOrder vectors, CallTrace trace) {
    /// What an answer is taken to have when nobody limits it.
    private static final int LIKELY_TOKENS = 1_024;

    /// An order in which all models are asked the same.
    public Order(Call call, Context context, ChatRequest request, Plan plan, Presence presence, long receivedNanos,
            Stuck stuck) {
        this(call, context, request, plan, presence, receivedNanos, stuck, null);
    }

    /// An order that is not traced.
    public Order(Call call, Context context, ChatRequest request, Plan plan, Presence presence, long receivedNanos,
            Stuck stuck, @Nullable TakeOver takeOver, int saidTokens, @Nullable VectorOrder vectors) {
        this(call, context, request, plan, presence, receivedNanos, stuck, takeOver, saidTokens, vectors,
                CallTrace.NONE);
    }

    /// An order for words.
    public Order(Call call, Context context, ChatRequest request, Plan plan, Presence presence, long receivedNanos,
            Stuck stuck, @Nullable TakeOver takeOver, int saidTokens) {
        this(call, context, request, plan, presence, receivedNanos, stuck, takeOver, saidTokens, null);
    }

    /// An order of which nothing is answered yet.
    public Order(Call call, Context context, ChatRequest request, Plan plan, Presence presence, long receivedNanos,
            Stuck stuck, @Nullable TakeOver takeOver) {
        this(call, context, request, plan, presence, receivedNanos, stuck, takeOver, 0);
    }

    /// The same order, told in a trace.
    Order traced(CallTrace by) {
        return new Order(call, context, request, plan, presence, receivedNanos, stuck, takeOver, saidTokens, vectors,
                by);
    }

    /// Stands in for a thread that does not come back from a plug-in after the call's deadline.
    @FunctionalInterface
    public interface Stuck {
        /// Called once at most, on another thread than the call's. Does not block. What the call's thread brings later is for
        /// nobody.
        void tell(DispatchException why);
    }

    /// The question as one model gets it, with what policy sets and caps.
    ///
    /// @param paidTokens for how many tokens of an answer there is money where neither caller nor policy limits it; 0 for any
    ChatRequest requestFor(Candidate candidate, int paidTokens) {
        String model = candidate.model();
        ChatRequest form = formFor(candidate);
        Sampling asked = request.sampling();
        Integer most = maxTokens();
        if (plan.parameters().isEmpty() && paidTokens == 0) {
            return form.with(model, asked);
        }
        return form.with(model, new Sampling(real(Parameter.TEMPERATURE, asked.temperature()),
                real(Parameter.TOP_P, asked.topP()),
                most == null && paidTokens > 0 ? Integer.valueOf(paidTokens) : most,
                asked.seed(),
                whole(Parameter.CONTEXT_TOKENS, asked.contextTokens()), asked.stop()),
                request.options().keeping(keepAlive(request.options().keepAlive())));
    }

    /// The question as one model gets it, but for the model's name and what policy sets and caps.
    ChatRequest formFor(Candidate candidate) {
        return takeOver == null || takeOver.from().equals(candidate.id())
                ? request
                : takeOver.request().apply(candidate);
    }

    /// The most tokens of the answer by caller and policy; null when neither says.
    @Nullable
    Integer maxTokens() {
        return whole(Parameter.MAX_TOKENS, request.sampling().maxTokens());
    }

    /// An estimate of the tokens that a model reads.
    int promptTokens() {
        return context.promptTokens() + saidTokens;
    }

    /// For ever is longer than any time.
    @Nullable
    Duration keepAlive(@Nullable Duration asked) {
        Plan.Limit limit = plan.parameters().get(Parameter.KEEP_ALIVE_SECONDS);
        if (limit == null) {
            return asked;
        }
        double seconds = asked == null
                ? limit.withoutAsking()
                : limit.applyTo(asked.isNegative() ? Double.MAX_VALUE : asked.toMillis() / 1_000.0);
        return Double.isNaN(seconds) || seconds == Double.MAX_VALUE
                ? asked
                : Duration.ofMillis((long) (seconds * 1_000));
    }

    private @Nullable Double real(Parameter parameter, @Nullable Double asked) {
        Plan.Limit limit = plan.parameters().get(parameter);
        if (limit == null) {
            return asked;
        }
        double value = asked == null ? limit.withoutAsking() : limit.applyTo(asked);
        return Double.isNaN(value) ? null : Double.valueOf(value);
    }

    private @Nullable Integer whole(Parameter parameter, @Nullable Integer asked) {
        Double value = real(parameter, asked == null ? null : Double.valueOf(asked));
        return value == null ? null : Integer.valueOf((int) Math.max(1, value));
    }

    /// Milliseconds from the call's receipt after which nobody waits.
    long deadlineMs() {
        Plan.Limit limit = plan.parameters().get(Parameter.DEADLINE_MS);
        return limit == null ? call.deadlineMs() : (long) limit.applyTo((double) call.deadlineMs());
    }

    /// The reading of [System#nanoTime] after which nobody waits.
    long deadlineNanos() {
        return receivedNanos + TimeUnit.MILLISECONDS.toNanos(deadlineMs());
    }

    /// How long somebody still waits; not negative.
    Duration left() {
        return Duration.ofNanos(Math.max(0, deadlineNanos() - System.nanoTime()));
    }

    /// Who waits in line: as urgent as policy says, or else the caller.
    Lane.Asks asks() {
        Priority queue = plan.queue();
        int answer = context.maxTokens() > 0 ? context.maxTokens() : LIKELY_TOKENS;
        return new Lane.Asks(call.tenant(), queue == null ? call.priority() : queue,
                (long) promptTokens() + answer);
    }

    /// Whether nobody waits any more.
    boolean late() {
        return deadlineNanos() - System.nanoTime() <= 0;
    }

    /// After how many milliseconds without content a second model is asked; -1 for never. 0 in the plan is the time within
    /// which 95 of 100 answers of that model began of late.
    long hedgeMs(Candidate candidate) {
        double set = set(Parameter.HEDGE_MS);
        return Double.isNaN(set) ? -1 : set > 0 ? (long) set : candidate.firstByteMs();
    }

    /// The longest wait for the first byte of one attempt, in milliseconds. Where other models could still be tried and policy
    /// says nothing, it is half of the time that is left, or twice the time within which 95 of 100 answers of the model began
    /// of late: one that never answers must not take all others' time.
    long firstByteMs(Candidate candidate, long usual, boolean others) {
        double set = set(Parameter.FIRST_BYTE_MS);
        if (!Double.isNaN(set)) {
            return (long) set;
        }
        return others ? Math.min(usual, Math.max(left().toMillis() / 2, 2L * candidate.firstByteMs())) : usual;
    }

    /// The longest silence within an answer, in nanoseconds; 0 where policy says nothing.
    long silenceNanos() {
        double set = set(Parameter.SILENCE_MS);
        return Double.isNaN(set) ? 0 : TimeUnit.MILLISECONDS.toNanos((long) set);
    }

    /// How often another model may go on with an answer that breaks off. A cap alone allows nothing.
    int continuations() {
        Plan.Limit limit = plan.parameters().get(Parameter.CONTINUATIONS);
        return limit == null || Double.isNaN(limit.preset()) ? 0 : (int) limit.withoutAsking();
    }

    /// What holds of a parameter that callers can't give; NaN when policy says nothing.
    private double set(Parameter parameter) {
        Plan.Limit limit = plan.parameters().get(parameter);
        return limit == null ? Double.NaN : limit.withoutAsking();
    }
}
