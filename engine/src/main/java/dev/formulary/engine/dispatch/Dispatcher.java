package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.admission.Turn;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tries the models of a plan in order, until one answers. One whose provider has as many calls as it can take is passed over
/// at first, unless the plan says that the call waits for it; when none of the others answers, the call waits. Thread-safe; blocks the calling virtual thread.
public final class Dispatcher {
    private final ProviderDirectory directory;
    private final Breakers breakers;
    private final Attempts attempts;
    private final HedgeBudget hedges = new HedgeBudget();
    private final DeadlineWatch watch = new DeadlineWatch();

    public Dispatcher(ProviderDirectory directory, Breakers breakers, Lanes lanes, Budgets budgets,
            AttemptListener listener) {
        this.directory = directory;
        this.breakers = breakers;
        attempts = new Attempts(directory, breakers, lanes, budgets, listener, watch);
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
                Turn turn = attempts.turn(order, step.candidate(), step.waits(), tried);
                if (turn != null) {
                    return read(order, begin(order, step.candidate(), turn, steps, tried), tried, reading);
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

    private Opened begin(Order order, Candidate candidate, Turn turn, Deque<Step> steps, List<Tried> tried)
            throws ProviderException, InterruptedException {
        hedges.called();
        long delay = order.hedgeMs(candidate);
        if (delay < 0 || steps.isEmpty()) {
            return attempts.begin(order, candidate, turn, tried, permit -> tie(order, permit, tried));
        }
        return new Race(attempts, hedges, order, tried).run(candidate, turn, delay, steps.getFirst().candidate(),
                steps::removeFirst);
    }

    private static Opened read(Order order, Opened opened, List<Tried> tried, Reading reading)
            throws ProviderException, InterruptedException {
        try {
            reading.of(opened);
            return opened;
        } catch (ProviderException | InterruptedException | RuntimeException | Error e) {
            throw Attempts.ended(order, opened, opened.permit(), e, tried);
        }
    }

    private static void tie(Order order, Permit permit, List<Tried> tried) {
        List<Tried> before = List.copyOf(tried);
        permit.attempt().watched(() -> giveUp(order, permit, before));
        order.presence().onGone(permit.attempt()::cancel);
    }

    private static @Nullable Duration sooner(@Nullable Duration known, ProviderException e) {
        Duration asked = e.retryAfter().orElse(null);
        return asked == null || (known != null && known.compareTo(asked) < 0) ? known : asked;
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
}
