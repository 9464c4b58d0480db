package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Lane;
import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.admission.NoTurnException;
import dev.formulary.engine.admission.Turn;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tries the models of a plan in order, until one answers. One whose provider has as many calls as it can take is passed over
/// at first, unless the plan says that the call waits for it; when none of the others answers, the call waits. Thread-safe; blocks the calling virtual thread.
public final class Dispatcher {
    private static final long FIRST_BYTE_MS = 60_000;

    private final ProviderDirectory directory;
    private final Breakers breakers;
    private final Lanes lanes;
    private final Budgets budgets;
    private final AttemptListener listener;
    private final DeadlineWatch watch = new DeadlineWatch();

    public Dispatcher(ProviderDirectory directory, Breakers breakers, Lanes lanes, Budgets budgets,
            AttemptListener listener) {
        this.directory = directory;
        this.breakers = breakers;
        this.lanes = lanes;
        this.budgets = budgets;
        this.listener = listener;
    }

    /// Which models lie in memory, and how they get there.
    public Residence residence() {
        return new Residence(directory);
    }

    /// Looks for plug-ins that do not keep their calls' deadlines. To be called every few milliseconds; does not block.
    ///
    /// @param now a reading of [System#nanoTime]
    public void tick(long now) {
        watch.tick(now);
    }

    /// Opens an answer that is passed on in pieces: returns when the first content has come.
    ///
    /// @throws DispatchException when no model of the plan answers
    /// @throws InterruptedException when the gateway stops
    public Opened open(Order order) throws DispatchException, InterruptedException {
        return tryEach(order, opened -> {});
    }

    /// Gets an answer whole, so that also one that breaks off goes on to the next model.
    ///
    /// @param sink takes the pieces of the answer that is complete at the end; told to begin anew before each attempt
    /// @return the answer, read to its end
    /// @throws DispatchException when no model of the plan answers
    /// @throws InterruptedException when the gateway stops
    public Opened collect(Order order, Sink sink) throws DispatchException, InterruptedException {
        return tryEach(order, opened -> {
            sink.begin();
            for (ReplyEvent event = opened.next(); event != null; event = opened.next()) {
                sink.accept(event);
            }
        });
    }

    /// Takes the pieces of an answer.
    public interface Sink extends Consumer<ReplyEvent> {
        /// What came before does not count.
        void begin();
    }

    /// What else belongs to a successful attempt.
    private interface Reading {
        void of(Opened opened) throws ProviderException, InterruptedException;
    }

    private Opened tryEach(Order order, Reading reading) throws DispatchException, InterruptedException {
        List<Tried> tried = new ArrayList<>(2);
        ProviderException last = new ProviderException(FailureCategory.SERVER, "the plan holds no model");
        Duration retryAfter = null;
        boolean queues = order.plan().queue() != null;
        breakers.relent(order.plan().attempts());
        Deque<Step> steps = new ArrayDeque<>(4);
        order.plan().attempts().forEach(candidate -> steps.add(new Step(candidate, queues)));
        for (Step step = steps.poll(); step != null; step = steps.poll()) {
            try {
                Turn turn = turn(order, step, tried);
                if (turn != null) {
                    return attempt(order, step.candidate(), turn, tried, reading);
                }
                steps.add(new Step(step.candidate(), true));
            } catch (ProviderException e) {
                last = e;
                retryAfter = sooner(retryAfter, e);
                if (!e.category().retriable() || order.late()) {
                    break;
                }
            }
        }
        throw new DispatchException(last.category(), String.valueOf(last.getMessage()), tried, retryAfter);
    }

    /// A model to try.
    ///
    /// @param waits whether the call waits when its provider is busy
    private record Step(Candidate candidate, boolean waits) {}

    /// A place at the provider; null when it is busy and the call goes on to the next.
    private @Nullable Turn turn(Order order, Step step, List<Tried> tried)
            throws ProviderException, InterruptedException {
        Candidate candidate = step.candidate();
        if (order.late()) {
            throw refused(candidate, tried, FailureCategory.TIMEOUT, "the call's deadline has passed");
        }
        Lane lane = lanes.of(candidate.provider());
        Turn turn = lane.enter();
        return turn != null || !step.waits() ? turn : await(order, lane, candidate, tried);
    }

    private Turn await(Order order, Lane lane, Candidate candidate, List<Tried> tried)
            throws ProviderException, InterruptedException {
        long begun = System.nanoTime();
        try {
            return lane.await(order.asks(), order.left(), order.presence()::onGone);
        } catch (NoTurnException e) {
            throw refused(candidate, tried, new ProviderException(FailureCategory.THROTTLED,
                    "the provider is busy: " + e.getMessage(), 0, e.retryAfter(), null));
        } catch (InterruptedException e) {
            if (order.presence().gone()) {
                throw refused(candidate, tried, gone());
            }
            throw e;
        } finally {
            listener.waited(candidate, System.nanoTime() - begun);
        }
    }

    private static @Nullable Duration sooner(@Nullable Duration known, ProviderException e) {
        Duration asked = e.retryAfter().orElse(null);
        return asked == null || (known != null && known.compareTo(asked) < 0) ? known : asked;
    }

    private Opened attempt(Order order, Candidate candidate, Turn turn, List<Tried> tried, Reading reading)
            throws ProviderException, InterruptedException {
        Permit permit = permit(order, candidate, turn, tried);
        List<Tried> before = List.copyOf(tried);
        permit.attempt().watched(() -> giveUp(order, permit, before));
        order.presence().onGone(permit.attempt()::cancel);
        Opened opened = null;
        try {
            ReplyStream stream = ask(order, candidate, permit);
            opened = new Opened(permit, stream, new Tally(order.context().promptTokens()), tried);
            opened.awaitContent();
            reading.of(opened);
            return opened;
        } catch (ProviderException e) {
            throw failed(opened, permit, order.presence().gone() ? gone() : permit.attempt().reason(e), tried);
        } catch (InterruptedException e) {
            if (permit.attempt().overran()) {
                throw failed(opened, permit, permit.attempt().reason(Permit.broken(e)), tried);
            }
            abandon(opened, permit);
            tried.add(permit.tried());
            if (order.presence().gone()) {
                throw gone();
            }
            throw e;
        } catch (RuntimeException | Error e) {
            throw failed(opened, permit, permit.attempt().reason(Permit.broken(e)), tried);
        }
    }

    private static ProviderException failed(@Nullable Opened opened, Permit permit, ProviderException why,
            List<Tried> tried) {
        if (opened != null) {
            opened.fail(why);
        } else {
            permit.fail(why, Usage.NONE);
        }
        tried.add(permit.tried());
        return why;
    }

    /// On another thread than the attempt's, which is inside a plug-in and heeds nothing.
    private static void giveUp(Order order, Permit permit, List<Tried> before) {
        ProviderException why = RunningAttempt.overdue("does not come back");
        if (permit.abandon(why)) {
            List<Tried> tried = new ArrayList<>(before);
            tried.add(permit.tried());
            order.stuck().tell(new DispatchException(why.category(), String.valueOf(why.getMessage()), tried, null));
        }
    }

    private static void abandon(@Nullable Opened opened, Permit permit) {
        if (opened != null) {
            opened.close();
        } else {
            permit.cancel(Usage.NONE);
        }
    }

    private static ReplyStream ask(Order order, Candidate candidate, Permit permit)
            throws ProviderException, InterruptedException {
        ChatRequest request = order.requestFor(candidate);
        permit.attempt().enter();
        try {
            return Objects.requireNonNull(permit.provider().chat(request, permit.attempt()), "an answer");
        } finally {
            permit.attempt().leave();
        }
    }

    private Permit permit(Order order, Candidate candidate, Turn turn, List<Tried> tried) throws ProviderException {
        try {
            return permit(order, candidate, turn);
        } catch (ProviderException e) {
            turn.ignored();
            throw refused(candidate, tried, e);
        } catch (RuntimeException | Error e) {
            turn.ignored();
            throw e;
        }
    }

    private Permit permit(Order order, Candidate candidate, Turn turn) throws ProviderException {
        if (order.late()) {
            throw new ProviderException(FailureCategory.TIMEOUT, "the call's deadline has passed");
        }
        if (watch.full(candidate.provider())) {
            throw new ProviderException(FailureCategory.SERVER, DeadlineWatch.MOST_STUCK
                    + " calls are inside its plug-in that should have ended long ago");
        }
        ProviderDirectory.Loan loan = directory.borrow(candidate.provider());
        if (loan == null) {
            throw new ProviderException(FailureCategory.UNKNOWN_MODEL, "its provider is not loaded any more");
        }
        CircuitBreaker breaker = breakers.of(candidate.id());
        if (!breaker.tryAcquirePermission()) {
            loan.close();
            throw new ProviderException(FailureCategory.SERVER, "its circuit breaker is open");
        }
        Optional<Budgets.Reservation> money = budgets.reserve(order.call(), candidate, order.context().promptTokens(),
                order.context().maxTokens());
        if (money.isEmpty()) {
            breaker.releasePermission();
            loan.close();
            throw new ProviderException(FailureCategory.QUOTA, "a budget would be passed");
        }
        var attempt = new RunningAttempt(order.call().id(), order.deadlineNanos(),
                Duration.ofMillis(order.firstByteMs(FIRST_BYTE_MS)), candidate.provider(), watch);
        return new Permit(candidate, loan, breaker, money.get(), turn, attempt, listener);
    }

    private static ProviderException refused(Candidate candidate, List<Tried> tried, FailureCategory category,
            String message) {
        return refused(candidate, tried, new ProviderException(category, message));
    }

    private static ProviderException refused(Candidate candidate, List<Tried> tried, ProviderException why) {
        tried.add(new Tried(candidate.id(), why.category(), String.valueOf(why.getMessage()), 0));
        return why;
    }

    private static ProviderException gone() {
        return new ProviderException(FailureCategory.CANCELLED, "the caller has gone");
    }
}
