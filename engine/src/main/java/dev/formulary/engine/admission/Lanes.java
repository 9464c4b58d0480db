package dev.formulary.engine.admission;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Occupancy;
import java.time.Duration;
import java.util.List;
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
    private final MemoryGate memory;

    /// @param parallel how many calls a provider gets at once, by its id; 0 when that follows what it shows;
    ///        asked again on each tick
    /// @param queue how many calls may wait for one provider, and while how much of the memory is in use
    /// @param nanos a clock like [System#nanoTime]
    public Lanes(ToIntFunction<String> parallel, Settings.Queue queue, LongSupplier nanos) {
        this.parallel = parallel;
        this.most = queue.most();
        this.nanos = nanos;
        memory = new MemoryGate(queue.memory(), queue.most(), nanos);
    }

    /// The lane of a provider.
    public Lane of(String provider) {
        Lane known = lanes.get(provider);
        return known != null ? known : lanes.computeIfAbsent(provider, this::make);
    }

    /// Waits in the lines of several providers at once, for the first turn.
    ///
    /// @param patience how long at most
    /// @param caller told where the call stands; when it leaves, the call does not wait any more
    /// @return whose turn it is
    /// @throws NoTurnException when in all lines too many wait, it would take longer than that, or did
    /// @throws InterruptedException when interrupted, or the caller has left
    public Placed await(List<String> providers, Lane.Asks asks, Duration patience, Presence caller)
            throws NoTurnException, InterruptedException {
        List<Lane> all = providers.stream().map(this::of).toList();
        Turn turn = new FirstTurn(all, asks, patience, caller).await();
        return new Placed(providers.get(all.indexOf(turn.lane())), turn);
    }

    /// A turn at a provider.
    public record Placed(String provider, Turn turn) {}

    /// Where calls wait for memory of this machine.
    public MemoryGate memory() {
        return memory;
    }

    private Lane make(String provider) {
        return new Lane(Capacity.of(parallel.applyAsInt(provider)), most, nanos);
    }

    /// Forgets the lanes of providers that are gone, once nobody is in them, calls up who can go, and tells the others where
    /// they stand. Called once a second.
    public void tick(Set<String> providers) {
        lanes.forEach((provider, lane) -> lane.allow(parallel.applyAsInt(provider)));
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

    /// How many calls wait, for memory or for any provider.
    public int waiting() {
        return memory.waiting() + lanes.values().stream().mapToInt(lane -> lane.occupancy().waiting()).sum();
    }
}
