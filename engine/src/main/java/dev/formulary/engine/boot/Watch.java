package dev.formulary.engine.boot;

import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the rules heard that watch, every five seconds, and hands on what they tell. It does so aside: whoever ticks never waits. A
/// round that takes longer is waited for, and the next begins with a later tick. Thread-safe.
final class Watch {
    /// From one round to the next.
    static final Duration EVERY = Duration.ofSeconds(5);
    /// Ticks do not come to the millisecond.
    private static final Duration EARLY = Duration.ofMillis(100);
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final Policy policy;
    private final Supplier<Situation> situation;
    private final Supplier<List<Candidate>> candidates;
    private final Function<Instant, List<Signal>> signals;
    private final BiConsumer<List<Notice>, Instant> told;
    private final Executor aside;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicReference<Instant> last = new AtomicReference<>(Instant.MIN);

    /// @param signals what is measured over time, as of a moment
    /// @param told is given all that holds, after each round
    /// @param aside where rounds are done
    Watch(Policy policy, Supplier<Situation> situation, Supplier<List<Candidate>> candidates,
            Function<Instant, List<Signal>> signals, BiConsumer<List<Notice>, Instant> told, Executor aside) {
        this.policy = policy;
        this.situation = situation;
        this.candidates = candidates;
        this.signals = signals;
        this.told = told;
        this.aside = aside;
    }

    /// Begins a round when it is time for one and none is under way.
    void tick(Instant now) {
        Instant before = last.get();
        // a clock that was set back must not silence it
        boolean time = !now.isBefore(before.plus(EVERY).minus(EARLY)) || now.isBefore(before);
        if (time && busy.compareAndSet(false, true)) {
            last.set(now);
            try {
                aside.execute(this::round);
            } catch (RejectedExecutionException e) {
                // the gateway stops
                busy.set(false);
            }
        }
    }

    private void round() {
        try {
            Situation seen = situation.get();
            told.accept(policy.watch(seen, candidates.get(), signals.apply(seen.at())), seen.at());
        } catch (RuntimeException e) {
            LOG.error("a round of the watching rules failed", e);
        } finally {
            busy.set(false);
        }
    }
}
