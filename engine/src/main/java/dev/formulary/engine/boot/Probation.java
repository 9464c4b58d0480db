package dev.formulary.engine.boot;

import dev.formulary.engine.facts.FailureClass;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Whether providers that were configured in another way still answer. One that had answered before is on probation: its
/// first answer acquits it, and [#ATTEMPTS] failures that a configuration can cause convict it. What else becomes of an
/// attempt says nothing about its configuration. Attempts that began before the last change do not count. Thread-safe; holds
/// as much as there are providers.
final class Probation {
    /// How many attempts a provider has.
    static final int ATTEMPTS = 5;
    private static final Set<FailureClass> CAUSED = EnumSet.of(FailureClass.AUTH, FailureClass.CONFIGURATION,
            FailureClass.CONNECT, FailureClass.DNS, FailureClass.TLS, FailureClass.UNKNOWN_MODEL);

    private final LongSupplier nanos;
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final Map<String, Trial> trials = new ConcurrentHashMap<>();
    private volatile long since;

    private record Trial(int failed, @Nullable FailureClass last) {}

    /// @param provider its id
    /// @param cause how its last attempt failed
    record Convicted(String provider, FailureClass cause) {}

    /// @param nanos a clock like [System#nanoTime]
    Probation(LongSupplier nanos) {
        this.nanos = nanos;
        since = nanos.getAsLong();
    }

    /// The configuration has changed.
    ///
    /// @param concerned the providers that are configured in another way than before
    /// @param present all that there are now
    synchronized void changed(Set<String> concerned, Set<String> present) {
        since = nanos.getAsLong();
        answered.retainAll(present);
        trials.keySet().retainAll(present);
        for (String id : concerned) {
            if (answered.remove(id) || trials.containsKey(id)) {
                trials.put(id, new Trial(0, null));
            }
        }
    }

    /// The configuration serves again under which all that are on probation had answered.
    synchronized void returned() {
        since = nanos.getAsLong();
        answered.addAll(trials.keySet());
        trials.clear();
    }

    /// An attempt is over.
    ///
    /// @param failure why it failed, or null when it answered
    /// @param took how long it took, in nanoseconds
    void ended(String provider, @Nullable FailureClass failure, long took) {
        boolean nothingNew = failure == null ? answered.contains(provider) : !trials.containsKey(provider);
        if (nothingNew || nanos.getAsLong() - took - since < 0) {
            return;
        }
        if (failure == null) {
            acquit(provider);
        } else if (CAUSED.contains(failure)) {
            trials.computeIfPresent(provider, (_, trial) -> new Trial(trial.failed() + 1, failure));
        }
    }

    private synchronized void acquit(String provider) {
        trials.remove(provider);
        answered.add(provider);
    }

    /// The providers that have neither answered nor failed often enough yet, or are convicted.
    Set<String> open() {
        return Set.copyOf(trials.keySet());
    }

    /// One that did not pass, the first by name; it stays so until the configuration changes or returns.
    Optional<Convicted> verdict() {
        for (Map.Entry<String, Trial> each : new TreeMap<>(trials).entrySet()) {
            FailureClass last = each.getValue().last();
            if (each.getValue().failed() >= ATTEMPTS && last != null) {
                return Optional.of(new Convicted(each.getKey(), last));
            }
        }
        return Optional.empty();
    }
}
