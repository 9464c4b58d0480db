package dev.formulary.engine.admission;

import dev.formulary.engine.facts.Occupancy;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/// The lane of each provider. Thread-safe; a lane stays for as long as its provider does.
public final class Lanes {
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final ToIntFunction<String> parallel;
    private final int most;
    private final LongSupplier nanos;

    /// @param parallel how many calls a provider gets at once, by its id; 0 when that follows what it shows
    /// @param most how many calls may wait for one provider
    /// @param nanos a clock like [System#nanoTime]
    public Lanes(ToIntFunction<String> parallel, int most, LongSupplier nanos) {
        this.parallel = parallel;
        this.most = most;
        this.nanos = nanos;
    }

    /// The lane of a provider.
    public Lane of(String provider) {
        Lane known = lanes.get(provider);
        return known != null ? known : lanes.computeIfAbsent(provider, this::make);
    }

    private Lane make(String provider) {
        int calls = parallel.applyAsInt(provider);
        return new Lane(calls > 0 ? new Capacity.Fixed(calls) : new Capacity.Adaptive(), most, nanos);
    }

    /// Forgets the lanes of providers that are gone, once nobody is in them, calls up who can go, and tells the others where
    /// they stand. Called once a second.
    public void tick(Set<String> providers) {
        lanes.values().forEach(Lane::callUp);
        lanes.values().forEach(Lane::tellWhereTheyStand);
        lanes.entrySet().removeIf(entry -> !providers.contains(entry.getKey()) && entry.getValue().idle());
    }

    /// How it stands with each lane, by provider.
    public Map<String, Occupancy> occupancy() {
        var load = new TreeMap<String, Occupancy>();
        lanes.forEach((provider, lane) -> load.put(provider, lane.occupancy()));
        return load;
    }

    /// How many calls wait, all providers together.
    public int waiting() {
        return lanes.values().stream().mapToInt(lane -> lane.occupancy().waiting()).sum();
    }
}
