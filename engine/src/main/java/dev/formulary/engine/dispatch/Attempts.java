package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.BudgetReachedException;
import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Grant;
import dev.formulary.engine.admission.Lane;
import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.admission.LimitReachedException;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.admission.MemoryGate;
import dev.formulary.engine.admission.NoTurnException;
import dev.formulary.engine.admission.Turn;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Usage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes single attempts: takes what one needs, asks, waits for the first content, and gives everything back when it fails.
/// Thread-safe; blocks the calling virtual thread.
final class Attempts {
    private static final long FIRST_BYTE_MS = 60_000;

    private final ProviderDirectory directory;
    private final Breakers breakers;
    private final Lanes lanes;
    private final Budgets budgets;
    private final Limits limits;
    private final AttemptListener listener;
    private final DeadlineWatch watch;
    private final Residence residence;
    private final Reckoning reckoning = new Reckoning();

    Attempts(ProviderDirectory directory, Breakers breakers, Lanes lanes, Budgets budgets, Limits limits,
            AttemptListener listener, DeadlineWatch watch) {
        this.directory = directory;
        this.breakers = breakers;
        this.lanes = lanes;
        this.budgets = budgets;
        this.limits = limits;
        this.listener = listener;
        this.watch = watch;
        residence = new Residence(directory);
    }

    /// Who hears that an attempt has begun, to be able to end it.
    @FunctionalInterface
    interface Ties {
        void tie(Permit permit);
    }

    /// A place at the provider; null when it is busy and the call does not wait.
    @Nullable
    Turn turn(Order order, Candidate candidate, boolean waits, List<Tried> tried)
            throws ProviderException, InterruptedException {
        if (order.late()) {
            throw refused(candidate, tried,
                    new ProviderException(FailureCategory.TIMEOUT, "the call's deadline has passed"));
        }
        for (MemoryGate gate : lanes.memories()) {
            if (gate.closed() && residence.wouldLoadHere(candidate)) {
                if (!waits) {
                    return null;
                }
                awaitMemory(gate, order, candidate, tried);
            }
        }
        Lane lane = lanes.of(candidate.provider());
        Turn turn = lane.enter();
        return turn != null || !waits
                ? turn
                : await(order, candidate, tried, "the provider is busy",
                        () -> lane.await(order.asks(), order.left(), order.presence()));
    }

    /// A model, and a place at its provider.
    record Placed(Candidate candidate, Turn turn) {}

    /// Waits for the first place at any of the providers of busy models. One that would have to be loaded while memory is short
    /// is left out, unless there is no other.
    ///
    /// @param candidates the best first
    Placed firstTurn(Order order, List<Candidate> candidates, List<Tried> tried)
            throws ProviderException, InterruptedException {
        var ready = new LinkedHashMap<String, Candidate>();
        for (Candidate candidate : candidates) {
            if (lanes.memories().stream().noneMatch(MemoryGate::closed) || !residence.wouldLoadHere(candidate)) {
                ready.putIfAbsent(candidate.provider(), candidate);
            }
        }
        Candidate best = candidates.getFirst();
        if (ready.size() < 2) {
            Candidate one = ready.isEmpty() ? best : ready.firstEntry().getValue();
            return new Placed(one, Objects.requireNonNull(turn(order, one, true, tried), "a turn"));
        }
        if (order.late()) {
            throw refused(best, tried,
                    new ProviderException(FailureCategory.TIMEOUT, "the call's deadline has passed"));
        }
        Lanes.Placed free = await(order, best, tried, "the providers are busy", () -> lanes.await(
                List.copyOf(ready.sequencedKeySet()), order.asks(), order.left(), order.presence()));
        return new Placed(Objects.requireNonNull(ready.get(free.provider()), "its model"), free.turn());
    }

    private void awaitMemory(MemoryGate gate, Order order, Candidate candidate, List<Tried> tried)
            throws ProviderException, InterruptedException {
        await(order, candidate, tried, gate.of() + " has no memory for the model now", () -> {
            gate.await(order.asks(), order.left(), order.presence());
            return candidate;
        });
    }

    /// What waits for a turn.
    private interface Line<T> {
        T await() throws NoTurnException, InterruptedException;
    }

    private <T> T await(Order order, Candidate candidate, List<Tried> tried, String why, Line<T> line)
            throws ProviderException, InterruptedException {
        long begun = System.nanoTime();
        try {
            return line.await();
        } catch (NoTurnException e) {
            throw refused(candidate, tried, new ProviderException(FailureCategory.THROTTLED,
                    why + ": " + e.getMessage(), 0, e.retryAfter(), null));
        } catch (InterruptedException e) {
            if (order.presence().gone()) {
                throw refused(candidate, tried, gone());
            }
            throw e;
        } finally {
            long waited = System.nanoTime() - begun;
            listener.waited(candidate, order.asks().priority(), waited);
            order.trace().waited(waited);
        }
    }

    /// Asks a model, and waits for its first content.
    ///
    /// @param tried what was tried before; the attempt is added when it fails
    /// @param trial a place for a call that the model's breaker would keep away; null where the breaker decides
    /// @throws ProviderException when it fails; everything is given back
    Opened begin(Order order, Candidate candidate, Turn turn, List<Tried> tried, Ties ties,
            Trials.@Nullable Trial trial) throws ProviderException, InterruptedException {
        Permit permit = permit(order, candidate, turn, tried, trial);
        ties.tie(permit);
        Opened opened = null;
        try {
            opened = new Opened(permit, Asking.ask(order, candidate, permit),
                    new Tally(reckoning.expected(candidate.id(),
                            order.promptTokens())),
                    tried);
            opened.awaitContent();
            permit.attempt().silence(order.silenceNanos());
            return opened;
        } catch (ProviderException | InterruptedException | RuntimeException | Error e) {
            throw ended(order, opened, permit, e, tried);
        }
    }

    /// Ends an attempt in whose midst something was thrown.
    ///
    /// @return why it failed
    /// @throws InterruptedException when the gateway stops
    static ProviderException ended(Order order, @Nullable Opened opened, Permit permit, Throwable thrown,
            List<Tried> tried) throws InterruptedException {
        if (thrown instanceof InterruptedException interrupted && !permit.attempt().overran()) {
            boolean cancelled = permit.attempt().cancelled();
            abandon(opened, permit);
            tried.add(permit.tried());
            if (order.presence().gone() || cancelled) {
                return gone();
            }
            throw interrupted;
        }
        ProviderException why = thrown instanceof ProviderException said ? said : Permit.broken(thrown);
        return failed(opened, permit,
                thrown instanceof ProviderException && order.presence().gone() ? gone() : permit.attempt().reason(why),
                tried);
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

    private static void abandon(@Nullable Opened opened, Permit permit) {
        if (opened != null) {
            opened.close();
        } else {
            permit.cancel(Usage.NONE);
        }
    }

    private Permit permit(Order order, Candidate candidate, Turn turn, List<Tried> tried,
            Trials.@Nullable Trial trial) throws ProviderException {
        try {
            return permit(order, candidate, turn, order.plan().most() > tried.size() + 1, trial);
        } catch (ProviderException e) {
            turn.ignored();
            throw refused(candidate, tried, e);
        } catch (RuntimeException | Error e) {
            turn.ignored();
            throw e;
        }
    }

    /// @param others whether more models could be tried after this one
    private Permit permit(Order order, Candidate candidate, Turn turn, boolean others, Trials.@Nullable Trial trial)
            throws ProviderException {
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
        Guard guard = Guard.enter(breakers.of(candidate.id()), trial);
        if (guard == null) {
            loan.close();
            throw new ProviderException(FailureCategory.SERVER, "its circuit breaker is open");
        }
        try {
            Holdings holdings = hold(order, candidate);
            long firstByteMs = order.firstByteMs(candidate, FIRST_BYTE_MS, others);
            var attempt = new RunningAttempt(order.call().id(), order.deadlineNanos(),
                    Duration.ofMillis(firstByteMs), candidate.provider(), watch);
            if (firstByteMs < order.firstByteMs(candidate, FIRST_BYTE_MS, false)) {
                attempt.hurry();
            }
            attempt.listening(head -> limits.heard(candidate, head::header));
            var witness = Witness.of(listener, order, candidate);
            attempt.traced(witness.trace());
            return new Permit(candidate, loan, guard, holdings, turn, attempt, witness);
        } catch (ProviderException e) {
            guard.release();
            loan.close();
            throw e;
        }
    }

    /// What policy sets counts, too; a probe says that more may come than it asks for. 0 when nobody says.
    private static int mostTokens(Order order) {
        Integer limited = order.maxTokens();
        return Math.max(limited == null ? 0 : limited, order.context().maxTokens());
    }

    private Holdings hold(Order order, Candidate candidate) throws ProviderException {
        int prompt = reckoning.expected(candidate.id(), order.promptTokens());
        int most = mostTokens(order);
        Grant grant;
        try {
            grant = limits.reserve(candidate, prompt, most);
        } catch (LimitReachedException e) {
            throw new ProviderException(FailureCategory.THROTTLED, String.valueOf(e.getMessage()), 0,
                    e.retryAfter().orElse(null), e);
        }
        Budgets.Reservation money;
        try {
            money = budgets.hold(order.call(), candidate, prompt, most,
                    order.context().traits().modalities());
        } catch (BudgetReachedException e) {
            grant.giveBack();
            throw new ProviderException(FailureCategory.QUOTA, String.valueOf(e.getMessage()), 0, e.retryAfter(), e);
        }
        return new Holdings(money, grant, usage -> reckoning.learn(order, candidate.id(), usage),
                listener.account(order.call(), candidate, money.most()));
    }

    private static ProviderException refused(Candidate candidate, List<Tried> tried, ProviderException why) {
        tried.add(new Tried(candidate.id(), why.category(), String.valueOf(why.getMessage()), 0,
                Failures.unasked(why)));
        return why;
    }

    /// The caller has left before a model was asked.
    static ProviderException left(Candidate candidate, List<Tried> tried) {
        return refused(candidate, tried, gone());
    }

    private static ProviderException gone() {
        return new ProviderException(FailureCategory.CANCELLED, "the caller has gone");
    }
}
