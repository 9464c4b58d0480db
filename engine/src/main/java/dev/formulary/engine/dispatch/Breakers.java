package dev.formulary.engine.dispatch;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.circuitbreaker.IllegalStateTransitionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// One circuit breaker for each model, by `provider/model`. Thread-safe.
///
/// One opens when too many of the latest calls failed, or began to answer too late. It stays open for twice as long each time
/// that it opens again before it was closed, and for up to a fifth more by chance, so that nodes do not return together. One that
/// was let try before its time, since nobody else was left, stays open for as long as before.
public final class Breakers {
    private static final double JITTER = 0.2;
    /// The library must not let calls pass by a clock of its own.
    private static final Duration NEVER = Duration.ofDays(3_650);

    private final CircuitBreakerRegistry registry;
    private final Settings.Breaker settings;
    private final Clock clock;
    private final DoubleSupplier chance;
    private final Consumer<BreakerHistory.Change> onChange;
    private final Map<String, Opening> openings = new ConcurrentHashMap<>();
    private final BreakerHistory history = new BreakerHistory();
    private final Trials trials;

    /// Since when a breaker is open, or was open before it tries again.
    ///
    /// @param times how often in a row, at least 1
    public record Opening(Instant since, Instant until, int times) {}

    /// What an operator says of a breaker.
    public enum Manual {
        /// No call passes.
        OPEN,
        /// Every call passes, and none is counted.
        CLOSED,
        /// It decides by itself, from now on.
        NONE
    }

    /// @param onChange hears of a model's breaker changing its state; must be quick
    public Breakers(Settings.Breaker settings, Clock clock, Consumer<BreakerHistory.Change> onChange) {
        this(settings, clock, Math::random, onChange);
    }

    /// @param chance gives numbers from 0 to 1, for how long one stays open
    public Breakers(Settings.Breaker settings, Clock clock, DoubleSupplier chance,
            Consumer<BreakerHistory.Change> onChange) {
        this.settings = settings;
        this.clock = clock;
        this.chance = chance;
        this.onChange = onChange;
        trials = new Trials(settings.halfOpenCalls());
        registry = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED).slidingWindowSize(settings.window())
                .minimumNumberOfCalls(settings.minimumCalls())
                .failureRateThreshold((float) (settings.failureRate() * 100))
                .slowCallRateThreshold((float) (settings.slowRate() * 100))
                .slowCallDurationThreshold(settings.slowAfter())
                .waitDurationInOpenState(NEVER)
                .permittedNumberOfCallsInHalfOpenState(settings.halfOpenCalls()).build());
        registry.getEventPublisher().onEntryAdded(event -> listen(event.getAddedEntry()));
    }

    private void listen(CircuitBreaker breaker) {
        breaker.getEventPublisher().onStateTransition(event -> {
            CircuitBreaker.State to = event.getStateTransition().getToState();
            String name = breaker.getName();
            switch (to) {
                case OPEN -> openings.compute(name, (_, before) -> opening(before));
                case CLOSED, DISABLED, METRICS_ONLY -> openings.remove(name);
                default -> {
                    // is still not over
                }
            }
            var change = new BreakerHistory.Change(clock.instant(), name,
                    state(event.getStateTransition().getFromState()), state(to),
                    to == CircuitBreaker.State.FORCED_OPEN || to == CircuitBreaker.State.DISABLED);
            history.add(change);
            onChange.accept(change);
        });
    }

    private Opening opening(@Nullable Opening before) {
        Instant now = clock.instant();
        int times = before == null ? 1 : before.times() + (now.isBefore(before.until()) ? 0 : 1);
        return new Opening(now, now.plus(wait(times)), times);
    }

    private Duration wait(int times) {
        double doubled = settings.openFor().toMillis() * Math.pow(2, times - 1.0);
        double most = Math.min(doubled, (double) settings.openMost().toMillis());
        return Duration.ofMillis((long) (most * (1 + JITTER * chance.getAsDouble())));
    }

    /// The registry itself, so that routes can guard their own steps with the same breakers.
    public CircuitBreakerRegistry registry() {
        return registry;
    }

    CircuitBreaker of(String candidate) {
        return registry.circuitBreaker(candidate);
    }

    /// Whether calls of a model pass.
    public BreakerState state(String candidate) {
        return registry.find(candidate).map(breaker -> state(breaker.getState())).orElse(BreakerState.CLOSED);
    }

    private static BreakerState state(CircuitBreaker.State state) {
        return switch (state) {
            case OPEN, FORCED_OPEN -> BreakerState.OPEN;
            case HALF_OPEN -> BreakerState.HALF_OPEN;
            default -> BreakerState.CLOSED;
        };
    }

    /// Those whose breakers keep calls away that might try all the same where nobody else is left. What an operator has opened
    /// stays open.
    List<Candidate> keptAway(List<Candidate> models) {
        return models.stream().filter(each -> registry.find(each.id()).map(CircuitBreaker::getState)
                .filter(state -> state == CircuitBreaker.State.OPEN || state == CircuitBreaker.State.HALF_OPEN)
                .isPresent()).toList();
    }

    Trials trials() {
        return trials;
    }

    /// Forgets what a model did before its provider was configured in another way. What an operator has said stays.
    public void forget(String candidate) {
        registry.find(candidate).filter(breaker -> breaker.getState() != CircuitBreaker.State.FORCED_OPEN
                && breaker.getState() != CircuitBreaker.State.DISABLED).ifPresent(CircuitBreaker::reset);
    }

    /// Lets breakers try again whose time is over, and forgets models that are gone. Rules keep calls away from an open
    /// breaker, so no call would do it. Called on a tick.
    public void tick(Set<String> candidates) {
        Instant now = clock.instant();
        openings.forEach((name, opening) -> {
            if (!opening.until().isAfter(now)) {
                registry.find(name).ifPresent(Breakers::tryAgain);
            }
        });
        trials.keep(candidates);
        for (CircuitBreaker breaker : registry.getAllCircuitBreakers()) {
            if (!candidates.contains(breaker.getName())) {
                openings.remove(breaker.getName());
                registry.remove(breaker.getName());
            }
        }
    }

    /// Opens the breaker of a model of which it was found out without a call that it does not answer.
    void leaveAlone(String candidate) {
        CircuitBreaker breaker = of(candidate);
        if (breaker.getState() == CircuitBreaker.State.CLOSED) {
            breaker.transitionToOpenState();
        }
    }

    Clock clock() {
        return clock;
    }

    static void tryAgain(CircuitBreaker breaker) {
        try {
            if (breaker.getState() == CircuitBreaker.State.OPEN) {
                breaker.transitionToHalfOpenState();
            }
        } catch (IllegalStateTransitionException e) {
            // another thread was first, and it is closed already
        }
    }

    /// Does what an operator says, until the next start or another word.
    public void override(String candidate, Manual how) {
        CircuitBreaker breaker = of(candidate);
        switch (how) {
            case OPEN -> breaker.transitionToForcedOpenState();
            case CLOSED -> breaker.transitionToDisabledState();
            case NONE -> breaker.reset();
        }
    }

    /// Models whose breakers try whether it is over.
    public List<String> halfOpen() {
        return registry.getAllCircuitBreakers().stream()
                .filter(breaker -> breaker.getState() == CircuitBreaker.State.HALF_OPEN).map(CircuitBreaker::getName)
                .toList();
    }

    /// The state of every breaker that was ever used, by model.
    public Map<String, BreakerState> all() {
        var states = new TreeMap<String, BreakerState>();
        registry.getAllCircuitBreakers().forEach(each -> states.put(each.getName(), state(each.getState())));
        return states;
    }

    /// Those that are open, or try again and are not closed yet, by model.
    public Map<String, Opening> openings() {
        return new TreeMap<>(openings);
    }

    /// The latest changes of all breakers, the newest first.
    public List<BreakerHistory.Change> history() {
        return history.latest();
    }

    /// Opens a breaker that was open before a restart. One whose time is over meanwhile tries at the next tick.
    void restore(String candidate, Opening opening) {
        of(candidate).transitionToOpenState();
        openings.put(candidate, opening);
    }
}
