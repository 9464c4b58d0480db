package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.admission.Turn;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// Tries the models of a plan in order, until one answers. One whose provider has as many calls as it can take is passed over
/// at first, unless the plan says that the call waits for it; when none of the others answers, the call waits. Those that the
/// plan spares come last, and when nobody is left, those whose breakers are open. What becomes of the call when one fails is told by the plan and the class of the failure. Thread-safe; blocks the calling virtual thread.
public final class Dispatcher {
    private static final int CALLS_FOR_A_HEDGE = 20;
    /// How long a call waits while others find out whether a model is back.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final ProviderDirectory directory;
    private final Breakers breakers;
    private final Attempts attempts;
    private final ExtraBudget hedges = new ExtraBudget(CALLS_FOR_A_HEDGE);
    private final AttemptListener listener;
    private final Retries retries;
    private final Rest rest;
    private final DeadlineWatch watch = new DeadlineWatch();

    public Dispatcher(ProviderDirectory directory, Breakers breakers, Lanes lanes, Budgets budgets, Limits limits,
            AttemptListener listener) {
        this(directory, breakers, lanes, budgets, limits, listener, Math::random, Rest::real);
    }

    /// @param chance gives numbers from 0 to 1
    /// @param rest waits before a model is asked again
    Dispatcher(ProviderDirectory directory, Breakers breakers, Lanes lanes, Budgets budgets, Limits limits,
            AttemptListener listener, DoubleSupplier chance, Rest rest) {
        this.directory = directory;
        this.breakers = breakers;
        this.listener = listener;
        this.retries = new Retries(chance);
        this.rest = rest;
        attempts = new Attempts(directory, breakers, lanes, budgets, limits, listener, watch);
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
        return tryEach(order, opened -> {}, new Switching());
    }

    /// Opens an answer that is passed on in pieces, and with which another model goes on when its own breaks off, where the plan
    /// allows it.
    ///
    /// @throws DispatchException when no model of the plan answers
    /// @throws InterruptedException when the gateway stops
    public LiveAnswer stream(Order order) throws DispatchException, InterruptedException {
        return new LiveAnswer(order, open(order),
                (next, why, since) -> tryEach(next, opened -> {}, new Switching(why, since)));
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
        }, new Switching());
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

    private Opened tryEach(Order order, Reading reading, Switching switching)
            throws DispatchException, InterruptedException {
        List<Tried> tried = new ArrayList<>(2);
        retries.called();
        var course = new Course(order, retries, listener, tried, switching);
        Opened opened = eachInTurn(order, course, tried, reading);
        if (opened == null) {
            opened = lastHope(order, course, tried, reading);
        }
        if (opened == null && course.onceMore()) {
            opened = eachInTurn(order, course, tried, reading);
        }
        if (opened == null) {
            throw course.failure();
        }
        return opened;
    }

    private @Nullable Opened eachInTurn(Order order, Course course, List<Tried> tried, Reading reading)
            throws InterruptedException {
        for (Course.Step step = course.next(); step != null; step = course.next()) {
            int before = tried.size();
            try {
                Attempts.Placed placed = place(order, course, step, tried);
                if (placed != null) {
                    step = course.instead(step, placed.candidate());
                    Opened opened = begin(order, step.candidate(), placed.turn(), course, tried);
                    opened.rested(course.restedNanos());
                    read(order, opened, tried, reading);
                    course.answered(opened);
                    return opened;
                }
                course.busy(step);
            } catch (ProviderException e) {
                course.failed(step, e, before);
            }
        }
        return null;
    }

    /// Better a model is asked that is not likely to answer than none: those that only an open breaker kept away.
    private @Nullable Opened lastHope(Order order, Course course, List<Tried> tried, Reading reading)
            throws InterruptedException {
        var left = new ArrayList<>(breakers.keptAway(course.unasked()));
        while (!left.isEmpty()) {
            Trials.Trial trial = breakers.trials().enter(left, Math.min(PATIENCE.toNanos(), order.left().toNanos()));
            if (trial == null) {
                return null;
            }
            left.remove(trial.model());
            int before = tried.size();
            try {
                Turn turn = attempts.turn(order, trial.model(), false, tried);
                if (turn != null) {
                    Opened opened = attempts.begin(order, trial.model(), turn, tried,
                            permit -> tie(order, permit, tried),
                            trial);
                    read(order, opened, tried, reading);
                    course.answered(opened);
                    return opened;
                }
            } catch (ProviderException e) {
                if (course.stops(e, tried.subList(before, tried.size()))) {
                    return null;
                }
            } finally {
                trial.over();
            }
        }
        return null;
    }

    private Attempts.@Nullable Placed place(Order order, Course course, Course.Step step, List<Tried> tried)
            throws ProviderException, InterruptedException {
        if (step.pause().isPositive() && !rest.take(step.pause(), order.presence())) {
            throw Attempts.left(step.candidate(), tried);
        }
        if (course.onlyBusyOnes(step)) {
            return firstFree(order, course, step, tried);
        }
        Turn turn = attempts.turn(order, step.candidate(), step.waits(), tried);
        return turn == null ? null : new Attempts.Placed(step.candidate(), turn);
    }

    private Attempts.Placed firstFree(Order order, Course course, Course.Step step, List<Tried> tried)
            throws ProviderException, InterruptedException {
        try {
            return attempts.firstTurn(order, course.busyOnes(step), tried);
        } catch (ProviderException e) {
            course.noneOfThem();
            throw e;
        }
    }

    private Opened begin(Order order, Candidate candidate, Turn turn, Course course, List<Tried> tried)
            throws ProviderException, InterruptedException {
        hedges.called();
        long delay = order.hedgeMs(candidate);
        if (delay < 0 || !course.hasOthers()) {
            return attempts.begin(order, candidate, turn, tried, permit -> tie(order, permit, tried), null);
        }
        return new Race(attempts, hedges, order, tried, course).run(candidate, turn, delay);
    }

    private static void read(Order order, Opened opened, List<Tried> tried, Reading reading)
            throws ProviderException, InterruptedException {
        try {
            reading.of(opened);
        } catch (ProviderException | InterruptedException | RuntimeException | Error e) {
            throw Attempts.ended(order, opened, opened.permit(), e, tried);
        }
    }

    private static void tie(Order order, Permit permit, List<Tried> tried) {
        List<Tried> before = List.copyOf(tried);
        permit.attempt().watched(() -> giveUp(order, permit, before));
        order.presence().onGone(permit.attempt()::cancel);
    }

    /// On another thread than the attempt's, which is inside a plug-in and heeds nothing.
    private static void giveUp(Order order, Permit permit, List<Tried> before) {
        ProviderException why = RunningAttempt.overdue("does not come back");
        if (permit.abandon(why)) {
            List<Tried> tried = new ArrayList<>(before);
            tried.add(permit.tried());
            order.stuck().tell(new DispatchException(why, tried, null));
        }
    }
}
