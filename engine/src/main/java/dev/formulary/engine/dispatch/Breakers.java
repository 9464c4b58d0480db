package dev.formulary.engine.dispatch;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.BreakerState;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/// One circuit breaker for each model, by `provider/model`. Thread-safe.
public final class Breakers {
    private final CircuitBreakerRegistry registry;
    private final Settings.Breaker settings;
    private final Clock clock;
    private final BiConsumer<String, BreakerState> onChange;
    private final Map<String, Instant> openedAt = new ConcurrentHashMap<>();

    /// @param onChange hears of a model's breaker changing its state; must be quick
    public Breakers(Settings.Breaker settings, Clock clock, BiConsumer<String, BreakerState> onChange) {
        this.settings = settings;
        this.clock = clock;
        this.onChange = onChange;
        registry = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED).slidingWindowSize(settings.window())
                .minimumNumberOfCalls(settings.minimumCalls())
                .failureRateThreshold((float) (settings.failureRate() * 100))
                .waitDurationInOpenState(settings.openFor())
                .permittedNumberOfCallsInHalfOpenState(settings.halfOpenCalls()).build());
        registry.getEventPublisher().onEntryAdded(event -> listen(event.getAddedEntry()));
    }

    private void listen(CircuitBreaker breaker) {
        breaker.getEventPublisher().onStateTransition(event -> {
            BreakerState now = state(event.getStateTransition().getToState());
            if (now == BreakerState.OPEN) {
                openedAt.put(breaker.getName(), clock.instant());
            } else {
                openedAt.remove(breaker.getName());
            }
            onChange.accept(breaker.getName(), now);
        });
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

    /// Lets breakers try again whose time is over, and forgets models that are gone. Rules keep calls away from an open
    /// breaker, so no call would do it. Called on a tick.
    public void tick(Set<String> candidates) {
        Instant now = clock.instant();
        openedAt.forEach((name, at) -> {
            if (!at.plus(settings.openFor()).isAfter(now)) {
                registry.find(name).ifPresent(Breakers::tryAgain);
            }
        });
        for (CircuitBreaker breaker : registry.getAllCircuitBreakers()) {
            if (!candidates.contains(breaker.getName())) {
                openedAt.remove(breaker.getName());
                registry.remove(breaker.getName());
            }
        }
    }

    private static void tryAgain(CircuitBreaker breaker) {
        if (breaker.getState() == CircuitBreaker.State.OPEN) {
            breaker.transitionToHalfOpenState();
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
}
