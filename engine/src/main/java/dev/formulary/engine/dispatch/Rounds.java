package dev.formulary.engine.dispatch;

import dev.formulary.engine.config.Probe;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whose turn it is to be probed, and who failed how often in a row. Thread-safe.
final class Rounds {
    /// One failure may be chance.
    static final int FAILURES = 3;
    /// How soon a provider is asked again of which a model failed.
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Clock clock;
    private final Map<String, Instant> next = new ConcurrentHashMap<>();
    private final Map<String, Instant> tried = new ConcurrentHashMap<>();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();

    Rounds(Clock clock) {
        this.clock = clock;
    }

    /// A provider whose turn it is.
    ///
    /// @param models those that are to be probed, not none: calls go to them, but none did of late
    record Due(String provider, Probe settings, List<Candidate> models) {}

    /// Those whose turn it is; they have their next turn later. A provider is seen for some time before its first.
    List<Due> due(List<Candidate> all, Function<String, Probe> settings) {
        var byProvider = new TreeMap<String, List<Candidate>>();
        all.forEach(each -> byProvider.computeIfAbsent(each.provider(), _ -> new ArrayList<>()).add(each));
        next.keySet().retainAll(byProvider.keySet());
        Set<String> ids = all.stream().map(Candidate::id).collect(Collectors.toSet());
        failures.keySet().retainAll(ids);
        tried.keySet().retainAll(ids);
        Instant now = clock.instant();
        var due = new ArrayList<Due>();
        byProvider.forEach((provider, models) -> {
            Probe how = settings.apply(provider);
            if (how.every().isPositive() && turn(provider, how.every(), now)) {
                List<Candidate> idle = chosen(how, models.stream().filter(Rounds::idle).toList());
                if (!idle.isEmpty()) {
                    due.add(new Due(provider, how, idle));
                }
            }
        });
        return due;
    }

    private boolean turn(String provider, Duration every, Instant now) {
        Instant at = next.putIfAbsent(provider, now.plus(every));
        if (at == null || at.isAfter(now)) {
            return false;
        }
        next.put(provider, now.plus(every));
        return true;
    }

    /// Whether a model may be asked now whether it is back. What it answers does not always decide that, and each chat costs. Called for one model by one thread at a time.
    boolean again(Candidate model) {
        Instant now = clock.instant();
        Instant last = tried.get(model.id());
        if (last != null && last.plus(SOON).isAfter(now)) {
            return false;
        }
        tried.put(model.id(), now);
        return true;
    }

    /// What calls tell needs no probe.
    private static boolean idle(Candidate candidate) {
        return candidate.breaker() == BreakerState.CLOSED && candidate.vitals().calls() == 0
                && candidate.vitals().inFlight() == 0;
    }

    private static List<Candidate> chosen(Probe how, List<Candidate> idle) {
        if (how.how() != Probe.How.CHAT || how.which() == Probe.Which.EACH) {
            return idle;
        }
        return idle.stream().filter(each -> each.costMicros(1, 1) >= 0).min(Comparator.comparingLong(
                each -> each.costMicros(1_000_000, 250_000))).map(List::of).orElse(idle);
    }

    /// Counts how a probe went.
    ///
    /// @return whether the model has failed so often in a row that it is to be left alone
    boolean failedTooOften(Candidate model, @Nullable FailureClass failure, Probe how) {
        if (!down(failure)) {
            failures.remove(model.id());
            return false;
        }
        Instant soon = clock.instant().plus(how.every().compareTo(SOON) < 0 ? how.every() : SOON);
        next.computeIfPresent(model.provider(), (_, at) -> at.isBefore(soon) ? at : soon);
        boolean often = failures.merge(model.id(), 1, Integer::sum) >= FAILURES;
        if (often) {
            failures.remove(model.id());
        }
        return often;
    }

    /// Whether a failure is a reason to keep calls away.
    private static boolean down(@Nullable FailureClass failure) {
        return switch (failure) {
            case CONNECT, DNS, TLS, FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT, QUOTA, AUTH, UNKNOWN_MODEL, CONFIGURATION,
                    MALFORMED, CUT, SERVER ->
                true;
            case null -> false;
            case THROTTLED, CONTEXT_OVERFLOW, UNSUPPORTED, HELD_BACK, REFUSED, INVALID_REQUEST, DEADLINE, CANCELLED ->
                false;
        };
    }
}
