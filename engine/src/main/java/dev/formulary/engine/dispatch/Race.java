package dev.formulary.engine.dispatch;

import dev.formulary.engine.admission.Turn;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.transport.Threads;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A call that asks a second model when the first takes long to begin, and goes on with the one that begins first; the other
/// is let go of at once. Serves one call.
final class Race {
    private static final ThreadFactory THREADS = Threads.virtual("hedge");

    private final Attempts attempts;
    private final ExtraBudget budget;
    private final Order order;
    private final List<Tried> tried;
    private final Course course;
    private final List<Runner> runners = new ArrayList<>(2);
    private final BlockingQueue<Runner> ended = new LinkedBlockingQueue<>();
    private final IdentityHashMap<Tried, Runner> lost = new IdentityHashMap<>(2);
    private boolean over;

    /// @param tried what was tried before; gets those of this race that are not the winner
    /// @param course hears when the second is asked, and of the first that fails
    Race(Attempts attempts, ExtraBudget budget, Order order, List<Tried> tried, Course course) {
        this.attempts = attempts;
        this.budget = budget;
        this.order = order;
        this.tried = tried;
        this.course = course;
    }

    /// @param delay milliseconds until a second is asked, the one that the course has next
    /// @throws ProviderException why the last of those that were asked failed
    Opened run(Candidate first, Turn turn, long delay)
            throws ProviderException, InterruptedException {
        order.presence().onGone(this::cancelAll);
        start(first, turn);
        try {
            Runner early = ended.poll(delay, TimeUnit.MILLISECONDS);
            if (early != null) {
                return outcome(early);
            }
            if (join(course.following())) {
                course.joined();
            }
            Runner next = ended.take();
            boolean over = next.opened != null || runners.size() == 1 || stops(next);
            return outcome(over ? next : afterLoss(next));
        } catch (InterruptedException e) {
            decide("the gateway stops");
            throw e;
        }
    }

    /// Whether nobody else may answer after that failure: not the other one either, although it is being asked.
    private boolean stops(Runner lost) {
        return lost.tried.stream().map(Tried::kind)
                .anyMatch(kind -> kind != null && order.plan().reaction(kind) == Reaction.STOP);
    }

    private Runner afterLoss(Runner lost) throws InterruptedException {
        tried.addAll(lost.tried);
        course.lost(lost.tried);
        lost.told = true;
        return ended.take();
    }

    /// Only where the second is free and there is room for one more.
    private boolean join(Candidate second) throws InterruptedException {
        Turn turn;
        try {
            turn = attempts.turn(order, second, false, new ArrayList<>(0));
        } catch (ProviderException e) {
            return false;
        }
        if (turn == null) {
            return false;
        }
        if (!budget.take()) {
            turn.ignored();
            return false;
        }
        start(second, turn);
        return true;
    }

    private void start(Candidate candidate, Turn turn) {
        var runner = new Runner(candidate, turn);
        synchronized (this) {
            runners.add(runner);
        }
        THREADS.newThread(runner).start();
    }

    private Opened outcome(Runner runner) throws ProviderException, InterruptedException {
        Opened opened = runner.opened;
        if (opened == null) {
            runner.told = true;
            decide("the other model's answer was that nobody else may be asked");
            tried.addAll(runner.tried);
            throw runner.why();
        }
        runner.won = true;
        decide("another model began first");
        order.presence().onGone(opened.permit().attempt()::cancel);
        List<Tried> before = List.copyOf(tried);
        opened.after(() -> before.stream().map(this::asIsKnownNow).toList());
        return opened;
    }

    /// What a loser cost may be known only when it has let go.
    private Tried asIsKnownNow(Tried one) {
        Runner loser = lost.get(one);
        return loser == null ? one : one.inVain(loser.vainMicros());
    }

    /// What ends from now on is for nobody.
    private void decide(String why) {
        List<Runner> others;
        synchronized (this) {
            over = true;
            others = runners.stream().filter(each -> !each.won && !each.told).toList();
        }
        for (Runner other : others) {
            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - other.begun);
            other.cancel();
            other.close();
            Tried loser = new Tried(other.candidate.id(), FailureCategory.CANCELLED, why, ms)
                    .inVain(other.vainMicros());
            tried.add(loser);
            lost.put(loser, other);
        }
    }

    private void cancelAll() {
        List<Runner> all;
        synchronized (this) {
            all = List.copyOf(runners);
        }
        all.forEach(Runner::cancel);
    }

    /// One of the two attempts, on a thread of its own.
    private final class Runner implements Runnable {
        private final Candidate candidate;
        private final Turn turn;
        private final long begun = System.nanoTime();
        private final List<Tried> tried = new ArrayList<>(1);
        private @Nullable Permit permit;
        private @Nullable Opened opened;
        private @Nullable Throwable failure;
        private boolean counted;
        private boolean told;
        private boolean won;
        private boolean cancelled;

        Runner(Candidate candidate, Turn turn) {
            this.candidate = candidate;
            this.turn = turn;
        }

        @Override
        public void run() {
            Opened first = null;
            Throwable wrong = null;
            try {
                first = attempts.begin(order, candidate, turn, tried, this::tied, null);
            } catch (ProviderException | InterruptedException | RuntimeException | Error e) {
                wrong = e;
            }
            end(first, wrong);
        }

        private void tied(Permit taken) {
            taken.attempt().watched(() -> giveUp(taken));
            synchronized (Race.this) {
                permit = taken;
                if (!cancelled) {
                    return;
                }
            }
            taken.attempt().cancel();
        }

        /// Its thread does not come back from the plug-in.
        private void giveUp(Permit taken) {
            ProviderException why = RunningAttempt.overdue("does not come back");
            if (taken.abandon(why)) {
                tried.add(taken.tried());
                end(null, why);
            }
        }

        private void end(@Nullable Opened first, @Nullable Throwable wrong) {
            synchronized (Race.this) {
                if (!counted && !over) {
                    counted = true;
                    opened = first;
                    failure = wrong;
                    ended.add(this);
                    return;
                }
            }
            if (first != null) {
                first.close();
            }
        }

        ProviderException why() throws InterruptedException {
            return switch (failure) {
                case ProviderException said -> said;
                case InterruptedException interrupted -> throw interrupted;
                case null -> new ProviderException(FailureCategory.SERVER, "it ended without a reason");
                default -> Permit.broken(failure);
            };
        }

        void cancel() {
            Permit taken;
            synchronized (Race.this) {
                cancelled = true;
                taken = permit;
            }
            if (taken != null) {
                taken.attempt().cancel();
            }
        }

        /// In micro-dollars; -1 when nobody knows.
        long vainMicros() {
            Permit taken;
            synchronized (Race.this) {
                taken = permit;
            }
            return taken == null ? 0 : taken.vainMicros();
        }

        /// What it brought is not wanted.
        void close() {
            Opened late;
            synchronized (Race.this) {
                late = opened;
            }
            if (late != null) {
                late.close();
            }
        }
    }
}
