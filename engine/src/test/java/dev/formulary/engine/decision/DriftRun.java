package dev.formulary.engine.decision;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.dispatch.Breakers;
import dev.formulary.engine.dispatch.VitalSigns;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.vitals.ModelVitals;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Calls to drifting providers in simulated time: each goes to the models of an order until one answers. Who chooses the
/// order is asked by [Chooser]. Vitals, breakers and the decision are the gateway's own; all is the same for the same seed.
final class DriftRun {
    static final int ATTEMPTS = 3;
    /// What a call counts that nobody answers.
    private static final double LOST_MS = 30_000;
    private static final long TICK_MS = 250;
    /// Before that nothing is known, and nothing is counted.
    private static final long WARM_UP_MS = 60_000;
    private static final double CALLS_PER_SECOND = 10;
    private static final ModelCard CARD = new ModelCard("m", Set.of(Capability.CHAT), 8_192, 0, 0, false, Set.of(), 5,
            5,
            Map.of());

    private final MutableClock clock = new MutableClock(Samples.NOON);
    private final ModelVitals vitals = new ModelVitals(clock);
    private final Breakers breakers;
    private final DriftingProviders providers;
    private final SplittableRandom random;
    private final Context context;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final List<Double> totals = new ArrayList<>();
    private List<Candidate> candidates = List.of();
    private long now;
    private long scheduled;
    private long calls;

    private record Event(long at, long number, Runnable what) {}

    /// Who says in which order providers are tried.
    interface Chooser {
        List<Integer> order(DriftRun run);
    }

    /// @param balance as callers ask for it: 0 for fast answers, -1 when they say nothing
    DriftRun(long seed, double balance) {
        context = Verdicts.context(balance, false, 0, Requirements.NONE);
        var seeds = new SplittableRandom(seed);
        providers = new DriftingProviders(seeds.split());
        random = seeds.split();
        breakers = new Breakers(new Settings.Breaker(0.5, 20, 10, 0.8, Duration.ofSeconds(60), Duration.ofSeconds(10),
                Duration.ofMinutes(5), 3), clock, () -> 0, new VitalSigns(vitals, clock)::changed);
    }

    /// The total times of all calls in milliseconds.
    double[] run(Chooser chooser) {
        at(0, this::tick);
        at(0, () -> arrive(chooser));
        while (!events.isEmpty()) {
            Event next = events.poll();
            clock.advance(Duration.ofMillis(next.at() - now));
            now = next.at();
            next.what().run();
        }
        return totals.stream().mapToDouble(each -> each).toArray();
    }

    private void at(long when, Runnable what) {
        events.add(new Event(when, scheduled++, what));
    }

    private static String id(int provider) {
        return "p" + provider + "/m";
    }

    private void tick() {
        candidates = IntStream.range(0, DriftingProviders.COUNT).mapToObj(i -> Candidate.of("p" + i, CARD, vitals.of(
                id(i), breakers.state(id(i))))).toList();
        breakers.tick(Set.copyOf(candidates.stream().map(Candidate::id).toList()));
        for (String open : breakers.halfOpen()) {
            CircuitBreaker breaker = breakers.registry().circuitBreaker(open);
            if (breaker.tryAcquirePermission()) {
                if (providers.alive(open.charAt(1) - '0', now)) {
                    breaker.onSuccess(1, TimeUnit.MILLISECONDS);
                } else {
                    breaker.onError(1, TimeUnit.MILLISECONDS, new IllegalStateException("down"));
                }
            }
        }
        if (now < DriftingProviders.LASTS_MS) {
            at(now + TICK_MS, this::tick);
        }
    }

    private void arrive(Chooser chooser) {
        calls++;
        attempt(chooser.order(this), 0, now);
        long next = now + (long) (-Math.log(1 - random.nextDouble()) * 1_000 / CALLS_PER_SECOND);
        if (next < DriftingProviders.LASTS_MS) {
            at(next, () -> arrive(chooser));
        }
    }

    private void attempt(List<Integer> order, int tried, long begun) {
        if (tried == Math.min(ATTEMPTS, order.size())) {
            count(begun, LOST_MS);
            return;
        }
        int provider = order.get(tried);
        CircuitBreaker breaker = breakers.registry().circuitBreaker(id(provider));
        if (!breaker.tryAcquirePermission()) {
            attempt(order, tried + 1, begun);
            return;
        }
        vitals.begin(id(provider));
        DriftingProviders.Sample sample = providers.ask(provider, now, random);
        at(now + (long) sample.millis(), () -> {
            if (sample.failed()) {
                vitals.failure(id(provider));
                breaker.onError((long) sample.millis(), TimeUnit.MILLISECONDS, new IllegalStateException("failed"));
                attempt(order, tried + 1, begun);
            } else {
                vitals.firstByte(id(provider), (long) (sample.millis() * 500));
                vitals.success(id(provider), (long) (sample.millis() * 1_000));
                breaker.onSuccess((long) sample.millis(), TimeUnit.MILLISECONDS);
                count(begun, (double) (now - begun));
            }
        });
    }

    private void count(long begun, double millis) {
        if (begun >= WARM_UP_MS) {
            totals.add(millis);
        }
    }

    /// As the gateway decides without rules but the shipped one that spares open breakers.
    List<Integer> decided() {
        var call = new Call("call-" + calls, Dialect.OPENAI_CHAT, "http", "default", "", "auto", false, Priority.NORMAL,
                null, false, clock.instant(), 60_000);
        var question = new Question(call, context, new Situation(clock.instant(), Host.UNKNOWN, List.of(),
                0, 0, Set.of()), candidates, Continuity.NONE);
        Decision decision = Verdicts.verdict(question, draft -> candidates.stream().filter(
                each -> each.breaker() == BreakerState.OPEN).forEach(draft::spare));
        return Verdicts.tried(decision).stream().map(model -> model.charAt(1) - '0').toList();
    }

    /// By what nobody knows but the simulation.
    List<Integer> best() {
        return providers.best(now);
    }

    /// One after the other, so that each call begins with the next.
    List<Integer> turn() {
        return from((int) (calls % DriftingProviders.COUNT));
    }

    /// The same one first, the others only when it fails.
    static List<Integer> from(int provider) {
        return IntStream.range(0, DriftingProviders.COUNT).map(i -> (provider + i) % DriftingProviders.COUNT).boxed()
                .toList();
    }
}
