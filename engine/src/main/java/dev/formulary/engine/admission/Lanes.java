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
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The lane of each provider, which several may share. Thread-safe; a lane stays for as long as one of its providers does.
public final class Lanes {
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    private final UnaryOperator<String> lines;
    private final ToIntFunction<String> parallel;
    private final int most;
    private final LongSupplier nanos;
    private final MemoryGate memory;
    private final MemoryGate gpuMemory;

    /// Each provider has a lane of its own.
    ///
    /// @param parallel how many calls a provider gets at once, by its id; 0 when that follows what it shows;
    ///        asked again on each tick
    /// @param queue how many calls may wait for one provider, and while how much of the memory is in use
    /// @param nanos a clock like [System#nanoTime]
    public Lanes(ToIntFunction<String> parallel, Settings.Queue queue, LongSupplier nanos) {
        this(UnaryOperator.identity(), parallel, queue, nanos);
    }

    /// Providers share the lanes of which they have the name. Who is given another name goes to that lane from its next call
    /// on; calls that are in the one before end there.
    ///
    /// @param lines the name of the lane of a provider, by its id; asked again on each call
    /// @param parallel how many calls a lane lets in at once, by its name; 0 when that follows what its providers show;
    ///        asked again on each tick
    /// @param queue how many calls may wait in one lane, and while how much of the memory is in use
    /// @param nanos a clock like [System#nanoTime]
    public Lanes(UnaryOperator<String> lines, ToIntFunction<String> parallel, Settings.Queue queue,
            LongSupplier nanos) {
        this.lines = lines;
        this.parallel = parallel;
        this.most = queue.most();
        this.nanos = nanos;
        memory = new MemoryGate("this machine", queue.memory(), queue.most(), nanos);
        gpuMemory = new MemoryGate("this machine's graphics card", queue.gpuMemory(), queue.most(), nanos);
    }

    /// The lane of a provider.
    public Lane of(String provider) {
        String line = lines.apply(provider);
        Lane known = lanes.get(line);
        return known != null ? known : lanes.computeIfAbsent(line, this::make);
    }

    /// Waits in the lines of several providers at once, for the first turn. That of a line that some of them share is the first
    /// one's.
    ///
    /// @param patience how long at most
    /// @param caller told where the call stands; when it leaves, the call does not wait any more
    /// @return whose turn it is
    /// @throws NoTurnException when in all lines too many wait, it would take longer than that, or did
    /// @throws InterruptedException when interrupted, or the caller has left
    public Placed await(List<String> providers, Lane.Asks asks, Duration patience, Presence caller)
            throws NoTurnException, InterruptedException {
        List<Lane> all = providers.stream().map(this::of).toList();
        Turn turn = new FirstTurn(all.stream().distinct().toList(), asks, patience, caller).await();
        return new Placed(providers.get(all.indexOf(turn.lane())), turn);
    }

    /// A turn at a provider.
    public record Placed(String provider, Turn turn) {}

    /// Where calls wait for memory of this machine.
    public MemoryGate memory() {
        return memory;
    }

    /// Where calls wait for memory of this machine's graphics card.
    public MemoryGate gpuMemory() {
        return gpuMemory;
    }

    /// Both of them.
    public List<MemoryGate> memories() {
        return List.of(memory, gpuMemory);
    }

    private Lane make(String line) {
        return new Lane(Capacity.of(parallel.applyAsInt(line)), most, nanos);
    }

    /// Forgets the lanes of providers that are gone, once nobody is in them, calls up who can go, and tells the others where
    /// they stand. Called once a second.
    public void tick(Set<String> providers) {
        Set<String> now = providers.stream().map(lines).collect(Collectors.toSet());
        lanes.forEach((line, lane) -> {
            if (now.contains(line)) {
                lane.allow(parallel.applyAsInt(line));
            }
        });
        lanes.values().forEach(Lane::callUp);
        lanes.values().forEach(Lane::tellWhereTheyStand);
        lanes.entrySet().removeIf(entry -> !now.contains(entry.getKey()) && entry.getValue().idle());
    }

    /// How it stands with each lane, by its name: its provider's, or what those have in common that share it.
    public Map<String, Occupancy> occupancy() {
        var load = new TreeMap<String, Occupancy>();
        lanes.forEach((line, lane) -> load.put(line, lane.occupancy()));
        return load;
    }

    /// How many calls wait, for memory or for any provider.
    public int waiting() {
        return memory.waiting() + gpuMemory.waiting()
                + lanes.values().stream().mapToInt(lane -> lane.occupancy().waiting()).sum();
    }

    /// Who waits now: in each lane by its name, for memory of this machine as `(memory)`, and for that of its graphics card as
    /// `(gpu-memory)`.
    public Map<String, Lane.Wait> waits() {
        var all = new TreeMap<String, Lane.Wait>();
        lanes.forEach((line, lane) -> all.put(line, lane.waits()));
        all.put("(memory)", memory.waits());
        all.put("(gpu-memory)", gpuMemory.waits());
        return all;
    }
}
